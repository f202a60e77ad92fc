// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Traces and statistics as the bus carries them.
#pragma once
#include <sdbus-c++/Types.h>
#include <map>
#include <string>
#include <vector>
#include "session/service.hpp"

namespace ppp::dbus {

/// The newest packets, at most 8: "received [LCP TermReq id=0x2]".
[[nodiscard]] std::vector<std::string> last_lines(const session::Trace& trace);
/// What GetStatistics answers.
[[nodiscard]] std::map<std::string, sdbus::Variant> to_dictionary(const session::Statistics& statistics);

}  // namespace ppp::dbus
