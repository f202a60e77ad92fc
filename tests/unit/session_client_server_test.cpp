// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <fmt/format.h>
#include "support/session_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::SessionWorld;

namespace {
void run_until_connected(SessionWorld& w) {
    w.serve();
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.state() == ClientState::connected);
}
}  // namespace

TEST_CASE("a client and a server of ours connect, exchange what was configured and end without a trace") {
    SessionWorld w;
    w.dialler.add_default_route = true;
    w.dialler.default_route_distance = 7;
    w.dialler.use_peer_dns = true;
    const auto before = w.home.network.state();
    run_until_connected(w);
    const auto status = w.client->status();
    CHECK(status.local_address == "10.0.0.2");
    CHECK(status.remote_address == "10.0.0.1");
    CHECK(status.dns == std::vector<std::string>{"10.0.0.53", "10.0.0.54"});
    CHECK(status.ac_name == "ac1");
    CHECK(status.mtu == 1480);
    CHECK(status.mru == 1492);
    CHECK(status.interface == "pppoe-out1");
    REQUIRE(w.server_events.opened.size() == 1);
    CHECK(w.server_events.opened[0].name == "bob");
    CHECK(w.server_events.opened[0].address == "10.0.0.2");
    CHECK(w.server_events.opened[0].caller_id == "02:00:00:00:00:02");
    const auto* unit = w.kernel.find("pppoe-out1");
    REQUIRE(unit);
    CHECK(unit->ipv4);
    CHECK(unit->mtu == 1480);
    CHECK(w.home.network.state().routes.size() == before.routes.size() + 1);
    CHECK(w.home.network.state().routes.begin()->metric == 7);
    w.end();
    CHECK(w.kernel.interfaces() == 0);
    CHECK(w.client_events.reasons == std::vector{EndReason::shutdown});
    CHECK(w.server->session_count() == 0);
}

TEST_CASE("a wrong password ends with auth-failed on the client, names the user and waits half a minute") {
    SessionWorld w;
    w.dialler.password = Secret("wrong");
    w.home.log.expect("auth-failed");
    w.serve();
    w.dial();
    w.time.advance(10s);
    CHECK(w.client_events.reasons == std::vector{EndReason::auth_failed});
    CHECK(w.client_events.details[0].find("bob") != std::string::npos);
    CHECK(w.state() == ClientState::waiting_to_retry);
    const auto status = w.client->status();
    REQUIRE(status.next_attempt);
    w.time.advance(15s);
    CHECK(w.client_events.reasons.size() == 1);  // 27 s at the earliest
    w.time.advance(15s);
    CHECK(w.client_events.reasons.size() == 2);
    CHECK(w.isp.log.has("wrong password"));
    w.end();
}

TEST_CASE("the same refusal has the same reason, whichever packet of it arrives first") {
    // The peer's Terminate-Request or PADT overtakes or replaces its CHAP Failure.
    for (const int lost : {0xc223, 0xc021}) {
        CAPTURE(lost);
        SessionWorld w;
        w.dialler.password = Secret("wrong");
        w.home.log.expect("auth-failed");
        w.serve();
        w.dial();
        bool answered = false;
        w.kernel.drop = [&](test::FakePpp::Key from, wire::ByteView frame) {
            wire::Reader r(frame);
            const auto protocol = r.u16();
            const auto code = r.u8();
            const bool server = from == w.keys.begin()->second.first;
            answered = answered || (protocol == 0xc223 && code == 4);
            return server && answered && protocol == lost;
        };
        w.time.advance(30s);
        CHECK(w.client_events.reasons.front() == EndReason::auth_failed);
        w.end();
    }
}

TEST_CASE("an unknown user gets the same answer as a wrong password, the operator learns the difference") {
    SessionWorld w;
    w.dialler.user = "mallory";
    w.home.log.expect("auth-failed");
    w.serve();
    w.dial();
    w.time.advance(10s);
    CHECK(w.client_events.reasons == std::vector{EndReason::auth_failed});
    CHECK(w.client_events.details.front().find("exist") == std::string::npos);
    CHECK(w.isp.log.has("mallory"));
    w.end();
}

TEST_CASE("a full pool refuses the session with a sentence that names the pool") {
    SessionWorld w;
    w.config.pool["tiny"].ranges = "10.9.0.1";
    w.config.profile["homes"].remote_address = "tiny";
    w.home.log.expect("pppoe-out1: ");
    w.serve();
    auto taken = w.dialler;
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.state() == ClientState::connected);
    session::Client second("pppoe-out2", session::client_config(taken), {},
                           {w.home.ports, w.home.links(w.memory), w.next_id}, w.client_events);
    w.home.log.expect("pppoe-out2: ");
    second.start();
    w.time.advance(10s);
    CHECK(second.status().state != ClientState::connected);
    CHECK(w.isp.log.has("tiny"));
    CHECK(w.isp.log.has("limit-reached"));
    constexpr auto why = "pool 'tiny' is full: all 1 addresses are in use";
    CHECK(second.status().last_error == fmt::format("the peer terminated the link: {}", why));
    CHECK(w.server->status("fibre")->last_failure ==
          fmt::format("user bob from {}: limit-reached: {}", link::to_string(test::kHomeMac), why));
    second.shut_down(EndReason::shutdown, "over");
    w.end();
}

