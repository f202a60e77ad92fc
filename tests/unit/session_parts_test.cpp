// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <fstream>
#include "session/last_session.hpp"
#include "session/plan.hpp"
#include "session/retry.hpp"
#include "session/server_config.hpp"
#include "support/session_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;

namespace {
constexpr unsigned kUnit = 7;

std::vector<net::Step> example_plan() {
    IpcpResult agreed;
    agreed.own_address = 0x0a000002;
    agreed.peer_address = 0x0a000001;
    return plan_ipv4({.index = kUnit, .mtu = 1480}, agreed, {.default_route = true, .metric = 3});
}
bool about(Duration pause, Duration wanted) { return pause >= wanted * 9 / 10 && pause <= wanted * 11 / 10; }
}  // namespace

TEST_CASE("the pause after silence doubles from one second to half a minute") {
    test::SeededRng rng;
    RetryPolicy retry;
    for (const auto wanted : {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s})
        CHECK(about(retry.next(EndReason::no_answer, 0s, rng), wanted));
}

TEST_CASE(
    "refused credentials wait half a minute to ten minutes, and the count starts anew with another cause") {
    test::SeededRng rng;
    RetryPolicy retry;
    CHECK(about(retry.next(EndReason::no_answer, 0s, rng), 1s));
    for (const auto wanted : {30s, 60s, 120s, 240s, 480s, 600s, 600s})
        CHECK(about(retry.next(EndReason::auth_failed, 0s, rng), wanted));
    CHECK(about(retry.next(EndReason::no_answer, 0s, rng), 1s));
}

TEST_CASE("a session that had worked is dialled again at once, one that barely stood is not") {
    test::SeededRng rng;
    RetryPolicy retry;
    CHECK(retry.next(EndReason::peer_terminated, 1h, rng) == 0s);
    CHECK(about(retry.next(EndReason::peer_terminated, 2s, rng), 1s));
    CHECK(about(retry.next(EndReason::peer_terminated, 2s, rng), 2s));
    CHECK(retry.next(EndReason::echo_timeout, 10s, rng) == 0s);
}

TEST_CASE("an applied plan taken back leaves the host as it was, but for the link that ends with its unit") {
    test::VirtualTime time;
    test::FakeNetwork network(time);
    network.add_hidden_link(kUnit);
    Applier applier(network);
    bool done = false;
    applier.apply(example_plan(), [&](const Result<>& r) { done = r.has_value(); });
    time.advance(1s);
    REQUIRE(done);
    CHECK(network.state().routes.size() == 1);
    CHECK(network.state().addresses.size() == 1);
    applier.undo([](const Error& e) { FAIL_CHECK(e.what); });
    time.advance(1s);
    CHECK(network.state().routes.empty());
    CHECK(network.state().addresses.empty());
}

TEST_CASE("whichever step fails or loses its answer, the plan takes back exactly what it may have done") {
    for (const bool lost : {false, true}) {
        for (unsigned step = 1; step <= example_plan().size(); ++step) {
            CAPTURE(step);
            CAPTURE(lost);
            test::VirtualTime time;
            test::FakeNetwork network(time);
            network.add_hidden_link(kUnit);
            if (lost)
                network.lose_nth(step);
            else
                network.fail_nth(step, ENOMEM);
            Applier applier(network);
            std::optional<Error> error;
            applier.apply(example_plan(), [&](Result<> r) {
                if (!r) error = r.error();
            });
            time.advance(5s);
            REQUIRE(error);
            CHECK(!applier.applied());
            CHECK(network.state().routes.empty());
            CHECK(network.state().addresses.empty());
        }
    }
}

TEST_CASE("a plan undone while it is under way leaves nothing behind and does not answer") {
    test::VirtualTime time;
    test::FakeNetwork network(time);
    network.add_hidden_link(kUnit);
    Applier applier(network);
    bool answered = false;
    applier.apply(example_plan(), [&](const Result<>&) { answered = true; });
    applier.undo([](const Error& e) { FAIL_CHECK(e.what); });
    time.advance(1s);
    CHECK(!answered);
    CHECK(network.state().routes.empty());
    CHECK(network.state().addresses.empty());
}

TEST_CASE("an undo that the kernel refuses is told, one of what is gone already is not") {
    for (const int error : {ENOMEM, ENODEV, ESRCH, EADDRNOTAVAIL}) {
        CAPTURE(error);
        test::VirtualTime time;
        test::FakeNetwork network(time);
        network.add_hidden_link(kUnit);
        Applier applier(network);
        applier.apply(example_plan(), [](const Result<>&) {});
        time.advance(1s);
        network.fail_nth(1, error);
        int told = 0;
        applier.undo([&](const Error& e) {
            CHECK(e.sys == error);
            ++told;
        });
        time.advance(1s);
        CHECK(told == (error == ENOMEM ? 1 : 0));
    }
}

TEST_CASE("a remembered session survives a restart, is forgotten once, and a broken file is no session") {
    const test::ScratchDirectory scratch;
    const LastSession session{.own_mac = test::kHomeMac, .ac_mac = test::kAcMac, .session_id = 0xa7};
    REQUIRE(LastSessions(scratch.path() / "made").remember("pppoe-out1", session));
    LastSessions again(scratch.path() / "made");
    CHECK(again.recall("pppoe-out1") == session);
    CHECK(!again.recall("pppoe-out2"));
    again.forget("pppoe-out1");
    CHECK(!again.recall("pppoe-out1"));
    for (const auto* broken : {"", "020000000002", "02000000000g 020000000001 00a7",
                               "020000000002 020000000001 00a", "020000000002 020000000001 00a70",
                               "020000000002x020000000001 00a7", "02000000000A 020000000001 00a7"}) {
        std::ofstream(scratch.path() / "made" / "pppoe-out1.last") << broken;
        CHECK(!again.recall("pppoe-out1"));
    }
}

TEST_CASE("a server of another channel of its port is at another place") {
    config::PppServer object;
    object.port = "/dev/serial/by-id/usb-Stick-if00-port0";
    auto other = object;
    CHECK(same_place(server_config(object), server_config(other)));
    other.data_channel = 2;
    CHECK_FALSE(same_place(server_config(object), server_config(other)));
}
