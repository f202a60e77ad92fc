// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The property table: every kind of object and every property, once, as data.
///
/// Files, the bus, the command line and RouterOS imports read names, spellings, ranges and meanings here, so
/// a property is added in one place: its member in model.hpp and its row in one of rows_*.hpp.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"

namespace ppp::config {

/// What JSON may write a value as, besides a string in the spelling of the command line.
enum class Shape : std::uint8_t {
    text,    ///< nothing else
    flag,    ///< true, false
    number,  ///< an integer
    list,    ///< an array of strings
};

enum class Required : std::uint8_t { no, always, when_enabled };

/// What the value names, if it names another object.
enum class Reference : std::uint8_t { none, profile, pool, address_or_pool };

/// One property of a kind. `object` below is always the struct of model.hpp that belongs to the kind.
struct Property {
    std::string_view name;     ///< as RouterOS spells it
    std::string_view meaning;  ///< for people: help texts and documentation
    Shape shape;
    std::string (*expected)();  ///< completes "... is not": "a number from 0 to 255"
    /// Reads one spelling into the object. @return false when the text is none; the object is unchanged then.
    bool (*parse)(void* object, std::string_view text);
    /// The canonical spelling of the value; parse() of it gives the value back. "" = unset.
    /// Of a secret property it is the secret: only the writer of secrets.json may call it.
    std::string (*print)(const void* object);
    /// Says of a text that parse() refuses what is wrong in it, or "". nullptr: there is no more to say.
    std::string (*explain)(std::string_view text) = nullptr;
    bool secret = false;  ///< lives in secrets.json and is never shown
    /// How secrets.json keeps the secret properties. The form of their values there says it, so it has no
    /// entry of its own in any file.
    bool storage = false;
    bool nt_hash = false;  ///< a secret one that may be kept as its NT hash
    /// The value of a secret property, or the one that a storage property is about; else nullptr.
    Password* (*password)(void* object) = nullptr;
    Required required = Required::no;
    Reference reference = Reference::none;
    /// Set for a second spelling of another property: read, never written, hidden from listings.
    std::string_view alias_of = {};
};

/// One kind of object: "pppoe-client" and the like.
struct Kind {
    std::string_view name;
    std::string_view meaning;
    bool names_interfaces;  ///< an object's name becomes the name of a network interface
    /// Whether the daemon acts on objects of this kind yet; those of the others are read, checked, kept and
    /// shown as what is to come.
    bool built;
    std::string_view name_prefix;  ///< an object without a name gets this and a number; "" = it needs a name
    std::string_view only_name;    ///< the one name an object of this kind can have; "" = any
    std::span<const Property> properties;

    /// The object, or nullptr.
    void* (*find)(Config&, std::string_view name);
    /// Makes the object with its defaults, or returns the one that exists.
    void* (*add)(Config&, std::string_view name);
    /// @return whether there was one. Profiles that always exist come back with their defaults.
    bool (*remove)(Config&, std::string_view name);
    /// All names, sorted.
    std::vector<std::string> (*names)(const Config&);

    [[nodiscard]] const void* find_const(const Config& config, std::string_view object) const {
        return find(const_cast<Config&>(config), object);  // find() changes nothing
    }
};

/// All kinds, in the order in which files and listings show them.
[[nodiscard]] std::span<const Kind> kinds();
[[nodiscard]] const Kind* find_kind(std::string_view name);
/// Also finds second spellings.
[[nodiscard]] const Property* find_property(const Kind& kind, std::string_view name);

/// A Config as it is without any file: nothing but the profiles that always exist.
[[nodiscard]] Config default_config();
/// Whether the profile cannot be removed: "default", "default-encryption".
[[nodiscard]] bool builtin_profile(std::string_view name);
/// What a profile of this name is before the file says anything.
[[nodiscard]] Profile base_profile(std::string_view name);

/// @param object may be nullptr. @return nullptr without an object, or when the property has no password.
[[nodiscard]] inline const Password* kept_password(const Property& p, const void* object) {
    return object && p.password ? p.password(const_cast<void*>(object)) : nullptr;  // it only looks
}

/// A second spelling is one name for one value: `enabled=yes` is `disabled=no`.
[[nodiscard]] inline bool is_alias(const Property& p) { return !p.alias_of.empty(); }

}  // namespace ppp::config