TEST_CASE("a peer that vanishes is found by echo within twice the keepalive and a second") {
    SessionWorld w;
    w.dialler.keepalive_timeout = 5s;
    run_until_connected(w);
    w.home.log.expect("echo-timeout");
    w.kernel.find("pppoe-out1")->idle = {.sent = 100s, .received = 100s};
    w.kernel.drop = [](auto, auto) { return true; };
    w.segment.set_faults({.loss = 1});
    w.time.advance(11s);
    REQUIRE(w.client_events.reasons == std::vector{EndReason::echo_timeout});
    w.home.log.expect("no-answer");
    w.end();
}

TEST_CASE("PADT from the server ends the client's session and it dials again at once") {
    SessionWorld w;
    run_until_connected(w);
    w.time.advance(1min);
    w.home.log.expect("peer-terminated");
    const auto id = w.server->row(*w.server->running().front()).id;
    REQUIRE(w.server->disconnect(id, EndReason::user_request, "kicked"));
    w.time.advance(10s);
    CHECK(w.client_events.reasons == std::vector{EndReason::peer_terminated});
    CHECK(w.client_events.connected == 2);
    w.end();
}

TEST_CASE("a cable pulled for a moment keeps the session, a longer one ends it and it comes back by itself") {
    SessionWorld w;
    run_until_connected(w);
    w.home.network.set_carrier(1, false);
    w.time.advance(2s);
    w.home.network.set_carrier(1, true);
    w.time.advance(10s);
    CHECK(w.state() == ClientState::connected);
    CHECK(w.client_events.reasons.empty());

    w.home.log.expect("lost-carrier");
    w.home.network.set_carrier(1, false);
    w.time.advance(6s);
    CHECK(w.client_events.reasons == std::vector{EndReason::lost_carrier});
    CHECK(w.state() == ClientState::waiting_for_parent);
    CHECK(w.client->status().last_error.find("no carrier") != std::string::npos);
    CHECK(w.memory.recall("pppoe-out1"));  // nobody heard our PADT
    w.home.network.set_carrier(1, true);
    w.time.advance(5s);
    CHECK(w.state() == ClientState::connected);
    CHECK(w.home.log.has("of an earlier run"));
    w.end();
}

TEST_CASE("a parent interface that does not exist is waited for by name") {
    SessionWorld w;
    w.dialler.interface = "eth9";
    w.dial();
    w.time.advance(5s);
    CHECK(w.state() == ClientState::waiting_for_parent);
    CHECK(w.client->status().last_error == "interface eth9 does not exist");
    w.end();
}

TEST_CASE("nobody answers: attempts go on for ever, further and further apart, up to half a minute") {
    SessionWorld w;
    w.home.log.expect("no-answer");
    w.dial();
    w.time.advance(30s);
    CHECK(w.client_events.reasons.size() >= 2);
    const auto seen = w.client_events.reasons.size();
    w.time.advance(10min);
    CHECK(w.client_events.reasons.size() >= seen + 14);
    for (auto reason : w.client_events.reasons) CHECK(reason == EndReason::no_answer);
    w.serve();
    w.time.advance(40s);
    CHECK(w.state() == ClientState::connected);
    w.end();
}

TEST_CASE("taken down by hand it stays down; up brings it back") {
    SessionWorld w;
    run_until_connected(w);
    w.client->disconnect();
    w.time.advance(10min);
    CHECK(w.state() == ClientState::stopped);
    REQUIRE(w.client->connect());
    w.time.advance(5s);
    CHECK(w.state() == ClientState::connected);
    w.end();
}

TEST_CASE("a changed comment leaves the session alone, every other value makes a new one") {
    SessionWorld w;
    run_until_connected(w);
    auto changed = w.dialler;
    changed.comment = "the line in the cellar";
    w.client->configure(session::client_config(changed), {});
    w.time.advance(5s);
    CHECK(w.client_events.connected == 1);
    changed.use_peer_dns = true;
    w.client->configure(session::client_config(changed), {});
    w.time.advance(5s);
    CHECK(w.client_events.connected == 2);
    CHECK(w.client_events.reasons == std::vector{EndReason::config_changed});
    w.end();
}

TEST_CASE("a server that is disabled ends its sessions and says so") {
    SessionWorld w;
    run_until_connected(w);
    w.home.log.expect("pppoe-out1: ");
    w.config.pppoe_server["fibre"].disabled = true;
    w.server->configure(w.config);
    w.time.advance(10s);
    CHECK(w.server_events.reasons == std::vector{EndReason::config_changed});
    w.end();
}

