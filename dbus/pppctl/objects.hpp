// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Clients and servers as the daemon shows them, as JSON and as words.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>
#include "dbus/pppctl/bus.hpp"

namespace ppp::ctl {

using Json = nlohmann::ordered_json;

/// The value as text with a line break at its end. What is not UTF-8, as files and command lines may have it,
/// becomes U+FFFD: nothing that was done goes untold. @param indent -1 puts all into one line.
[[nodiscard]] inline std::string json_text(const Json& json, int indent = 2) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

struct Object {
    std::string path;
    bool is_client = false;
    Dictionary properties;

    [[nodiscard]] const char* interface() const { return is_client ? kClient : kServer; }
    /// "" when there is no such property or it is no string.
    [[nodiscard]] std::string text(const char* property) const;
    /// 0 when there is no such property or it is no number.
    [[nodiscard]] std::uint64_t number(const char* property) const;
    [[nodiscard]] bool flag(const char* property) const;
};

/// All clients and servers in the order of their names, clients first.
[[nodiscard]] Outcome<std::vector<Object>> objects(Bus& bus);
/// One of them by name; a client before a server of the same name.
[[nodiscard]] Outcome<Object> object(Bus& bus, const std::string& name);

/// A value in the spelling of the command line: yes, no, a,b,c. As it came: printable() before it is shown.
[[nodiscard]] std::string value_text(const sdbus::Variant& value);
/// Any value that the interface uses.
[[nodiscard]] Json to_json(const sdbus::Variant& value);
/// The sessions that are up, however many; rows of Manager.ListSessions. @param filter as that takes it.
[[nodiscard]] inline Outcome<std::vector<Dictionary>> all_sessions(Bus& bus, const Dictionary& filter) {
    return bus.ask_all("ListSessions", filter);
}
/// Keys in RouterOS' spelling, in alphabetical order of the properties.
[[nodiscard]] Json to_json(const Dictionary& properties);
/// Everything of an object; a connected client has "uptime" in seconds as well.
[[nodiscard]] Json to_json(const Object& object);

/// Seconds since State got its value.
[[nodiscard]] std::uint64_t seconds_in_state(const Object& client);
/// "12s", "due" for a moment that has passed; "" when none is known.
[[nodiscard]] std::string next_attempt_in(const Object& client);
/// A property as a person reads it, printable.
[[nodiscard]] std::string display(const std::string& property, const sdbus::Variant& value);
/// Everything worth showing of one object now, in RouterOS' order; what is empty is left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe(const Object& object);

}  // namespace ppp::ctl
