// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <algorithm>
#include <iterator>
#include <string_view>
#include <type_traits>

namespace ppp::test {

/// Whether a text has this part, or one of a list's texts does.
template <class Texts>
bool has(const Texts& in, std::string_view part) {
    if constexpr (std::is_convertible_v<const Texts&, std::string_view>)
        return std::string_view(in).find(part) != std::string_view::npos;
    else
        return std::any_of(std::begin(in), std::end(in), [&](const auto& text) { return has(text, part); });
}

}  // namespace ppp::test
