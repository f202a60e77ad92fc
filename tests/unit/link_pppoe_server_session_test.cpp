// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeServer's sessions: how they end, are replaced, and survive what happens to the server.
#include <doctest/doctest.h>
#include <set>
#include "support/pppoe_scripts.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;
using Server = test::ScriptedServer;
using test::any_service;

namespace {
constexpr auto kAcSystemError = "514 ";
}

TEST_CASE("one session per host: the new one ends the old one, politely") {
    auto service = any_service();
    service.one_session_per_host = true;
    service.max_sessions = 1;
    Server s({service, {.server = "free", .service_name = "free", .ac_name = "ac"}});
    const auto other = s.connect("free");
    CHECK(other != 0);
    const auto old = s.connect("tv");
    REQUIRE(old != 0);
    s.owner(1).transport->stop();  // makes room for the PADO
    const auto first = s.connect("tv");
    service.max_sessions = 0;
    s.server->set_service(service);
    const auto second = s.connect("tv");
    CHECK(second != 0);
    CHECK(second != first);
    CHECK(s.owner(2).lost == 1);
    CHECK(s.owner(2).reason == EndReason::replaced);
    CHECK(s.owner(2).detail == "02:00:00:00:00:01 began a new session on lan0");
    CHECK(s.last(Code::padt).session_id == first);
    CHECK(s.owner(0).lost == 0);  // another server's session
    CHECK(s.owner(3).lost == 0);
    CHECK(s.counters().sessions == 1);
    CHECK(s.connect("tv", kStrangerMac) != 0);
    CHECK(s.owner(3).lost == 0);  // another host's session
}

TEST_CASE("a session whose socket fails and which is replaced in the same moment leaves once") {
    auto service = any_service();
    service.one_session_per_host = true;
    Server s({service});
    s.inject(s.padi());
    auto first = s.padr();
    s.inject(s.padi());
    auto second = s.padr();
    s.acceptor.keeps_lost = true;
    s.ac_pppox.fail_next({Errc::system, ENOMEM, "no memory"});
    s.segment.inject(first.frame());
    s.segment.inject(second.frame());
    s.pass(20ms);
    REQUIRE(s.acceptor.sessions.size() == 2);
    CHECK(s.owner(0).lost == 1);
    CHECK(s.owner(0).reason == EndReason::replaced);
    CHECK(s.counters().sessions == 1);
}

TEST_CASE("a host that dials again while its first session is being made gets the second") {
    auto service = any_service();
    service.one_session_per_host = true;
    Server s({service});
    s.inject(s.padi());
    s.inject(s.padr());
    s.inject(s.padi());
    s.inject(s.padr());
    s.pass(20ms);
    REQUIRE(s.acceptor.sessions.size() == 2);
    CHECK(s.owner(0).reason == EndReason::replaced);
    CHECK(s.acceptor.alive() == 1);
    CHECK(s.count(Code::pads) == 2);  // a refusal and a session
    CHECK(s.last(Code::pads).session_id != 0);
}

TEST_CASE("a session id that the kernel has already is passed over") {
    Server s;
    s.ac_pppox.busy = 3;
    const auto id = s.connect();
    CHECK(id != 0);
    CHECK(s.ac_pppox.sessions.back().session_id == id);
    CHECK(s.owner(0).transport->info().session_id == id);
    auto again = s.padr();
    s.inject(again);
    CHECK(s.count(Code::pads) == 2);
    CHECK(s.last(Code::pads).session_id == id);
    CHECK(s.acceptor.sessions.size() == 1);
    s.inject(Builder{kAcMac, kHostMac, Code::padt, id});
    CHECK(s.owner(0).lost == 1);
    std::uint32_t load = 0;
    for (auto n : s.buckets.load()) load += n;
    CHECK(load == 0);
}

