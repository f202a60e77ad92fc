// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Exports: all objects of one connection, kept equal to what the Service has.
#pragma once
#include <map>
#include <memory>
#include <string>
#include "base/scheduler.hpp"
#include "dbus/client_object.hpp"
#include "dbus/manager_object.hpp"
#include "dbus/server_object.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

/// No call lets an exception out: a bus that is gone is the pump's business.
class Exports final : public session::Service::Observer {
public:
    /// Exports everything there is. The arguments must outlive it. @throws sdbus::Error
    Exports(sdbus::IConnection& bus, session::Service& service, Scheduler& scheduler);

    /// A connection left the bus. @param name its unique name.
    void caller_left(const std::string& name) {
        authority_.caller_left(name);
        manager_.caller_left(name);
    }

    void client_changed(const std::string& name) override;
    void client_added(const std::string&) override { sync_soon(); }
    void client_removed(const std::string&) override { sync_soon(); }
    void server_added(const std::string&) override { sync_soon(); }
    void server_removed(const std::string&) override { sync_soon(); }
    void server_changed(const std::string& name) override;
    void session_opened(const session::SessionRow& row) override { manager_.session_opened(row); }
    void session_closed(const session::SessionRow& row, EndReason reason,
                        const std::string& detail) override {
        manager_.session_closed(row, reason, detail);
    }
    void config_changed(std::uint64_t revision) override { manager_.config_changed(revision); }

private:
    void sync_soon();
    void sync(bool announce);

    sdbus::IConnection& bus_;
    session::Service& service_;
    Scheduler& scheduler_;
    Authority authority_;
    ManagerObject manager_;
    std::map<std::string, std::unique_ptr<ClientObject>> clients_;
    std::map<std::string, std::unique_ptr<ServerObject>> servers_;
    Timer sync_timer_;
};

}  // namespace ppp::dbus
