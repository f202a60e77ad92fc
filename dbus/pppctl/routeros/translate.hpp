// SPDX-License-Identifier: GPL-2.0-or-later
/// @file translate(): a located command to the steps that it comes down to.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>
#include "base/result.hpp"
#include "dbus/pppctl/routeros/menu.hpp"
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::ctl::ros {

struct Options {
    /// For texts that describe a whole configuration: `add` of an object that exists, and the first `set` of
    /// one that always does, gives it the values of the command and its defaults besides; passwords stay.
    /// Without it such an `add` is a mistake, as in RouterOS.
    bool replace = false;
    /// Names of interfaces and ports there to names here: "ether1" to "eth0".
    Properties interfaces;
};

/// A command with its verb; what only goes to a menu is not for here.
struct Request {
    const Command& command;
    const Place& place;
    Backend& backend;
    const Options& options;
    /// Kinds and names of objects that always exist and got their values as a whole.
    std::set<std::pair<std::string, std::string>>& replaced;
};

/// @return at least one step, or what is wrong with the command, named so that it can be set right.
[[nodiscard]] Result<std::vector<Step>> translate(const Request& request);

/// Commands on objects of ours. @pre the menu is that of the request's place
[[nodiscard]] Result<std::vector<Step>> translate_object(const Request& request, const Menu& menu);

/// Listings, measurements and everything else that changes no object; nullopt when this is no such command.
[[nodiscard]] Result<std::optional<Action>> translate_action(const Request& request);

/// What of the action's arguments nobody heeds; nullopt when there is none.
[[nodiscard]] std::optional<Answer> left_out(const Action& action);

/// What a command names: by name, by number, by [find ...].
struct Targets {
    bool given = false;
    std::vector<std::string> names;
};
/// @param words those of the arguments that name something
[[nodiscard]] Result<Targets> find_targets(const Request& request, const Menu& menu,
                                           const std::vector<const Argument*>& words);

}  // namespace ppp::ctl::ros
