// SPDX-License-Identifier: GPL-2.0-or-later
/// @file /log print of RouterOS over the journal.
#pragma once
#include <string>
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::ctl {

/// The newest 1000 entries that `where` means, a line each: time, topics, message. Topics are "pppoe,ppp" and
/// the level. Where there is no journal, what to look at instead.
[[nodiscard]] Result<std::string> log_text(const ros::Action& action);

}  // namespace ppp::ctl
