// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Values as people read them. All text is UTF-8.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace ppp::ctl {

/// Text that cannot steer a terminal: control characters, and those that turn the direction of writing,
/// become \xNN or \uNNNN. Peers choose AC-Names and user names.
[[nodiscard]] std::string printable(std::string_view text);
/// Columns that printable text takes; combining marks count nothing, East Asian wide characters two.
[[nodiscard]] std::size_t columns(std::string_view text);
/// The text cut to at most `width` columns, with "…" at its end when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// "1d2h3m4s", as RouterOS writes it; "0s".
[[nodiscard]] std::string duration(std::uint64_t seconds);
/// "1.2 ms", "350 us", "unknown" below zero. @param us microseconds.
[[nodiscard]] std::string round_trip(std::int64_t us);
/// "1234", "12.1 KiB", "3.40 GiB".
[[nodiscard]] std::string octets(std::uint64_t n);

/// By the wall clock, since 1970.
[[nodiscard]] std::uint64_t now_microseconds();
/// A moment as local time: "2026-01-31 23:59:59"; "" for 0. @param microseconds since 1970.
[[nodiscard]] std::string moment(std::uint64_t microseconds);
/// The same without the day, to the millisecond: "23:59:59.999".
[[nodiscard]] std::string time_of_day(std::uint64_t microseconds);

/// D-Bus spelling to RouterOS spelling: "LocalIpv6Address" to "local-ipv6-address".
[[nodiscard]] std::string kebab(std::string_view camel);

}  // namespace ppp::ctl
