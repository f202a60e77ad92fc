// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ManagedHost: a whole Manager, with files and all, on one host of a SessionWorld.
#pragma once
#include <doctest/doctest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>
#include "config/store.hpp"
#include "session/manager.hpp"
#include "support/scratch_directory.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

class ManagedHost final : private session::Service::Observer {
public:
    ManagedHost(SessionWorld& world, SessionWorld::Host& host)
        : ManagedHost(world, host.ports, host.pppoe, host.secrets) {}
    /// With ports of the caller's instead of the host's own.
    ManagedHost(SessionWorld& world, session::Ports& ports, link::PppoePorts pppoe, aaa::Secrets& secrets)
        : world_(world),
          manager({.ports = ports, .pppoe = pppoe, .secrets = secrets, .store = store_, .memory = memory_}) {
        manager.observe(this);
        REQUIRE(manager.reload());
    }

    /// One edit; the test fails when it is refused.
    session::ChangeReport change(const config::Edit& edit, bool dry_run = false) {
        auto report = manager.change(std::vector{edit}, {.based_on = {}, .dry_run = dry_run});
        REQUIRE_MESSAGE(report, report.error().what);
        return std::move(*report);
    }
    /// Ends every session; the host is quiet afterwards.
    void stop() {
        bool stopped = false;
        manager.stop(std::chrono::seconds(4), [&] { stopped = true; });
        world_.time.advance(std::chrono::seconds(20));
        CHECK(stopped);
    }
    /// The sessions that are up: the name of the user by number.
    [[nodiscard]] std::map<std::uint64_t, std::string> up() {
        std::map<std::uint64_t, std::string> out;
        manager.list_sessions({}, 0, 0, [&](const Result<std::vector<session::SessionRow>>& rows) {
            for (const auto& row : *rows) out.emplace(row.id, row.name);
        });
        world_.time.advance(std::chrono::milliseconds(10));  // the counters are asked for first
        return out;
    }

private:
    void client_changed(const std::string&) override {}
    void client_added(const std::string&) override {}
    void client_removed(const std::string&) override {}
    void server_added(const std::string&) override {}
    void server_removed(const std::string&) override {}
    void session_opened(const session::SessionRow&) override {}
    void session_closed(const session::SessionRow& row, EndReason why, const std::string&) override {
        CHECK_MESSAGE(closed.emplace(row.id, why).second, "told twice of the end of session " << row.id);
    }
    void config_changed(std::uint64_t) override {}

    SessionWorld& world_;
    ScratchDirectory files_{ScratchDirectory::memory()}, state_{ScratchDirectory::memory()};
    config::Store store_{files_.path()};
    session::LastSessions memory_{state_.path()};

public:
    std::map<std::uint64_t, EndReason> closed;  ///< sessions that had been up
    session::Manager manager;
};

}  // namespace ppp::test