TEST_CASE(
    "the kernel refuses: every step of a session's life that fails ends it cleanly and it is tried again") {
    using Step = test::FakePpp::Step;
    for (const auto step : {Step::attach, Step::create_unit}) {
        SessionWorld w;
        w.home.log.expect("pppoe-out1: ");
        w.serve();
        w.kernel.fail_nth(step, 1, EIO);
        w.kernel.fail_nth(step, 2, EIO);
        w.dial();
        w.time.advance(60s);
        CHECK(w.state() == ClientState::connected);
        w.end();
        CHECK(w.kernel.interfaces() == 0);
    }
    for (unsigned step = 1; step <= 3; ++step) {
        CAPTURE(step);
        SessionWorld w;
        w.dialler.add_default_route = true;
        w.home.log.expect("kernel-error");
        w.serve();
        w.home.network.fail_nth(step, ENOMEM);
        w.dial();
        w.time.advance(30s);
        CHECK(w.client_events.reasons.front() == EndReason::kernel_error);
        CHECK(w.state() == ClientState::connected);
        w.end();
        CHECK(w.kernel.interfaces() == 0);
    }
}

TEST_CASE("a static entry gives its user an interface name, a second session of the user a dynamic one") {
    SessionWorld w;
    w.config.pppoe_server_entry["bobs-line"].user = "bob";
    run_until_connected(w);
    CHECK(w.server_events.opened[0].interface == "bobs-line");
    session::Client second("pppoe-out2", session::client_config(w.dialler), {},
                           {w.home.ports, w.home.links(w.memory), w.next_id}, w.client_events);
    second.start();
    w.time.advance(5s);
    REQUIRE(w.server_events.opened.size() == 2);
    CHECK(w.server_events.opened[1].interface != "bobs-line");
    second.shut_down(EndReason::shutdown, "over");
    w.end();
}

TEST_CASE("session-timeout and idle-timeout of the profile end a session with their own reasons") {
    SessionWorld w;
    w.config.profile["homes"].session_timeout = 60s;
    run_until_connected(w);
    w.home.log.expect("peer-terminated");
    w.time.advance(60s);
    CHECK(w.server_events.reasons == std::vector{EndReason::session_timeout});
    w.end();

    SessionWorld v;
    v.dialler.disabled = false;
    v.serve();
    v.dial({.session_timeout = 0s, .idle_timeout = 30s});
    v.time.advance(5s);
    REQUIRE(v.state() == ClientState::connected);
    v.kernel.find("pppoe-out1")->idle = {.sent = 100s, .received = 100s};
    v.home.log.expect("idle-timeout");
    v.time.advance(31s);
    CHECK(v.client_events.reasons == std::vector{EndReason::idle_timeout});
    v.end();
}

TEST_CASE(
    "a peer that renegotiates LCP keeps its session, its interface and its time limit, and gets the new "
    "MTU") {
    SessionWorld w;
    w.config.profile["homes"].session_timeout = 60s;
    run_until_connected(w);
    w.home.log.expect("peer-terminated");
    w.time.advance(25s);
    const std::vector<std::uint8_t> request{0xc0, 0x21, 1, 77, 0, 8, 1, 4, 0x05, 0x78};  // MRU 1400
    w.kernel.inject(w.keys.begin()->second.second, request);
    w.time.advance(10s);
    CHECK(w.state() == ClientState::connected);
    CHECK(w.client_events.reasons.empty());
    CHECK(w.kernel.interfaces() == 2);
    CHECK(w.client->status().local_address == "10.0.0.2");
    w.time.advance(26s);
    REQUIRE(w.server_events.reasons == std::vector{EndReason::session_timeout});
    w.end();
}

TEST_CASE("malformed packets of every protocol are counted, shown in pppd's notation and change nothing") {
    SessionWorld w;
    run_until_connected(w);
    const auto before = w.client->gauges().malformed;
    const std::vector<std::vector<std::uint8_t>> broken{
        {0xc0, 0x21, 1, 5, 0xff, 0xff},        // LCP: a length beyond the packet
        {0xc0, 0x21, 1, 5, 0, 8, 1, 9, 5, 0},  // LCP: an option beyond the packet
        {0xc0, 0x23, 2, 1, 0, 1},              // PAP: a length below the header
        {0xc2, 0x23, 1, 1, 0},                 // CHAP: cut off
        {0x80, 0x21, 1, 5, 0, 6, 3, 0},        // IPCP: an option of length 0
        {0x80, 0x57, 1, 5, 0, 3},              // IPV6CP: a length below the header
    };
    auto counted = before;
    for (const auto& frame : broken) {
        CAPTURE(frame.front());
        w.kernel.inject(w.keys.begin()->second.second, frame);
        w.time.advance(1s);
        CHECK(w.client->gauges().malformed == ++counted);
    }
    CHECK(w.home.log.has("[LCP malformed"));
    CHECK(w.state() == ClientState::connected);
    CHECK(w.client_events.connected == 1);
    w.end();
}
