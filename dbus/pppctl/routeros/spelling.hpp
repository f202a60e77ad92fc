// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Texts made from values: RouterOS' quotes, the shell's quotes, commands without their passwords.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include "dbus/pppctl/routeros/ast.hpp"

namespace ppp::ctl::ros {

/// The value as RouterOS writes it: plain where it may be, else in quotes with escapes; Parser reads it back.
/// A NUL, which no value can hold, is left out.
[[nodiscard]] std::string rsc_value(std::string_view value);

/// One word of a POSIX shell.
[[nodiscard]] std::string shell_word(std::string_view value);

/// Whether the values of this property are passwords.
[[nodiscard]] bool is_secret(std::string_view property);

/// The value of a property as it may be shown, without passwords that stand in URLs.
/// @return nullopt when it may hold a password: that of a secret, also of one that is mistyped, and scripts.
[[nodiscard]] std::optional<std::string> showable(std::string_view property, std::string_view value);

/// The command as one line, for reports: passwords as ***, long values cut, no control characters.
[[nodiscard]] std::string shown(const Command& command);

/// One RouterOS command from the words of a command line, whose quotes the shell took away. A single word is
/// a whole command as it stands; of several, each is one word of RouterOS, and what stands in brackets or
/// quotes of its own stays as it is.
[[nodiscard]] std::string command_line(std::span<const std::string> words);

}  // namespace ppp::ctl::ros
