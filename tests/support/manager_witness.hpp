// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ManagerWitness: what a test hears of a Manager's sessions, and two things that every test does with
/// one.
#pragma once
#include <doctest/doctest.h>
#include <map>
#include <vector>
#include "session/manager.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

class ManagerWitness : private session::Service::Observer {
public:
    std::vector<std::uint64_t> opened;          ///< numbers of sessions that came up
    std::map<std::uint64_t, EndReason> closed;  ///< sessions that had been up

protected:
    void watch(session::Manager& manager) { manager.observe(this); }

private:
    void client_changed(const std::string&) override {}
    void client_added(const std::string&) override {}
    void client_removed(const std::string&) override {}
    void server_added(const std::string&) override {}
    void server_removed(const std::string&) override {}
    void session_opened(const session::SessionRow& row) override { opened.push_back(row.id); }
    void session_closed(const session::SessionRow& row, EndReason why, const std::string&) override {
        CHECK_MESSAGE(closed.emplace(row.id, why).second, "told twice of the end of session " << row.id);
    }
    void config_changed(std::uint64_t) override {}
};

/// Ends every session; the host is quiet afterwards.
inline void stop_manager(SessionWorld& world, session::Manager& manager) {
    bool stopped = false;
    manager.stop(std::chrono::seconds(4), [&] { stopped = true; });
    world.time.advance(std::chrono::seconds(20));
    CHECK(stopped);
}
/// The sessions that are up, by number.
[[nodiscard]] inline std::map<std::uint64_t, session::SessionRow> sessions_up(SessionWorld& world,
                                                                              session::Manager& manager) {
    std::map<std::uint64_t, session::SessionRow> out;
    manager.list_sessions({}, 0, 0, [&](const Result<std::vector<session::SessionRow>>& rows) {
        for (const auto& row : *rows) out.emplace(row.id, row);
    });
    world.time.advance(std::chrono::milliseconds(10));  // the counters are asked for first
    return out;
}

}  // namespace ppp::test
