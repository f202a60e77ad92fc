// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Watchdog: tells the service manager that the loop turns.
#pragma once
#include <systemd/sd-daemon.h>
#include "base/event_loop.hpp"

namespace ppp {

/// Twice as often as it asks for (WatchdogSec=, sd_watchdog_enabled(3)); does nothing where nobody asks.
class Watchdog {
public:
    /// @param loop outlives it.
    explicit Watchdog(EventLoop& loop) : loop_(loop) {
        std::uint64_t microseconds = 0;
        if (sd_watchdog_enabled(0, &microseconds) <= 0) return;
        pause_ = std::chrono::duration_cast<Duration>(std::chrono::microseconds(microseconds)) / 2;
        tell();
    }

private:
    void tell() {
        sd_notify(0, "WATCHDOG=1");
        timer_ = loop_.after(pause_, [this] { tell(); });
    }
    EventLoop& loop_;
    Duration pause_{};
    Timer timer_;
};

}  // namespace ppp
