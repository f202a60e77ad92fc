// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RouterOS speech over D-Bus: one command of the command line, or a file of them.
#pragma once
#include <span>
#include <string>
#include "dbus/pppctl/commands.hpp"

namespace ppp::ctl {

/// `pppctl /interface pppoe-client add ...`: takes effect at once.
Outcome<> speak(Context& context, std::span<const std::string> words);
/// A file of RouterOS commands, in one transaction: all that can be taken or, when a command is wrong,
/// nothing. Prints what became of every command. @param path "-" is standard input.
Outcome<> import_file(Context& context, const std::string& path, const Change& change);
/// The configuration as RouterOS commands, without passwords.
/// @param secrets with the passwords, for which the daemon asks polkit.
Outcome<> export_config(Context& context, bool secrets = false);

}  // namespace ppp::ctl
