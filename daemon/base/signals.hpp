// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Signals: SIGTERM, SIGINT, SIGHUP and SIGUSR2 as calls from the loop instead of interruptions.
#pragma once
#include <memory>
#include "base/event_loop.hpp"

namespace ppp {

class Signals {
public:
    /// Blocks these signals for this thread and the threads it starts later: call it before any
    /// WorkerPool.
    /// @param handler gets the signal's number, from the loop.
    static Result<std::unique_ptr<Signals>> create(EventLoop& loop, Callback<void(int)> handler);

private:
    Signals(Fd fd, Callback<void(int)> handler) : fd_(std::move(fd)), handler_(std::move(handler)) {}
    void read_one();

    Fd fd_;
    Watch watch_;
    Callback<void(int)> handler_;
};

}  // namespace ppp
