// SPDX-License-Identifier: GPL-2.0-or-later
/// @file BusRetry: gets a lost connection to the bus back, on a worker, since connecting blocks.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <memory>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "base/worker_pool.hpp"

namespace ppp::dbus {

class BusRetry {
public:
    using Connection = std::unique_ptr<sdbus::IConnection>;
    /// Connects; blocks, on the worker's thread.
    using Open = Callback<Result<Connection>()>;
    /// Takes the connection over, on the loop's thread.
    using Use = Callback<Result<>(Connection)>;

    /// @param loop and what `log` writes to outlive it.
    BusRetry(EventLoop& loop, Log log, Open open, Use use)
        : loop_(loop), log_(std::move(log)), open_(std::move(open)), use_(std::move(use)) {}
    BusRetry(const BusRetry&) = delete;
    BusRetry& operator=(const BusRetry&) = delete;
    /// Waits for an attempt that is under way.
    ~BusRetry() = default;

    /// Tries until `use` has taken a connection, with growing pauses; the first one is short.
    void begin();

private:
    void later();
    void attempt();
    void tried(Result<Connection> connection);

    EventLoop& loop_;
    Log log_;
    Open open_;
    Use use_;
    Duration delay_{};
    Timer timer_;
    std::unique_ptr<WorkerPool> worker_;  // only while reconnecting
};

}  // namespace ppp::dbus
