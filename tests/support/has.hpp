// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::test {

/// Whether the text has this part.
inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
/// Whether one of the lines does.
inline bool has(const std::vector<std::string>& lines, std::string_view part) {
    return std::ranges::any_of(lines, [&](const auto& line) { return has(line, part); });
}

}  // namespace ppp::test
