// SPDX-License-Identifier: GPL-2.0-or-later
/// @file IPv4 addresses and ranges as configuration writes them: "10.0.0.1", "10.0.0.1-10.0.0.9",
/// "10.0.0.0/24".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "base/result.hpp"

namespace ppp::aaa {

/// Inclusive, host byte order.
struct AddressRange {
    std::uint32_t first, last;
    [[nodiscard]] std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
    [[nodiscard]] bool contains(std::uint32_t a) const { return first <= a && a <= last; }
    bool operator==(const AddressRange&) const = default;
};

/// Four decimal numbers, nothing else; host byte order.
[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(std::string_view text);
[[nodiscard]] std::string format_ipv4(std::uint32_t address);
/// A list of addresses, ranges and prefixes separated by commas; blanks around each are ignored. A prefix
/// stands for its usable addresses: without the first and the last one, up to /30.
/// @return in the order written. The error names the part that is wrong and what would be right.
[[nodiscard]] Result<std::vector<AddressRange>> parse_ranges(std::string_view text);
/// What parse_ranges reads: "a-b,c".
[[nodiscard]] std::string format_ranges(const std::vector<AddressRange>& ranges);

}  // namespace ppp::aaa
