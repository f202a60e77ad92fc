// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Programs of the host that pppctl runs: ping, ip.
#pragma once
#include <string>
#include <vector>
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

struct Ended {
    int status = 0;      ///< exit status; 128 and the signal's number when a signal ended it
    std::string output;  ///< of standard output, when that was wanted
    std::string errors;  ///< of standard error, when the output was wanted
};

/// Runs it to its end; SIGINT and SIGTERM are passed on to it meanwhile.
/// @param words the program, looked for in PATH, and its arguments; no shell sees them.
/// @param capture its standard output and standard error are handed back and not printed.
[[nodiscard]] Outcome<Ended> run_program(const std::vector<std::string>& words, bool capture);

}  // namespace ppp::ctl
