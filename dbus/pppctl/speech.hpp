// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RouterOS speech over D-Bus: a command of the command line, and the export.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/routeros/session.hpp"

namespace ppp::ctl {

struct Kick {
    std::uint64_t session = 0;
    std::string user;
};

/// The daemon's objects with the edits that were noted on top; nothing is changed before they are sent.
class Collector : public ros::Backend {
public:
    [[nodiscard]] virtual const std::vector<BusEdit>& edits() const = 0;
    /// The sessions to end once the edits are in force.
    [[nodiscard]] virtual const std::vector<Kick>& kicks() const = 0;
};
/// Ends them. One that is over meanwhile is no mistake.
Outcome<> end_sessions(Context& context, const std::vector<Kick>& kicks);

/// For what comes from a file: nothing goes on until Ctrl-C. @param context outlives it.
[[nodiscard]] std::unique_ptr<Collector> make_collector(Context& context);

/// A command and what became of it, for programs.
[[nodiscard]] Json to_json(const ros::Report& report);
/// `pppctl /interface pppoe-client add ...`: takes effect at once.
Outcome<> speak(Context& context, std::span<const std::string> words);
/// The configuration as RouterOS commands, without passwords.
/// @param secrets with the passwords, for which the daemon asks polkit.
/// @param only these kinds; empty is all.
Outcome<> export_config(Context& context, bool secrets = false, const std::vector<std::string>& only = {});

}  // namespace ppp::ctl
