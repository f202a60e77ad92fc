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
#include "support/manager_witness.hpp"
#include "support/scratch_directory.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

class ManagedHost final : public ManagerWitness {
public:
    ManagedHost(SessionWorld& world, SessionWorld::Host& host)
        : ManagedHost(world, host.ports, host.pppoe, host.secrets) {}
    /// With ports of the caller's instead of the host's own.
    ManagedHost(SessionWorld& world, session::Ports& ports, link::PppoePorts pppoe, aaa::Secrets& secrets)
        : world_(world),
          manager({.ports = ports, .pppoe = pppoe, .secrets = secrets, .store = store_, .memory = memory_}) {
        watch(manager);
        REQUIRE(manager.reload());
    }

    /// One edit; the test fails when it is refused.
    session::ChangeReport change(const config::Edit& edit, bool dry_run = false) {
        auto report = manager.change(std::vector{edit}, {.based_on = {}, .dry_run = dry_run});
        REQUIRE_MESSAGE(report, report.error().what);
        return std::move(*report);
    }
    /// Ends every session; the host is quiet afterwards.
    void stop() { stop_manager(world_, manager); }
    /// The sessions that are up: the name of the user by number.
    [[nodiscard]] std::map<std::uint64_t, std::string> up() {
        std::map<std::uint64_t, std::string> out;
        for (const auto& [id, row] : sessions_up(world_, manager)) out.emplace(id, row.name);
        return out;
    }

private:
    SessionWorld& world_;
    ScratchDirectory files_{ScratchDirectory::memory()}, state_{ScratchDirectory::memory()};
    config::Store store_{files_.path()};
    session::LastSessions memory_{state_.path()};

public:
    session::Manager manager;
};

}  // namespace ppp::test
