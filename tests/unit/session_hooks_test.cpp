// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a session's rows tell whoever runs on-up and on-down.
#include <doctest/doctest.h>
#include "session/describe.hpp"
#include "support/session_world.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using session::ClientState;

TEST_CASE("a session's row has what its hooks need, and keeps the profile's hooks of its begin") {
    SessionWorld w;
    w.config.profile["homes"].on_up = "/usr/bin/up";
    w.config.profile["default"].on_down = "/usr/bin/down";
    w.dialler.use_peer_dns = true;
    w.serve();
    w.dial({.hooks = config::resolve_hooks(w.config, "default")});
    w.time.advance(5s);
    REQUIRE(w.server_events.opened.size() == 1);
    const auto& row = w.server_events.opened[0];
    CHECK(row.kind == "pppoe-server");
    CHECK(row.server == "fibre");
    CHECK(row.profile == "homes");
    CHECK(row.local_address == "10.0.0.1");
    CHECK(row.address == "10.0.0.2");
    CHECK(row.dns == std::array<std::uint32_t, 2>{0x0a000035, 0x0a000036});
    REQUIRE(row.hooks);
    CHECK(row.hooks->on_up == "/usr/bin/up");
    CHECK(row.hooks->on_down == "/usr/bin/down");

    session::SessionRow ours;
    session::fill_row(*w.client->session(), ours);
    CHECK(ours.kind == "pppoe-client");
    CHECK(ours.profile == "default");
    CHECK(ours.local_address == "10.0.0.2");
    CHECK(ours.address == "10.0.0.1");
    CHECK(ours.dns == row.dns);
    REQUIRE(ours.hooks);
    CHECK(ours.hooks->on_down == "/usr/bin/down");

    // New hooks end no session, and are not for those that are up.
    auto changed = w.config;
    changed.profile["homes"].on_down = "/usr/bin/other";
    w.server->configure(changed);
    w.client->configure(session::client_config(w.dialler),
                        {.hooks = config::resolve_hooks(changed, "homes")});
    w.time.advance(5s);
    CHECK(w.state() == ClientState::connected);
    session::fill_row(*w.client->session(), ours);
    CHECK(ours.hooks->on_down == "/usr/bin/down");
    w.end();
    REQUIRE(w.server_events.closed.size() == 1);
    const auto& last = w.server_events.closed[0];
    CHECK(last.hooks->on_down == "/usr/bin/down");
    CHECK(last.local_address == "10.0.0.1");
    CHECK(last.dns == row.dns);
    CHECK(last.interface == row.interface);
}

TEST_CASE("without hooks there are none to keep") {
    SessionWorld w;
    w.config.profile["homes"].on_up = ":log info up";
    w.serve();
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.server_events.opened.size() == 1);
    CHECK(w.server_events.opened[0].hooks == nullptr);
    w.end();
}
