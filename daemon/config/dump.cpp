// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/dump.hpp"
#include <algorithm>
#include "config/json_text.hpp"
#include "config/property.hpp"
#include "config/values.hpp"

namespace ppp::config {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A value in the form JSON has for it, else as a string.
void append_value(std::string& out, const Property& property, const std::string& text) {
    switch (property.shape) {
        case Shape::flag:
            if (const auto flag = parse_yes_no(text)) {
                out += *flag ? "true" : "false";
                return;
            }
            break;
        case Shape::number:
            if (all_digits(text)) {
                out += text;
                return;
            }
            break;
        case Shape::list: {
            out += '[';
            bool first = true;
            for (const auto part : split_list(text)) {
                if (!first) out += ", ";
                first = false;
                append_json_string(out, part);
            }
            out += ']';
            return;
        }
        case Shape::text:
            break;
    }
    append_json_string(out, text);
}

/// One level of "key": value lines, with the commas and newlines where they belong.
class Block {
public:
    Block(std::string& out, std::size_t indent) : out_(&out), indent_(indent) { out += '{'; }
    void key(std::string_view name) {
        *out_ += empty_ ? "\n" : ",\n";
        empty_ = false;
        out_->append(indent_, ' ');
        append_json_string(*out_, name);
        *out_ += ": ";
    }
    void close() {
        if (!empty_) {
            *out_ += '\n';
            out_->append(indent_ - 4, ' ');
        }
        *out_ += '}';
    }

private:
    std::string* out_;
    std::size_t indent_;
    bool empty_ = true;
};

/// A text for the plain form, else an object whose key is the form.
void append_password(std::string& out, const Password& password) {
    if (password.storage() == PasswordStorage::plain) return append_json_string(out, password.reveal());
    out += '{';
    append_json_string(out, storage_name(password.storage()));
    out += ": ";
    append_json_string(out, password.hash() ? password.hash()->hex().reveal() : password.seal());
    out += '}';
}

/// More octets than the text of secrets.json takes: one that grows would leave copies of passwords behind.
std::size_t room_for_secrets(const Config& config) {
    constexpr std::size_t escaped = 6;  // the longest form of an octet in JSON
    constexpr std::size_t around = 128;
    std::size_t out = around;
    for (const auto& kind : kinds())
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            for (const auto& name : kind.names(config)) {
                const auto* password = kept_password(property, kind.find_const(config, name));
                out += around + escaped * (name.size() + password->reveal().size()) + password->seal().size();
            }
            out += around;
        }
    return out;
}

std::string dump_objects(const Config& config) {
    std::string out;
    Block root(out, 4);
    for (const auto& kind : kinds()) {
        std::string body;
        Block objects(body, 8);
        bool any = false;
        for (const auto& name : kind.names(config)) {
            std::string lines;
            Block properties(lines, 12);
            bool differs = false;
            for (const auto& shown : show(config, kind, name, {})) {
                if (shown.property->secret || shown.property->storage) continue;
                differs = true;
                properties.key(shown.property->name);
                append_value(lines, *shown.property, shown.text);
            }
            properties.close();
            // A profile that exists anyway needs no mention.
            if (!differs && kind.name == "profile" && builtin_profile(name)) continue;
            any = true;
            objects.key(name);
            body += lines;
        }
        objects.close();
        if (!any) continue;
        root.key(kind.name);
        out += body;
    }
    root.close();
    return out + '\n';
}

}  // namespace

std::vector<ShownProperty> show(const Config& config, const Kind& kind, std::string_view name,
                                ShowOptions options) {
    std::vector<ShownProperty> out;
    const void* object = kind.find_const(config, name);
    if (!object) return out;
    Config scratch;
    const void* base = kind.add(scratch, name);
    for (const auto& property : kind.properties) {
        if (is_alias(property)) continue;
        std::string text = property.secret ? std::string() : property.print(object);
        const bool is_default =
            property.secret ? kept_password(property, object)->empty() : text == property.print(base);
        if (options.defaults || !is_default)
            out.push_back({.property = &property, .text = std::move(text), .is_default = is_default});
    }
    return out;
}

std::string dump_config(const Config& config) { return dump_objects(config); }

Secret dump_secrets(const Config& config) {
    std::string text;
    text.reserve(room_for_secrets(config));
    Block root(text, 4);
    for (const auto& kind : kinds()) {
        const auto names = kind.names(config);
        const bool has_secrets = std::any_of(kind.properties.begin(), kind.properties.end(),
                                             [](const Property& p) { return p.secret; });
        if (names.empty() || !has_secrets) continue;
        root.key(kind.name);
        Block objects(text, 8);
        for (const auto& name : names) {
            objects.key(name);
            Block properties(text, 12);
            // An empty password is written too: to forget one and to want none are not the same.
            for (const auto& property : kind.properties) {
                if (!property.secret) continue;
                properties.key(property.name);
                append_password(text, *kept_password(property, kind.find_const(config, name)));
            }
            properties.close();
        }
        objects.close();
    }
    root.close();
    text += '\n';
    Secret out{text};
    ::explicit_bzero(text.data(), text.size());
    return out;
}

}  // namespace ppp::config
