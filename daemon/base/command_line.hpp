// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A program and its arguments in one line of text, split without a shell.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "base/result.hpp"

namespace ppp {

/// Whether the text is meant as a program to run: one line whose first word is a path below a directory of
/// the root, "/usr/bin/logger". "/ip route print" and everything else is some other tool's script.
[[nodiscard]] bool is_command_line(std::string_view text);

/// The words of a command line. Blanks separate; '…' keeps everything as it is, "…" keeps blanks; a
/// backslash, but for one inside '…', takes the next character as it is. Nothing else means anything: no
/// variables, no patterns, no redirection. Errc::malformed for an open quote, a backslash at the end, and
/// more than 4096 octets.
[[nodiscard]] Result<std::vector<std::string>> split_command_line(std::string_view line);

}  // namespace ppp
