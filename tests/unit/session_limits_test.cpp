// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "support/session_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::SessionWorld;

TEST_CASE("a peer that acknowledges for ever and never asks is given a minute") {
    SessionWorld w;
    w.home.log.expect("pppoe-out1: ");
    w.serve();
    // The home is deaf and dumb; a stranger acknowledges whatever the server asks for, which RFC 1661 lets
    // him do without end.
    w.kernel.drop = [&w](test::FakePpp::Key from, wire::ByteView frame) {
        const auto& [server, client] = w.keys.begin()->second;
        if (from == server && frame.size() > 2 && frame[0] == 0xc0 && frame[1] == 0x21 && frame[2] == 1) {
            wire::Bytes ack(frame.begin(), frame.end());
            ack[2] = 2;
            w.kernel.inject(server, ack);
        }
        return w.keys.size() == 1;
    };
    w.dial();
    w.time.advance(5s);
    w.segment.set_faults({.loss = 1});  // nor does its PADT arrive
    w.time.advance(50s);
    CHECK(!w.isp.log.has("within a minute"));
    w.time.advance(30s);
    CHECK(w.isp.log.has("negotiation-failed: the session did not come up within a minute"));
    w.end();
    CHECK(w.server->session_count() == 0);
}

TEST_CASE("a frame after the end does not keep a session alive") {
    SessionWorld w;
    w.home.log.expect("pppoe-out1: ");
    w.serve();
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.server->session_count() == 1);
    const auto& ends = w.keys.begin()->second;
    const std::vector<std::uint8_t> echo{0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0};
    w.client->shut_down(EndReason::shutdown, "over");
    for (int i = 0; i < 200; ++i) {
        w.kernel.inject(ends.first, echo);
        w.kernel.inject(ends.second, echo);
        w.time.advance(50ms);
    }
    w.time.advance(30s);
    CHECK(w.server->session_count() == 0);
    CHECK(w.kernel.interfaces() == 0);
    w.end();
}

TEST_CASE("one host has 64 sessions under way at most and takes no other host's place") {
    SessionWorld w;
    w.serve();
    w.kernel.drop = [](test::FakePpp::Key, wire::ByteView) { return true; };  // none comes up
    w.home.log.expect("x");
    w.home.log.expect("pppoe-out1: no-answer");
    std::vector<std::unique_ptr<session::Client>> clients;
    for (int i = 0; i < 70; ++i)
        clients.push_back(std::make_unique<session::Client>(
            "x" + std::to_string(i), session::client_config(w.dialler), session::Client::ProfileWishes{},
            session::Client::Context{w.home.ports, w.home.links(w.memory), w.next_id}, w.client_events));
    for (auto& client : clients) client->start();
    w.time.advance(2s);
    CHECK(w.server->session_count() == 64);
    w.home.ether.add("eth2", w.segment, {2, 0, 0, 0, 0, 3});
    w.home.network.add_link(
        {.ifindex = 2, .name = "eth2", .mac = {2, 0, 0, 0, 0, 3}, .mtu = 1500, .up = true, .carrier = true});
    w.dialler.interface = "eth2";
    w.dial();
    w.time.advance(2s);
    CHECK(w.server->session_count() == 65);
    w.segment.set_faults({.loss = 1});
    for (auto& client : clients) client->shut_down(EndReason::shutdown, "over");
    w.time.advance(100s);
    CHECK(w.server->session_count() == 0);
    w.end();
}

TEST_CASE(
    "a server counts the sessions that are up, tells of a closed one what it had, and then stops listening") {
    SessionWorld w;
    w.home.log.expect("pppoe-out1: ");
    w.serve();
    w.dial();
    w.time.advance(15ms);
    CHECK(w.server->session_count() == 1);
    CHECK(w.server->up_count() == 0);
    w.time.advance(5s);
    CHECK(w.server->up_count() == 1);
    CHECK(w.server->status("fibre")->sessions == 1);
    const auto listening = w.isp.ether.open_ports();
    w.config.pppoe_server.clear();
    w.server->configure(w.config);
    w.time.advance(20s);
    REQUIRE(w.server_events.closed.size() == 1);
    CHECK(w.server_events.closed.front().address == "10.0.0.2");
    CHECK(w.server_events.closed.front().mtu == 1480);
    CHECK(w.server->up_count() == 0);
    CHECK(w.isp.ether.open_ports() == listening - 1);
    w.end();
}

TEST_CASE("a session that lost its parent interface is ended at the peer before the next one begins") {
    SessionWorld w;
    w.home.log.expect("pppoe-out1: ");
    w.serve();
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.memory.recall("pppoe-out1"));
    w.home.ether.remove("eth1");
    w.time.advance(2s);
    CHECK(w.memory.recall("pppoe-out1"));
    w.home.ether.add("eth1", w.segment, test::kHomeMac);
    w.time.advance(60s);
    CHECK(w.home.log.has("ended session"));
    CHECK(w.state() == ClientState::connected);
    w.end();
}
