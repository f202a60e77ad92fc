// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/configuration.hpp"
#include <algorithm>
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

using Rows = std::vector<Dictionary>;

std::string text_in(const Dictionary& row, const char* key) {
    const auto it = row.find(key);
    return it != row.end() && it->second.containsValueOfType<std::string>() ? it->second.get<std::string>()
                                                                            : std::string();
}

bool flag_in(const Dictionary& row, const char* key, bool otherwise) {
    const auto it = row.find(key);
    return it != row.end() && it->second.containsValueOfType<bool>() ? it->second.get<bool>() : otherwise;
}

template <class T, class F>
Outcome<std::vector<T>> convert(Outcome<Rows> rows, F one) {
    if (!rows) return ppp::detail::unexpected<Problem>(rows.error());
    std::vector<T> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(one(row));
    return out;
}

}  // namespace

std::string ConfigObject::text(const std::string& property) const {
    const auto it = properties.find(property);
    return it == properties.end() ? std::string() : value_text(it->second);
}

Outcome<std::vector<KindRow>> kinds(Bus& bus) {
    return convert<KindRow>(
        bus.ask<Rows>(kRoot, kManager, "Describe", std::string()), [](const Dictionary& row) {
            return KindRow{text_in(row, "Name"), text_in(row, "Meaning"), flag_in(row, "Acting", true)};
        });
}

Outcome<std::vector<PropertyRow>> properties(Bus& bus, const std::string& kind) {
    return convert<PropertyRow>(bus.ask<Rows>(kRoot, kManager, "Describe", kind), [](const Dictionary& row) {
        return PropertyRow{text_in(row, "Name"),          text_in(row, "Meaning"),
                           text_in(row, "Expected"),      text_in(row, "Default"),
                           flag_in(row, "Secret", false), flag_in(row, "Required", false)};
    });
}

Outcome<std::vector<ConfigObject>> configuration(Bus& bus, const std::string& kind) {
    return convert<ConfigObject>(bus.ask_all("List", kind), [](const Dictionary& row) {
        ConfigObject out{text_in(row, "Kind"), text_in(row, "Name"), flag_in(row, "Acting", true), {}};
        if (const auto it = row.find("Properties");
            it != row.end() && it->second.containsValueOfType<Dictionary>())
            out.properties = it->second.get<Dictionary>();
        return out;
    });
}

Outcome<Dictionary> read_secrets(Bus& bus, const std::string& kind, const std::string& name) {
    return bus.ask<Dictionary>(kRoot, kManager, "GetSecrets", kind, name);
}

Outcome<Target> take_target(Bus& bus, std::vector<std::string>& words) {
    if (words.empty()) return problem(Exit::usage, "which object? [KIND] NAME is missing");
    const auto take = [&words] {
        auto word = std::move(words.front());
        words.erase(words.begin());
        return word;
    };
    auto known = kinds(bus);
    if (!known) return ppp::detail::unexpected<Problem>(known.error());
    const bool is_kind = std::ranges::any_of(*known, [&](const auto& k) { return k.name == words.front(); });
    if (is_kind && words.size() > 1 && words[1].find('=') == std::string::npos) {
        Target out{take(), {}};
        out.name = take();
        return out;
    }
    auto all = configuration(bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto name = take();
    std::string found;
    Target out;
    for (const auto& object : *all) {
        if (object.name != name) continue;
        found += (found.empty() ? "" : ", ") + object.kind;
        out = {object.kind, object.name};
    }
    if (found.empty())
        return problem(Exit::not_found, "there is no object '" + printable(name) + "'; see: pppctl list");
    if (found.find(',') != std::string::npos)
        return problem(Exit::usage, "there are several '" + printable(name) + "': say which kind: " + found);
    return out;
}

}  // namespace ppp::ctl
