// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The spellings of values that need more than a comparison: durations, rates, lists, names.
///
/// Each pair holds parse(print(x)) == x. Parsers take the whole text or nothing.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "aaa/address_range.hpp"
#include "wire/auth_method.hpp"

namespace ppp::config {

/// yes, no; also true and false.
[[nodiscard]] std::optional<bool> parse_yes_no(std::string_view text);
[[nodiscard]] std::string_view print_yes_no(bool value);

/// Decimal digits, nothing else: no sign, no blanks.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

/// "90" (seconds), "30s", "8h", "1d2h3m4s", "2w", "00:10:00", "1d00:10:00". Units once each, biggest first.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);
/// The RouterOS spelling: "1m30s", "0s".
[[nodiscard]] std::string print_duration(std::chrono::seconds value);
/// "250" or "250ms", or a duration with a unit ("1s").
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_milliseconds(std::string_view text);

/// Names separated by commas, blanks around them allowed; never empty. The order does not count.
[[nodiscard]] std::optional<AuthMethods> parse_auth_methods(std::string_view text);
/// Strongest first: "mschap2,mschap1,chap,pap".
[[nodiscard]] std::string print_auth_methods(AuthMethods methods);

/// The parts between commas without the blanks around them; an empty text has none.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);

/// Where an address comes from. Every text is something: what is no address and no range names a pool.
struct AddressSource {
    enum class Kind : std::uint8_t { unset, address, range, pool };
    Kind kind = Kind::unset;
    aaa::AddressRange range{0, 0};  ///< of an address: twice the same
    std::string pool;
    friend bool operator==(const AddressSource&, const AddressSource&) = default;
};
[[nodiscard]] AddressSource parse_address_source(std::string_view text);
/// Whether a peer may have it: not in 0.0.0.0/8, not in 127.0.0.0/8, below 224.0.0.0. Host byte order.
[[nodiscard]] bool usable_address(std::uint32_t address);
/// Whether every address of the range is usable.
[[nodiscard]] bool usable_range(const aaa::AddressRange& range);

/// Bits a second; rx is what the peer sends, tx what it receives.
struct RatePair {
    std::uint64_t rx = 0, tx = 0;
    friend bool operator==(const RatePair&, const RatePair&) = default;
};
/// `rx[/tx] [rx-burst[/tx-burst] [rx-threshold[/tx-threshold] [rx-time[/tx-time] [priority
/// [rx-min[/tx-min]]]]]]` A lone rx counts for tx too. Rates are digits with k, M or G (1000, 1000000,
/// 1000000000); 0 = no limit.
struct RateLimit {
    RatePair rate;
    std::optional<RatePair> burst, threshold, time;  ///< time in seconds
    std::optional<std::uint8_t> priority;            ///< 1..8
    std::optional<RatePair> minimum;
    friend bool operator==(const RateLimit&, const RateLimit&) = default;
};
[[nodiscard]] std::optional<RateLimit> parse_rate_limit(std::string_view text);

/// Whether the kernel takes it as an interface's name as it stands (net/core/dev.c: dev_valid_name), and the
/// sysctl tree has no other use for it.
[[nodiscard]] bool valid_interface_name(std::string_view name);

/// An IPv4 address, an IPv6 address, or what looks like the name of a host (RFC 1123 section 2.1, and `_`).
[[nodiscard]] bool valid_host(std::string_view text);

/// "10.9.0.0/24", then the gateway and the metric if there are: "10.9.0.0/24 10.0.0.2 1".
[[nodiscard]] bool valid_route(std::string_view text);

/// "aa-bb-cc-00-11-22" -> "AA:BB:CC:00:11:22"; nullopt when it is no MAC address.
[[nodiscard]] std::optional<std::string> parse_mac(std::string_view text);

/// No octet below 0x20 and no 0x7f.
[[nodiscard]] bool printable(std::string_view text);

/// Whether it is UTF-8 (RFC 3629), without which neither JSON nor D-Bus can carry it.
[[nodiscard]] bool valid_utf8(std::string_view text);

/// The text in quotes, at most `limit` octets of it, control characters escaped: fit for a sentence.
/// An object and no function: for a std::string, std::quoted would be the better match wherever it is known.
struct Quoted {
    [[nodiscard]] std::string operator()(std::string_view text, std::size_t limit = 48) const;
};
inline constexpr Quoted quoted{};

}  // namespace ppp::config
