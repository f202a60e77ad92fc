// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The ioctls of a tty as functions, apart from all else because the kernel's header for any bit rate
/// and the C library's for a few do not go together.
#pragma once
#include <optional>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "link/tty_port.hpp"

namespace ppp::link::tty {

/// Eight bits, no parity, nothing changed on the way, no XON and XOFF, the carrier ignored. The settings
/// apply at once. May sleep: some adapters are asked over USB.
Result<> set_raw(const Fd& file, const TtySettings& settings);
/// The loss of the carrier hangs up from now on (CLOCAL).
void obey_carrier(const Fd& file);
void set_dtr(const Fd& file, bool on);
/// DCD; nullopt where there is no such signal.
[[nodiscard]] std::optional<bool> carrier(const Fd& file);
/// Nobody else may open it any more, root excepted. false: anybody may.
void set_exclusive(const Fd& file, bool on);
/// What waits to be sent or read is forgotten.
void flush(const Fd& file);
/// N_PPP, or back to N_TTY. Sleeps: the channel behind it goes with N_PPP.
Result<> enter_ppp(const Fd& file);
void leave_ppp(const Fd& file);

}  // namespace ppp::link::tty
