// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a verb reads: files, and passwords from where no other user sees them.
#pragma once
#include <string>
#include "base/secret.hpp"
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

/// On a terminal asks twice without echo; else takes the first line of standard input.
/// @param whom completes "Password of ".
/// @return wiped when it goes; what the bus makes of it is not, but the program ends soon after.
[[nodiscard]] Outcome<Secret> read_password(const std::string& whom);
/// Whether somebody can be asked: standard input is a terminal.
[[nodiscard]] bool can_ask();

/// All of a file. @param path "-" is standard input.
[[nodiscard]] Outcome<std::string> read_text(const std::string& path);

}  // namespace ppp::ctl
