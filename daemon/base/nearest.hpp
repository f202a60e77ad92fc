// SPDX-License-Identifier: GPL-2.0-or-later
/// @file nearest(): what a mistyped word was meant to be.
#pragma once
#include <string_view>
#include <vector>

namespace ppp {

/// The known word nearest to `word`, or "" when none is near: at most one typing error in three letters.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace ppp
