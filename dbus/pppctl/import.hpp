// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl import: files of RouterOS, pppd and accel-ppp as one transaction.
#pragma once
#include <string>
#include <vector>
#include "dbus/pppctl/commands.hpp"

namespace ppp::ctl {

struct ImportWish {
    std::string path;                     ///< "-" is standard input
    std::string format;                   ///< "" is recognised
    std::vector<std::string> secrets;     ///< of a peers file; empty: those beside it
    std::vector<std::string> interfaces;  ///< "ether1=eth0"
    bool replace = false;
};

/// All that can be taken or, when something is wrong, nothing. Prints what became of every command or line.
Outcome<> import_file(Context& context, const ImportWish& wish, const Change& change);

}  // namespace ppp::ctl
