// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl log: the journal filtered.
#pragma once
#include <string>
#include "dbus/pppctl/journal.hpp"
#include "dbus/pppctl/table.hpp"

namespace ppp::ctl {

/// What was typed.
struct LogWanted {
    std::string name;   ///< an object of the configuration, or the number of a session; "" for all
    std::string since;  ///< as parse_since() takes it
    std::optional<std::size_t> lines;
    bool follow = false;
    std::string directory, file;
};

/// Prints the entries; with `follow` those to come as well, until standard output is gone.
Outcome<> log(const LogWanted& wanted, const Screen& screen, bool json);

}  // namespace ppp::ctl
