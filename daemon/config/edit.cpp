// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/edit.hpp"
#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <set>
#include "config/check.hpp"
#include "config/values.hpp"
#include "config/wording.hpp"

namespace ppp::config {
namespace {

constexpr std::string_view kNotUtf8 = "is not UTF-8 text";

/// A key as pointers and sentences may have it.
std::string_view fit(std::string_view key) { return valid_utf8(key) ? key : "?"; }

std::string an_object(const Kind& kind, std::string_view name) {
    return std::string(kind.name) + " " + quoted(name);
}

/// @return whether the object of this kind names `name` of `target` in this property.
bool names_it(const Property& property, const void* object, std::string_view target,
              const std::string& name) {
    switch (property.reference) {
        case Reference::none:
            return false;
        case Reference::profile:
            return target == "profile" && property.print(object) == name;
        case Reference::pool:
        case Reference::address_or_pool:
            // No pool has the name of an address.
            return target == "pool" && property.print(object) == name;
    }
    return false;
}

class Editor {
public:
    Editor(Config before, Problems& problems) : config_(std::move(before)), problems_(problems) {}

    void apply(const Edit& edit) {
        const Kind* kind = find_kind(edit.kind);
        if (!kind) {
            complain(pointer_to(fit(edit.kind)), not_a_kind(nearest(edit.kind, kind_names(false))));
            return;
        }
        if (!valid_utf8(edit.name)) {
            complain(pointer_to(kind->name, fit(edit.name)), "the name " + std::string(kNotUtf8));
            return;
        }
        switch (edit.verb) {
            case Edit::Verb::add:
                return add(*kind, edit);
            case Edit::Verb::set:
                return set(*kind, edit);
            case Edit::Verb::remove:
                return remove(*kind, edit);
        }
    }

    /// What has to hold once all edits are made.
    void finish(const Config& before, const Vault* vault) {
        for (const auto& [kind, name] : removed_)
            if (!kind->find(config_, name)) still_needed(*kind, name);
        for (const auto& name : to_prove_) password_of(name);
        check(config_, problems_);
        check_methods(config_, problems_);
        seal_all(config_, before, vault, problems_);
    }

    /// Problems that are nothing but an object that is not there.
    [[nodiscard]] std::size_t missing_objects() const { return missing_; }
    [[nodiscard]] Config take() && { return std::move(config_); }

private:
    void complain(const std::string& pointer, std::string text, File file = File::config) {
        if (!problems_.has(file, pointer)) problems_.add(file, pointer, std::move(text));
    }

    void add(const Kind& kind, const Edit& edit) {
        std::string name = edit.name;
        if (name.empty()) name = kind.only_name;
        if (name.empty()) name = free_name(config_, kind);
        const auto pointer = pointer_to(kind.name, name);
        if (name.empty())
            return complain(pointer, "needs a name: it cannot be made up for a " + std::string(kind.name));
        if (auto wrong = not_a_name(kind, name); !wrong.empty()) return complain(pointer, std::move(wrong));
        if (kind.find(config_, name)) {
            const bool always = kind.name == "profile" && builtin_profile(name);
            return complain(pointer, always ? "exists always; set its values instead of adding it"
                                            : "exists already; set its values, or add it under another name");
        }
        change(kind, name, kind.add(config_, name), edit);
        if (kind.name == "secret") to_prove_.insert(name);
    }

    void set(const Kind& kind, const Edit& edit) {
        const std::string name = edit.name.empty() ? std::string(kind.only_name) : edit.name;
        void* object = kind.find(config_, name);
        if (!object && !kind.only_name.empty() && name == kind.only_name) object = kind.add(config_, name);
        if (!object) return missing(kind, name);
        change(kind, name, object, edit);
    }

    void remove(const Kind& kind, const Edit& edit) {
        const std::string name = edit.name.empty() ? std::string(kind.only_name) : edit.name;
        const auto pointer = pointer_to(kind.name, name);
        if (!kind.find(config_, name)) return missing(kind, name);
        if (kind.name == "profile" && builtin_profile(name))
            return complain(pointer, "exists always and cannot be removed; its values can be set and unset");
        if (!edit.properties.empty() || !edit.unset.empty())
            return complain(pointer, "is to be removed, so no property of it can change");
        kind.remove(config_, name);
        removed_.emplace_back(&kind, name);
        if (kind.name == "secret") {
            to_prove_.erase(name);
            proven_.erase(name);
        }
    }

    void missing(const Kind& kind, const std::string& name) {
        const auto pointer = pointer_to(kind.name, name);
        if (problems_.has(File::config, pointer)) return;  // it could not be added, which was said
        std::string hint;
        if (problems_.few()) {
            const auto names = kind.names(config_);
            hint = did_you_mean(name, {names.begin(), names.end()});
        }
        ++missing_;
        problems_.add(File::config, pointer, "there is no " + an_object(kind, name) + hint);
    }

    /// @return the property, or nullptr after a complaint. Each may be touched once in an edit.
    const Property* property_of(const Kind& kind, const std::string& name, std::string_view key,
                                std::set<std::string_view>& given) {
        const auto place = pointer_to(kind.name, name, fit(key));
        const Property* property = find_property(kind, key);
        if (!property) {
            std::vector<std::string_view> known;
            for (const auto& p : kind.properties) known.push_back(p.name);
            const auto meant = nearest(key, known);
            // Whoever misses the value misses it because of the wrong key.
            if (!meant.empty() && meant != key)
                problems_.silence(File::config, pointer_to(kind.name, name, meant));
            complain(place, key == "name" ? "cannot change; remove the object and add it under the new name"
                            : key == "serves" ? "is only shown; password-storage decides it"
                                              : not_a_property(kind, meant));
            return nullptr;
        }
        if (!given.insert(is_alias(*property) ? property->alias_of : property->name).second) {
            complain(place, "is given twice, or under both of its names; keep one of them");
            return nullptr;
        }
        return property;
    }

