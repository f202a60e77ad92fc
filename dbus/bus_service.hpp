// SPDX-License-Identifier: GPL-2.0-or-later
/// @file BusService: the Service on the system bus, as long as there is a bus and again when it is back.
#pragma once
#include <memory>
#include <string>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "dbus/bus_pump.hpp"
#include "dbus/bus_retry.hpp"
#include "dbus/exports.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

/// Without a bus the sessions go on: it reconnects with back-off and says so once. Connecting blocks, so
/// after start-up a worker does it.
class BusService final {
public:
    /// Connects to the system bus (DBUS_SYSTEM_BUS_ADDRESS, else the usual place), takes the name
    /// org.pppmanager1 and exports everything; observes `service` until destroyed. Blocks for the handshake.
    /// All arguments must outlive it. Errc::refused when another process has the name.
    static Result<std::unique_ptr<BusService>> create(EventLoop& loop, session::Service& service, Log log);
    BusService(const BusService&) = delete;
    BusService& operator=(const BusService&) = delete;
    ~BusService();

    [[nodiscard]] bool connected() const { return line_ != nullptr; }

private:
    struct Line;  // one connection and all that lives on it
    using Connection = BusRetry::Connection;

    BusService(EventLoop& loop, session::Service& service, Log log);
    /// Blocks; runs on any thread.
    Result<Connection> open();
    /// Puts everything onto a fresh connection.
    Result<> use(Connection connection);
    void lost(const std::string& why);

    EventLoop& loop_;
    session::Service& service_;
    Log log_;
    std::unique_ptr<Line> line_;
    Timer timer_;
    BusRetry retry_;
};

}  // namespace ppp::dbus
