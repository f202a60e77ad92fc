// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Text for the bus: object paths, UTF-8, and moments.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ppp::dbus {

inline constexpr const char* kBusName = "org.pppmanager1";
inline constexpr const char* kRootPath = "/org/pppmanager1";

/// Path of a named object, escaped as sd_bus_path_encode(3) does it. @param kind "client" or "server".
[[nodiscard]] std::string object_path(std::string_view kind, const std::string& name);

/// True when D-Bus can carry it: UTF-8 without overlong forms, surrogates and NUL.
[[nodiscard]] bool is_bus_text(std::string_view octets);
/// The text with each octet that D-Bus cannot carry written as \xNN; peers may send anything as AC-Name or
/// user.
[[nodiscard]] std::string bus_text(std::string_view octets);
/// A moment as the bus has it: microseconds since 1970, 0 for none.
[[nodiscard]] std::uint64_t microseconds(std::optional<std::chrono::system_clock::time_point> moment);

}  // namespace ppp::dbus