    void change(const Kind& kind, const std::string& name, void* object, const Edit& edit) {
        const bool is_secret = kind.name == "secret";
        const bool was_disabled = is_secret && config_.secret.at(name).disabled;
        std::set<std::string_view> given;
        for (const auto& key : edit.unset) {
            const Property* property = property_of(kind, name, key, given);
            if (!property) continue;
            const auto* real = is_alias(*property) ? find_property(kind, property->alias_of) : property;
            Config scratch;
            (void)real->parse(object, real->print(kind.add(scratch, name)));
            if (is_secret && real->secret) {
                to_prove_.insert(name);
                proven_.erase(name);
            }
        }
        for (const auto& [key, value] : edit.properties) {
            const Property* property = property_of(kind, name, key, given);
            if (!property) continue;
            const auto place = pointer_to(kind.name, name, key);
            const auto file = property->secret ? File::secrets : File::config;
            if (is_secret && property->secret) proven_.insert(name);
            if (!valid_utf8(value))
                complain(place, std::string(kNotUtf8), file);
            else if (!property->parse(object, value))
                complain(place, not_a_value(*property, quoted(value), value), file);
        }
        keep_passwords(kind, name, object);
        if (was_disabled && !config_.secret.at(name).disabled) to_prove_.insert(name);
    }

    /// Brings all passwords of the object into the form that its storage property says.
    void keep_passwords(const Kind& kind, const std::string& name, void* object) {
        const auto* storage = find_property(kind, "password-storage");
        if (!storage) return;
        const auto wanted = storage->password(object)->storage();
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            auto& password = *property.password(object);
            const bool plain = wanted == PasswordStorage::nt_hash && !property.nt_hash;
            password.keep_as(plain ? PasswordStorage::plain : wanted);
            if (const auto why = password.settle(); !why.empty())
                complain(pointer_to(kind.name, name, property.name), std::string(why), File::secrets);
        }
    }

    /// Says who names the removed object, and that only once.
    void still_needed(const Kind& target, const std::string& name) {
        constexpr std::size_t named = 3;
        std::size_t count = 0;
        std::string who;
        for (const auto& kind : kinds()) {
            for (const auto& property : kind.properties) {
                if (property.reference == Reference::none || is_alias(property)) continue;
                for (const auto& user : kind.names(config_)) {
                    if (!names_it(property, kind.find_const(config_, user), target.name, name)) continue;
                    problems_.silence(File::config, pointer_to(kind.name, user, property.name));
                    if (++count > named) continue;
                    who += (who.empty() ? "" : ", ") + std::string(property.name) + " of " +
                           an_object(kind, user);
                }
            }
        }
        if (count == 0) return;
        if (count > named) who += " and " + std::to_string(count - named) + " more";
        complain(pointer_to(target.name, name), "is still needed, it is the " + who + "; give " +
                                                    (count == 1 ? "it" : "them") + " another first");
    }

    void password_of(const std::string& name) {
        const auto it = config_.secret.find(name);
        if (it == config_.secret.end() || it->second.disabled || !it->second.password.empty()) return;
        if (!proven_.contains(name))
            complain(pointer_to("secret", name, "password"), std::string(kPasswordMissing), File::secrets);
    }

    Config config_;
    Problems& problems_;
    std::vector<std::pair<const Kind*, std::string>> removed_;
    std::set<std::string> to_prove_;  // secrets that need a password from now on
    std::set<std::string> proven_;    // secrets that were given one, be it ""
    std::size_t missing_ = 0;
};

Result<Config> apply_or_throw(const Config& before, std::span<const Edit> edits,
                              std::vector<Problem>& problems, const Vault* vault) {
    Problems collected;
    Editor editor(before, collected);
    for (const auto& edit : edits) editor.apply(edit);
    editor.finish(before, vault);
    if (collected.empty()) return std::move(editor).take();
    problems = std::move(collected).take();
    const auto code = problems.size() == editor.missing_objects() ? Errc::not_found : Errc::config;
    return fail(code, to_string(problems));
}

}  // namespace

void wipe(Edit& edit) noexcept {
    for (auto& [key, value] : edit.properties) {
        ::explicit_bzero(value.data(), value.size());
        value.clear();
    }
}

Result<Config> apply(const Config& before, std::span<const Edit> edits, std::vector<Problem>& problems,
                     const Vault* vault) {
    problems.clear();
    try {
        return apply_or_throw(before, edits, problems, vault);
    } catch (const std::exception&) {
        return fail(Errc::system, "there is not enough memory to change the configuration");
    }
}

std::string free_name(const Config& config, const Kind& kind) {
    if (kind.name_prefix.empty()) return "";
    for (std::size_t number = 1;; ++number) {
        std::string name = std::string(kind.name_prefix) + std::to_string(number);
        const auto taken = [&](const Kind& other) {
            return other.names_interfaces && other.find_const(config, name) != nullptr;
        };
        if (std::none_of(kinds().begin(), kinds().end(), taken)) return name;
    }
}

}  // namespace ppp::config
