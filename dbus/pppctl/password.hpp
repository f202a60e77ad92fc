// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Passwords from a prompt or from standard input: never from where other users can see them.
#pragma once
#include <string>
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

/// On a terminal asks twice without echo; else takes the first line of standard input.
/// @param whom completes "Password of ".
[[nodiscard]] Outcome<std::string> read_password(const std::string& whom);

}  // namespace ppp::ctl
