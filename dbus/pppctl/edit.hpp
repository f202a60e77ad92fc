// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Edit: a change of the configuration as RouterOS speech and the importers make it, and what is there
/// already.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>
#include "base/result.hpp"

namespace ppp::ctl::edits {

/// Values by property name, in the spelling of the command line.
using Properties = std::map<std::string, std::string, std::less<>>;

/// One configured object, session, or line of a listing.
struct Object {
    std::string name;
    Properties properties;
    friend bool operator==(const Object&, const Object&) = default;
};

/// A change of the configuration. May hold passwords: never to be shown.
struct Edit {
    enum class Verb : std::uint8_t { add, set, remove };
    Verb verb = Verb::set;
    std::string kind, name;
    Properties properties;  ///< of add and set; an empty value unsets
    friend bool operator==(const Edit&, const Edit&) = default;
};

/// What is configured, earlier edits included.
class Objects {
public:
    Objects() = default;
    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;
    virtual ~Objects() = default;

    /// All objects of a kind in the order of their listing, each with every property, also those that have
    /// their defaults; passwords are left out.
    virtual Result<std::vector<Object>> objects(std::string_view kind) = 0;
    /// Whether objects() has one of this name; asked for every command, so it must not cost a listing.
    virtual Result<bool> exists(std::string_view kind, std::string_view name) = 0;
    /// Those of one of objects(), without listing them all. @return Errc::not_found
    virtual Result<Properties> values(std::string_view kind, std::string_view name) = 0;
};

/// What an `add` comes to. Of a new object: itself. Of one that exists: with `replace` a `set` that gives it
/// the values of the edit and its defaults besides, but keeps passwords that the edit does not carry; without
/// `replace` a refusal that says so.
[[nodiscard]] Result<Edit> settle(Objects& objects, Edit edit, bool replace);
/// The `set` of an object that exists which settle() makes.
[[nodiscard]] Result<Edit> whole(Objects& objects, Edit edit);

}  // namespace ppp::ctl::edits
