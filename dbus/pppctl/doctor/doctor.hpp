// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl doctor: looks at everything that can keep a session from working and says what to do.
#pragma once
#include <string>
#include "dbus/pppctl/bus.hpp"
#include "dbus/pppctl/doctor/finding.hpp"
#include "dbus/pppctl/table.hpp"

namespace ppp::ctl::doctor {

/// Works without a daemon and without a bus: that is a finding.
/// @param name of the one client or server to look at; "" is all.
/// @return a failure when there is a problem.
Outcome<> run(Outcome<Bus>& bus, const Screen& screen, bool json, const std::string& name);

/// One line a finding, below it what to do; at the end how many there are of each.
[[nodiscard]] std::string for_people(const Report& report, const Screen& screen);
[[nodiscard]] std::string as_json(const Report& report);

}  // namespace ppp::ctl::doctor
