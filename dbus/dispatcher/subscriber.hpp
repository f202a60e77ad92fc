// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Subscriber: hears of sessions from pppmanagerd over the bus, whenever there is a bus and a daemon.
#pragma once
#include <memory>
#include <string>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "dbus/bus_retry.hpp"
#include "dbus/dispatcher/event.hpp"

namespace ppp::dispatcher {

/// Only what the owner of the name org.pppmanager1 sends is believed: any user may send a signal to us.
class Subscriber {
public:
    using Heard = Callback<void(Event)>;

    /// Connects to the system bus; blocks for the handshake. Without a daemon it waits for one.
    /// @param loop and what `log` writes to outlive it.
    static Result<std::unique_ptr<Subscriber>> create(EventLoop& loop, Log log, Heard heard);
    Subscriber(const Subscriber&) = delete;
    Subscriber& operator=(const Subscriber&) = delete;
    ~Subscriber();

    /// Whether the daemon has said that it will tell of sessions.
    [[nodiscard]] bool subscribed() const { return subscribed_; }

private:
    struct Line;  // one connection and all that lives on it
    using Connection = dbus::BusRetry::Connection;

    Subscriber(EventLoop& loop, Log log, Heard heard);
    /// Blocks; runs on any thread.
    Result<Connection> open();
    Result<> use(Connection connection);
    void lost(const std::string& why);
    void owner_changed(const std::string& owner);
    void subscribe();

    EventLoop& loop_;
    Log log_;
    Heard heard_;
    std::string owner_;  // unique name of the daemon; "" = there is none
    bool subscribed_ = false;
    std::unique_ptr<Line> line_;
    Timer timer_;
    dbus::BusRetry retry_;
};

}  // namespace ppp::dispatcher