TEST_CASE("a kernel that makes no socket refuses the host and tells the owner") {
    Server s;
    s.ac_pppox.fail_next({Errc::system, EAFNOSUPPORT, "the kernel has no PPPoE"});
    CHECK(s.connect() == 0);
    CHECK(s.failure() == std::string(kAcSystemError) + "the session cannot be made");
    CHECK(s.owner(0).ready == 0);
    CHECK(s.owner(0).lost == 1);
    CHECK(s.owner(0).reason == EndReason::kernel_error);
    CHECK(s.owner(0).detail == "the kernel has no PPPoE");
    CHECK(s.counters().sessions == 0);
    CHECK(s.count(Code::pads) == 1);
}

TEST_CASE("a session that its owner does not take, drops or stops before PADS is refused once") {
    Server s;
    s.acceptor.refuses = true;
    s.inject(s.padi());
    s.inject(s.padr());
    CHECK(s.failure() == std::string(kAcSystemError) + "the session was not accepted");
    CHECK(s.counters().sessions == 0);
    s.acceptor.refuses = false;
    s.inject(s.padi());
    s.inject(s.padr());
    s.owner(0).transport->stop();
    s.owner(0).transport.reset();
    s.pass(1s);
    CHECK(s.failure() == std::string(kAcSystemError) + "the session was ended before it began");
    CHECK(s.count(Code::pads) == 2);
    CHECK(s.count(Code::padt) == 0);
}

TEST_CASE("PADT counts only from the session's host, to us, with its session id") {
    Server s;
    const auto id = s.connect();
    s.inject(Builder{kAcMac, kStrangerMac, Code::padt, id});
    s.inject(Builder{kAcMac, kHostMac, Code::padt, static_cast<std::uint16_t>(id ^ 1)});
    s.inject(Builder{kBroadcast, kHostMac, Code::padt, id});
    s.inject(Builder{kStrangerMac, kHostMac, Code::padt, id});
    CHECK(s.owner(0).lost == 0);
    s.inject(Builder{kAcMac, kHostMac, Code::padt, id}.tag(Tag::generic_error, "power off"));
    CHECK(s.owner(0).lost == 1);
    CHECK(s.owner(0).reason == EndReason::peer_terminated);
    CHECK(s.owner(0).detail ==
          "02:00:00:00:00:01 on lan0 ended session " + std::to_string(id) + ": power off");
    CHECK(s.counters().padt == 1);
    CHECK(s.count(Code::padt) == 5);  // none of ours
}

TEST_CASE("a PADT that guesses a session before its PADS means nothing") {
    Server s;
    s.inject(s.padi());
    s.inject(s.padr());
    REQUIRE(s.acceptor.sessions.size() == 1);
    s.inject(Builder{kAcMac, kHostMac, Code::padt, s.owner(0).transport->info().session_id});
    CHECK(s.owner(0).lost == 0);
    s.pass(20ms);
    CHECK(s.last(Code::pads).session_id != 0);
}

TEST_CASE("stop() sends PADT once; destroying a session is silent") {
    Server s;
    const auto id = s.connect();
    s.owner(0).transport->stop();
    s.owner(0).transport->stop();
    CHECK(s.count(Code::padt) == 1);
    CHECK(s.last(Code::padt).session_id == id);
    CHECK(s.last(Code::padt).destination == kHostMac);
    CHECK(s.owner(0).lost == 0);
    s.connect();
    s.owner(1).transport.reset();
    s.pass(1s);
    CHECK(s.count(Code::padt) == 1);
    CHECK(s.counters().sessions == 0);
}

TEST_CASE("a session id rests before the same host gets it again") {
    Server s;
    std::set<std::uint16_t> ids;
    for (int i = 0; i < 200; ++i) {
        const auto id = s.connect();
        CHECK(ids.insert(id).second);
        s.acceptor.sessions.back()->owner.transport->stop();
        s.pass(100ms);
    }
}

