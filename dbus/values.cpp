// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/values.hpp"
#include <charconv>
#include "base/quoted.hpp"
#include "config/dump.hpp"
#include "config/property.hpp"
#include "config/values.hpp"
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kMaxValue = 65536;
constexpr std::size_t kMaxProperties = 256;

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto comma = std::min(text.find(',', begin), text.size());
        out.push_back(bus_text(std::string_view(text).substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return out;
}

sdbus::Variant to_variant(config::Shape shape, const std::string& text) {
    switch (shape) {
        case config::Shape::flag:
            if (text == "yes" || text == "no") return sdbus::Variant{text == "yes"};
            break;
        case config::Shape::number: {
            std::int64_t number = 0;
            const auto* end = text.data() + text.size();
            if (const auto read = std::from_chars(text.data(), end, number);
                read.ec == std::errc{} && read.ptr == end)
                return sdbus::Variant{number};
            break;
        }
        case config::Shape::list:
            return sdbus::Variant{split(text)};
        case config::Shape::text:
            break;
    }
    return sdbus::Variant{bus_text(text)};
}

template <class... Integers>
bool read_integer(const sdbus::Variant& value, std::string& out) {
    return ((value.containsValueOfType<Integers>() && (out = std::to_string(value.get<Integers>()), true)) ||
            ...);
}

std::string to_text(const std::string& key, const sdbus::Variant& value) {
    std::string out;
    if (value.containsValueOfType<std::string>()) {
        out = value.get<std::string>();
    } else if (value.containsValueOfType<bool>()) {
        out = value.get<bool>() ? "yes" : "no";
    } else if (value.containsValueOfType<std::vector<std::string>>()) {
        for (const auto& part : value.get<std::vector<std::string>>()) out += (out.empty() ? "" : ",") + part;
    } else if (!read_integer<std::int64_t, std::uint64_t, std::int32_t, std::uint32_t, std::int16_t,
                             std::uint16_t>(value, out)) {
        throw invalid_argument(quoted(key) + " must be s, b, an integer or as, not " + value.peekValueType());
    }
    if (out.size() > kMaxValue)
        throw invalid_argument(quoted(key) + " is longer than " + std::to_string(kMaxValue) + " octets");
    return out;
}

}  // namespace

Dictionary properties_of(const config::Config& config, const config::Kind& kind, const std::string& name) {
    Dictionary out;
    for (const auto& [property, text, is_default] : config::show(config, kind, name, {.defaults = true}))
        out.emplace(property->name,
                    property->secret ? sdbus::Variant{!is_default} : to_variant(property->shape, text));
    if (const auto* storage = config::find_property(kind, "password-storage"); storage && !out.empty()) {
        const auto* password = config::kept_password(*storage, kind.find_const(config, name));
        // What a RADIUS server shares with us proves nobody.
        const bool judge = kind.name == "secret";
        if (judge || config::find_property(kind, "allow"))
            out.emplace("serves", to_variant(config::Shape::list,
                                             config::print_auth_methods(judge ? password->judges()
                                                                              : password->proves())));
    }
    return out;
}

Dictionary secrets_of(const config::Config& config, const config::Kind& kind, const std::string& name) {
    Dictionary out;
    for (const auto& property : kind.properties) {
        if (!property.secret) continue;
        const auto& password = *config::kept_password(property, kind.find_const(config, name));
        const std::string key(property.name);
        if (const auto* text = password.text())
            out.emplace(key, sdbus::Variant{bus_text(text->reveal())});
        else if (const auto* hash = password.hash())
            out.emplace("nt-hash", sdbus::Variant{std::string(hash->hex().reveal())});
        else
            out.emplace("locked", sdbus::Variant{true});
    }
    return out;
}

void list_objects(const config::Config& config, const config::Kind& kind, Window& window,
                  std::vector<Dictionary>& rows) {
    for (const auto& name : kind.names(config)) {
        if (window.skip > 0) {
            --window.skip;
            continue;
        }
        if (window.left == 0) return;
        --window.left;
        rows.push_back({{"Kind", sdbus::Variant{std::string(kind.name)}},
                        {"Name", sdbus::Variant{bus_text(name)}},
                        {"Acting", sdbus::Variant{kind.built}},
                        {"Properties", sdbus::Variant{properties_of(config, kind, name)}}});
    }
}

std::vector<Dictionary> describe(const config::Kind* kind) {
    std::vector<Dictionary> rows;
    if (kind == nullptr) {
        for (const auto& each : config::kinds())
            rows.push_back({{"Name", sdbus::Variant{std::string(each.name)}},
                            {"Meaning", sdbus::Variant{std::string(each.meaning)}},
                            {"Acting", sdbus::Variant{each.built}}});
        return rows;
    }
    config::Config scratch;
    const std::string name = "x";
    (void)kind->add(scratch, name);
    for (const auto& [property, text, is_default] : config::show(scratch, *kind, name, {.defaults = true}))
        rows.push_back({{"Name", sdbus::Variant{std::string(property->name)}},
                        {"Meaning", sdbus::Variant{std::string(property->meaning)}},
                        {"Expected", sdbus::Variant{property->expected()}},
                        {"Default", sdbus::Variant{text}},
                        {"Secret", sdbus::Variant{property->secret}},
                        {"Required", sdbus::Variant{property->required != config::Required::no}}});
    return rows;
}

void read_properties(const Dictionary& properties, config::Edit& edit) {
    if (properties.size() > kMaxProperties)
        throw invalid_argument("more than " + std::to_string(kMaxProperties) + " properties");
    for (const auto& [key, value] : properties) {
        if (key == "name")
            edit.name = to_text(key, value);
        else if (key.starts_with('!'))
            edit.unset.push_back(key.substr(1));
        else
            edit.properties.emplace_back(key, to_text(key, value));
    }
}

session::ChangeOptions read_options(const Dictionary& options) {
    session::ChangeOptions out;
    for (const auto& [key, value] : options) {
        if (key == "Revision" && value.containsValueOfType<std::uint64_t>())
            out.based_on = value.get<std::uint64_t>();
        else if (key == "DryRun" && value.containsValueOfType<bool>())
            out.dry_run = value.get<bool>();
        else
            throw invalid_argument("option " + quoted(key) + ": there are Revision (t) and DryRun (b)");
    }
    return out;
}

Dictionary to_dictionary(const session::ChangeReport& report) {
    const auto texts = [](const std::vector<std::string>& all) {
        std::vector<std::string> out;
        out.reserve(all.size());
        for (const auto& text : all) out.push_back(bus_text(text));
        return out;
    };
    return {{"Revision", sdbus::Variant{report.revision}},
            {"Changes", sdbus::Variant{texts(report.changes)}},
            {"Notes", sdbus::Variant{texts(report.notes)}},
            {"Dropped", sdbus::Variant{texts(report.dropped)}},
            {"SessionsDropped", sdbus::Variant{report.sessions_dropped}},
            {"Sessions", sdbus::Variant{report.sessions}}};
}

}  // namespace ppp::dbus
