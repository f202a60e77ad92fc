// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/validate.hpp"
#include <algorithm>
#include <exception>
#include <set>
#include <unordered_set>
#include "config/check.hpp"
#include "config/json_text.hpp"
#include "config/property.hpp"
#include "config/values.hpp"
#include "config/vault.hpp"
#include "config/wording.hpp"

namespace ppp::config {
namespace {

std::string shown(const JsonValue& value) {
    switch (value.type) {
        case JsonValue::Type::null:
            return "null";
        case JsonValue::Type::boolean:
            return value.scalar;
        case JsonValue::Type::integer:
        case JsonValue::Type::real:
            return value.scalar.size() > 48 ? value.scalar.substr(0, 45) + "..." : value.scalar;
        case JsonValue::Type::text:
            return quoted(value.scalar);
        case JsonValue::Type::list:
            return "[...]";
        case JsonValue::Type::object:
            return "{...}";
    }
    return "";
}

/// The spelling that the property's parser reads; nullopt when JSON's type cannot be one of its values.
std::optional<std::string> spelling(const Property& property, const JsonValue& value) {
    switch (value.type) {
        case JsonValue::Type::text:
            return value.scalar;
        case JsonValue::Type::boolean:
            if (property.shape == Shape::flag) return value.scalar;
            return std::nullopt;
        case JsonValue::Type::integer:
            if (property.shape == Shape::number) return value.scalar;
            return std::nullopt;
        case JsonValue::Type::list: {
            if (property.shape != Shape::list) return std::nullopt;
            std::string out;
            for (const auto& member : value.members) {
                if (member.value.type != JsonValue::Type::text || member.value.scalar.empty() ||
                    member.value.scalar.find(',') != std::string::npos)
                    return std::nullopt;
                if (!out.empty()) out += ',';
                out += member.value.scalar;
            }
            return out;
        }
        case JsonValue::Type::null:
        case JsonValue::Type::real:
        case JsonValue::Type::object:
            return std::nullopt;
    }
    return std::nullopt;
}

std::vector<std::string_view> property_names(const Kind& kind) {
    std::vector<std::string_view> out;
    for (const auto& property : kind.properties)
        if (!property.secret) out.push_back(property.name);
    return out;
}

/// A secret in a property's place may have anything for a key: only the right ones are repeated.
std::string secret_names(const Kind& kind) {
    std::string out;
    for (const auto& property : kind.properties)
        if (property.secret) out += (out.empty() ? "\"" : " or \"") + std::string(property.name) + '"';
    return out;
}

class Reader {
public:
    Reader(Config& config, Problems& problems) : config_(config), problems_(problems) {}

    void read_config(const JsonValue& root) {
        for (const auto& [key, value] : root.members) {
            const Kind* kind = find_kind(key);
            if (!kind) {
                const auto known = kind_names(false);
                const auto meant = nearest(key, known);
                // Whoever refers to what this should have been is right.
                if (!meant.empty()) problems_.silence(File::config, pointer_to(meant));
                problems_.add(File::config, pointer_to(key), not_a_kind(meant));
            } else if (value.type != JsonValue::Type::object) {
                problems_.add(File::config, pointer_to(key),
                              shown(value) + " is not an object that holds each " + key + " by its name");
            } else {
                for (const auto& [name, object] : value.members) read_object(*kind, name, object);
            }
        }
    }

    void read_secrets(const JsonValue& root) {
        const auto known = kind_names(true);
        for (const auto& [key, value] : root.members) {
            const Kind* kind = find_kind(key);
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                if (const auto meant = nearest(key, known); !meant.empty())
                    problems_.silence(File::secrets, pointer_to(meant));
                problems_.add(File::secrets, pointer_to(key),
                              "has no passwords; " + enumeration(known) + " have" + did_you_mean(key, known));
            } else if (value.type != JsonValue::Type::object) {
                problems_.add(File::secrets, pointer_to(key),
                              "is not an object that holds each " + key + " by its name");
            } else {
                for (const auto& [name, object] : value.members) read_secret_object(*kind, name, object);
            }
        }
    }

    void keep_secrets(const Config& before) {
        for (const auto& kind : kinds())
            for (const auto& name : kind.names(config_)) {
                const auto* old = kind.find_const(before, name);
                if (!old) continue;
                for (const auto& property : kind.properties)
                    if (property.secret)
                        *property.password(kind.find(config_, name)) = *kept_password(property, old);
            }
        // That an enabled one has no password was somebody's wish already.
        for (const auto& [name, secret] : before.secret)
            if (!secret.disabled || !secret.password.empty()) with_password_.insert(name);
    }

