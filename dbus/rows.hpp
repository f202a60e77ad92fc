// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Rows of sessions on the bus, written into a message without the detour over sdbus::Variant.
#pragma once
#include <sdbus-c++/Message.h>
#include <sdbus-c++/TypeTraits.h>
#include <array>
#include <cstdint>
#include <string>
#include <vector>
#include "session/service.hpp"

namespace ppp::dbus {

/// What a row is for decides what it has beyond the keys that all have.
enum class RowUse : std::uint8_t { listed, opened, closed };

/// Borrows a session for as long as it takes to send it; a{sv} on the bus.
struct Row {
    const session::SessionRow* session = nullptr;
    RowUse use = RowUse::listed;
    const session::EndedSession* end = nullptr;         ///< what is known besides, or nullptr
    const std::vector<std::string>* packets = nullptr;  ///< lines of a trace, or nullptr
};
sdbus::Message& operator<<(sdbus::Message& message, const Row& row);

/// The filter of ListSessions; a{sv} on the bus. Reading it throws sdbus::Error (InvalidArgument) that names
/// the key which is unknown or has the wrong type.
struct FilterArgument {
    session::SessionFilter filter;
};
sdbus::Message& operator>>(sdbus::Message& message, FilterArgument& argument);

}  // namespace ppp::dbus

// NOLINTBEGIN(readability-identifier-naming,readability-const-return-type): the library's names and types
/// `str` is what sdbus-c++ 1.2 asks for, `value` what 2.x does.
template <>
struct sdbus::signature_of<ppp::dbus::Row> {
    static constexpr std::array value{'a', '{', 's', 'v', '}'};
    static constexpr bool is_valid = true;
    static constexpr bool is_trivial_dbus_type = false;
    static const std::string str() { return "a{sv}"; }
};
template <>
struct sdbus::signature_of<ppp::dbus::FilterArgument> : sdbus::signature_of<ppp::dbus::Row> {};
// NOLINTEND(readability-identifier-naming,readability-const-return-type)
