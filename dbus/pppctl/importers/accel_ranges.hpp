// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The addresses of accel-ppp's pools.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ppp::ctl::importers {

/// "10.0.0.2-255,name=homes,next=more", "10.0.1.0/24,homes".
struct AccelRange {
    std::string addresses;  ///< "10.0.0.2-10.0.0.255", "10.0.1.0/24"
    std::string pool;       ///< "" when none is named
    std::string next;
};
[[nodiscard]] std::optional<AccelRange> read_accel_range(std::string_view text);

/// What is before the first `sign`, and what is behind it.
[[nodiscard]] std::pair<std::string, std::string> first_part(std::string_view text, char sign);

}  // namespace ppp::ctl::importers