TEST_CASE("PPP-Max-Payload is granted up to the server's own and the interface's") {
    const auto granted = [](unsigned mtu, std::uint16_t ours, std::uint16_t asked) {
        auto service = any_service();
        service.max_mru = ours;
        Server s({service});
        s.ac_ether.remove("lan0");
        s.ac_ether.add("lan0", s.segment, kAcMac, mtu);
        REQUIRE(s.server->listen());
        s.inject(s.padi().max_payload(asked));
        const auto offered = s.last(Code::pado).max_payload().value_or(0);
        s.inject(s.padr().max_payload(asked));
        s.pass(20ms);
        CHECK(s.last(Code::pads).max_payload().value_or(0) == offered);
        s.inject(s.padr().max_payload(asked));
        CHECK(s.last(Code::pads).max_payload().value_or(0) == offered);  // also in the repeated one
        return std::pair<int, int>{offered, s.owner(0).transport->info().max_mru};
    };
    CHECK(granted(1508, 1500, 1500) == std::pair{1500, 1500});
    CHECK(granted(1508, 1500, 1496) == std::pair{1496, 1496});
    CHECK(granted(1508, 1492, 1500) == std::pair{0, 1492});
    CHECK(granted(1504, 1500, 1500) == std::pair{1496, 1496});
    CHECK(granted(1500, 1500, 1500) == std::pair{0, 1492});
    CHECK(granted(1508, 1500, 0) == std::pair{0, 1492});
}

TEST_CASE("a flood of PADIs costs no state and stays within the rate") {
    Server s({any_service()},
             {.per_host = {.burst = 10, .per_second = 1}, .per_interface = {.burst = 100, .per_second = 10}});
    for (std::uint32_t n = 0; n < 20000; ++n) {
        const MacAddress host{0x02,
                              1,
                              0,
                              static_cast<std::uint8_t>(n >> 16),
                              static_cast<std::uint8_t>(n >> 8),
                              static_cast<std::uint8_t>(n)};
        s.segment.inject(s.padi("", host).frame());
    }
    s.pass(1s);
    CHECK(s.count(Code::pado) <= 110);
    CHECK(s.count(Code::pado) >= 100);
    CHECK(s.counters().rate_limited == 20000 - s.count(Code::pado));
    CHECK(s.acceptor.sessions.empty());
}

TEST_CASE("what a host may not send is counted and changes nothing") {
    Server s;
    s.inject(Builder{kAcMac, kHostMac, Code::padr, 7}.tag(Tag::service_name, ""));
    s.inject(Builder{kAcMac, kAcMac, Code::padt, 0});
    auto cut = s.padi();
    s.inject(cut.frame().first(25));
    CHECK(s.counters().malformed == 3);
    CHECK(s.count(Code::pado) == 0);
}

TEST_CASE("an interface that goes away is told; sessions stay with their owners; listen() takes it back") {
    Server s;
    const auto id = s.connect();
    s.ac_ether.set_up("lan0", false);
    CHECK(s.acceptor.lost == std::vector<std::string>{"lan0: the interface went down"});
    CHECK_FALSE(s.server->listening());
    CHECK(s.owner(0).lost == 0);
    s.owner(0).transport->stop();  // says nothing, fails nothing
    const auto again = s.server->listen();
    REQUIRE_FALSE(again);
    CHECK(again.error().what == "lan0: the interface is down; bring it up");
    s.ac_ether.set_up("lan0", true);
    REQUIRE(s.server->listen());
    const auto next = s.connect();
    CHECK(next != 0);
    CHECK(next != id);
}

TEST_CASE("links outlive their server") {
    Server s;
    s.connect();
    s.inject(s.padi());
    s.inject(s.padr());
    s.server.reset();
    s.owner(0).transport->stop();
    s.owner(1).transport->attached();
    s.owner(1).transport.reset();
    s.pass(1s);
    CHECK(s.count(Code::padt) == 0);
    for (auto load : s.buckets.load()) CHECK(load == 0);
}

TEST_CASE("a session costs less than 300 octets of its own") { CHECK(sizeof(AcceptedLink) < 300); }
