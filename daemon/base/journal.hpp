// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Where log messages go: the journal with all fields, or standard error with a priority prefix.
#pragma once
#include <memory>
#include "base/log.hpp"

namespace ppp {

/// @param verbosity the least important level that is written.
/// @return the journal's sink when standard error is the journal's stream (JOURNAL_STREAM, systemd.exec(5)),
/// else one that writes "<6>text" lines to standard error, sd-daemon(3) fashion, or plain text on a terminal.
[[nodiscard]] std::unique_ptr<LogSink> make_log_sink(Level verbosity);

}  // namespace ppp