    /// A user without a password lets everybody in, so to have none must be somebody's wish.
    void require_passwords() {
        if (problems_.has(File::secrets, "") || problems_.has(File::secrets, pointer_to("secret"))) return;
        for (const auto& [name, secret] : config_.secret) {
            const auto pointer = pointer_to("secret", name, "password");
            if (secret.disabled || with_password_.contains(name) ||
                problems_.has(File::secrets, pointer_to("secret", name)) ||
                problems_.has(File::config, pointer))
                continue;
            problems_.add(File::secrets, pointer, std::string(kPasswordMissing));
        }
    }

private:
    void read_object(const Kind& kind, const std::string& name, const JsonValue& value) {
        const auto pointer = pointer_to(kind.name, name);
        if (auto wrong = not_a_name(kind, name); !wrong.empty())
            problems_.add(File::config, pointer, std::move(wrong));
        void* object = kind.add(config_, name);
        if (value.type != JsonValue::Type::object) {
            problems_.add(File::config, pointer, shown(value) + " is not an object that holds properties");
            // What is missing in it is not the mistake.
            for (const auto& property : kind.properties)
                problems_.silence(File::config, pointer_to(kind.name, name, property.name));
            return;
        }
        std::set<std::string_view> given;
        for (const auto& [key, member] : value.members) {
            const Property* property = find_property(kind, key);
            const auto place = pointer_to(kind.name, name, key);
            if (!property) {
                const auto meant = nearest(key, property_names(kind));
                if (!meant.empty()) problems_.silence(File::config, pointer_to(kind.name, name, meant));
                problems_.add(File::config, place, not_a_property(kind, meant));
                continue;
            }
            if (property->secret) {
                problems_.add(File::config, place,
                              "belongs into secrets.json, which only its owner can read; remove it here and "
                              "change it, others may have seen it");
                continue;
            }
            if (property->storage) {
                problems_.add(
                    File::config, place,
                    "is no entry of a file: the form of the password in secrets.json says it; remove it "
                    "here, and run: pppctl set " +
                        std::string(kind.name) + " " + quoted(name) + " password-storage=...");
                continue;
            }
            const auto canonical = is_alias(*property) ? property->alias_of : property->name;
            if (!given.insert(canonical).second && !problems_.has(File::config, place)) {
                problems_.add(File::config, place, "is there already under its other name; keep one of them");
                continue;
            }
            const auto text = spelling(*property, member);
            if (text && property->parse(object, *text)) continue;
            // A list of texts is shown by what is in it.
            const bool list = text && member.type == JsonValue::Type::list;
            problems_.add(File::config, place,
                          not_a_value(*property, list ? quoted(*text) : shown(member), text.value_or("")));
        }
    }

    void read_secret_object(const Kind& kind, const std::string& name, const JsonValue& value) {
        const auto pointer = pointer_to(kind.name, name);
        void* object = kind.find(config_, name);
        if (!object) {
            // With config.json in doubt, what it lacks is not this file's mistake.
            if (problems_.has(File::config, "") || problems_.has(File::config, pointer_to(kind.name))) return;
            std::string hint;
            if (problems_.few()) {
                const auto names = kind.names(config_);
                const auto meant = nearest(name, {names.begin(), names.end()});
                if (!meant.empty()) {
                    hint = "; did you mean " + quoted(meant) + "?";
                    problems_.silence(File::secrets, pointer_to(kind.name, meant));
                }
            }
            problems_.add(File::secrets, pointer,
                          "there is no such " + std::string(kind.name) + " in config.json" + hint);
            return;
        }
        if (value.type != JsonValue::Type::object) {
            problems_.add(File::secrets, pointer, "is not an object that holds " + secret_names(kind));
            return;
        }
        for (const auto& [key, member] : value.members) {
            const Property* property = find_property(kind, key);
            if (!property || !property->secret) {
                // The key may be a password in the wrong place: it is not repeated.
                problems_.add(File::secrets, pointer, "has a property other than " + secret_names(kind));
                continue;
            }
            if (kind.name == "secret") with_password_.insert(name);
            if (!read_password(*property, object, member))
                problems_.add(File::secrets, pointer_to(kind.name, name, key),
                              not_a_value(*property, "", "") +
                                  (property->nt_hash ? R"( nor {"nt-hash": "32 hexadecimal digits"})" : "") +
                                  R"( nor {"sealed": "..."} as the daemon wrote it)");
        }
    }

    /// A text, or an object whose only key is the form.
    static bool read_password(const Property& property, void* object, const JsonValue& value) {
        if (value.type == JsonValue::Type::text) return property.parse(object, value.scalar);
        if (value.type != JsonValue::Type::object || value.members.size() != 1) return false;
        const auto& [form, member] = value.members.front();
        if (member.type != JsonValue::Type::text) return false;
        auto& password = *property.password(object);
        if (form == storage_name(PasswordStorage::sealed) && Vault::well_formed(member.scalar)) {
            password = Password::locked_by(member.scalar);
            return true;
        }
        if (form != storage_name(PasswordStorage::nt_hash) || !property.nt_hash) return false;
        const auto hash = crypto::NtHash::parse(member.scalar);
        if (hash) password = Password::hashed(*hash);
        return hash.has_value();
    }

    Config& config_;
    Problems& problems_;
    std::unordered_set<std::string> with_password_;  // of the kind "secret"
};

/// @param read_passwords gives the objects of config.json their passwords.
template <class F>
std::vector<Problem> validate_with(std::string_view config_json, Config& out, F read_passwords) {
    try {
        Problems problems;
        Config config = default_config();
        Reader reader(config, problems);
        const auto root = read_json(config_json, File::config, problems);
        if (root) reader.read_config(*root);
        if (root) check(config, problems);
        read_passwords(reader, problems);
        reader.require_passwords();
        if (root) check_methods(config, problems);
        if (problems.empty()) out = std::move(config);
        return std::move(problems).take();
    } catch (const std::exception&) {
        // std::bad_alloc and its like: whatever the file is, reading it ended nothing but this call.
        return {{.file = File::config, .pointer = {}, .text = "there is not enough memory to read it"}};
    }
}

}  // namespace

std::vector<Problem> validate(std::string_view config_json, std::string_view secrets_json, Config& out) {
    return validate_with(config_json, out, [&](Reader& reader, Problems& problems) {
        auto secrets = read_json(secrets_json, File::secrets, problems);
        if (!secrets) return;
        reader.read_secrets(*secrets);
        wipe(*secrets);
    });
}

std::vector<Problem> validate(std::string_view config_json, const Config& before, Config& out) {
    return validate_with(config_json, out, [&](Reader& reader, Problems&) { reader.keep_secrets(before); });
}

}  // namespace ppp::config
