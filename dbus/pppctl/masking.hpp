// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Which words of foreign files are or announce a password.
#pragma once
#include <string>
#include <string_view>

namespace ppp::ctl {

/// ASCII only.
[[nodiscard]] std::string in_small_letters(std::string_view text);

/// Whether there is a word in it that stands for a password in somebody's files, mistyped sections and
/// options included. Too often is better than once too few. In any case.
[[nodiscard]] bool hints_at_password(std::string_view text);

}  // namespace ppp::ctl
