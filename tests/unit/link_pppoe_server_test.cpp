// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeServer up to its PADS: what it answers, whom it believes, what it refuses.
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
constexpr auto kServiceNameError = "513 ", kSystemError = "514 ";
}

TEST_CASE("PADI is answered by a PADO with name, service, cookie and what the host marked") {
    Server s;
    s.inject(s.padi().tag(Tag::relay_session_id, "relay"));
    const auto pado = s.last(Code::pado);
    CHECK(pado.destination == kHostMac);
    CHECK(pado.source == kAcMac);
    CHECK(pado.session_id == 0);
    CHECK(pado.has(Tag::ac_name, wire::octets("ac")));
    CHECK(pado.has(Tag::service_name, {}));
    CHECK(pado.has(Tag::host_uniq, wire::octets("uniq")));
    CHECK(pado.has(Tag::relay_session_id, wire::octets("relay")));
    CHECK(pado.find(Tag::ac_cookie)->size() == AcCookie::kSize);
    CHECK(s.acceptor.sessions.empty());
}

TEST_CASE("PADS leaves when the channel stands, and carries the session id of the kernel socket") {
    Server s;
    s.inject(s.padi());
    s.inject(s.padr().tag(Tag::relay_session_id, "relay"));
    REQUIRE(s.acceptor.sessions.size() == 1);
    CHECK(s.acceptor.sessions[0]->server == "isp");
    CHECK(s.owner(0).ready == 1);
    CHECK(s.count(Code::pads) == 0);
    s.pass(20ms);
    const auto pads = s.last(Code::pads);
    CHECK(pads.destination == kHostMac);
    CHECK(pads.has(Tag::host_uniq, wire::octets("uniq")));
    CHECK(pads.has(Tag::relay_session_id, wire::octets("relay")));
    CHECK(pads.count(Tag::service_name) == 1);
    CHECK(pads.session_id != 0);
    CHECK(s.ac_pppox.sessions == std::vector<test::FakePppox::Session>{{"lan0", kHostMac, pads.session_id}});
    const auto& info = s.owner(0).transport->info();
    CHECK(info.interface == "lan0");
    CHECK(info.ac_name == "ac");
    CHECK(info.peer_mac == kHostMac);
    CHECK(info.own_mac == kAcMac);
    CHECK(info.session_id == pads.session_id);
    CHECK(info.max_mru == 1492);
    const auto c = s.counters();
    CHECK(c.padi == 1);
    CHECK(c.pado == 1);
    CHECK(c.padr == 1);
    CHECK(c.pads == 1);
    CHECK(c.sessions == 1);
}

TEST_CASE("a PADI that leaves the Service-Name out asks for any service") {
    Server s;
    s.inject(Builder{kBroadcast, kHostMac, Code::padi});
    CHECK(s.last(Code::pado).has(Tag::service_name, {}));
    CHECK_FALSE(s.last(Code::pado).find(Tag::host_uniq));
    s.inject(Builder{kAcMac, kHostMac, Code::padr}.echo(Tag::ac_cookie, s.last(Code::pado)));
    s.pass(20ms);
    CHECK(s.last(Code::pads).session_id != 0);
}

TEST_CASE("services are found by name; any name is served where a server has none") {
    Server named({{.server = "a", .service_name = "internet", .ac_name = "ac"},
                  {.server = "b", .service_name = "tv", .ac_name = "ac"}});
    named.inject(named.padi("voice"));
    CHECK(named.count(Code::pado) == 0);
    CHECK(named.connect("tv"));
    CHECK(named.acceptor.sessions[0]->server == "b");
    CHECK(named.owner(0).transport->info().service_name == "tv");
    CHECK(named.connect("internet"));
    CHECK(named.acceptor.sessions[1]->server == "a");

    Server both({{.server = "any", .ac_name = "ac"}, {.server = "b", .service_name = "tv", .ac_name = "ac"}});
    CHECK(both.connect("tv"));
    CHECK(both.acceptor.sessions[0]->server == "b");
    CHECK(both.connect("voice"));
    CHECK(both.acceptor.sessions[1]->server == "any");
    CHECK(both.owner(1).transport->info().service_name == "voice");
}

TEST_CASE("a PADO repeats the name asked for and lists the others") {
    Server s({{.server = "a", .service_name = "internet", .ac_name = "ac"},
              {.server = "b", .service_name = "tv", .ac_name = "ac"}});
    s.inject(s.padi("tv"));
    CHECK(describe(s.last(Code::pado)).find("<Service-Name \"tv\"> <AC-Cookie") != std::string::npos);
    CHECK(s.last(Code::pado).count(Tag::service_name) == 2);
    s.inject(s.padi());
    CHECK(s.last(Code::pado).count(Tag::service_name) == 3);
    s.inject(s.padr());
    s.pass(20ms);
    CHECK(s.last(Code::pads).has(Tag::service_name, wire::octets("internet")));  // the one that any became
}

TEST_CASE("servers of different AC-Names answer by themselves, and a cookie leads back to its own") {
    Server s({{.server = "a", .ac_name = "one"}, {.server = "b", .ac_name = "two"}});
    s.inject(s.padi());
    CHECK(s.count(Code::pado) == 2);
    CHECK(s.last(Code::pado).has(Tag::ac_name, wire::octets("two")));
    s.inject(s.padr());
    REQUIRE(s.acceptor.sessions.size() == 1);
    CHECK(s.acceptor.sessions[0]->server == "b");
    CHECK(s.owner(0).transport->info().ac_name == "two");
}

TEST_CASE(
    "a PADR without its cookie, with a forged, foreign or expired one makes nothing and gets no answer") {
    Server s;
    s.inject(s.padi());
    s.inject(Builder{kAcMac, kHostMac, Code::padr}.tag(Tag::service_name, ""));
    s.inject(Builder{kAcMac, kHostMac, Code::padr}.tag(Tag::service_name, "").tag(Tag::ac_cookie, "guess"));
    s.inject(s.padr("", kStrangerMac));
    auto late = s.padr();
    auto forged = wire::Bytes(late.frame().begin(), late.frame().end());
    forged.back() ^= 1;
    s.inject(forged);
    s.pass(2 * AcCookie::kSlot);
    s.inject(late);
    CHECK(s.counters().bad_cookie == 5);
    CHECK(s.acceptor.sessions.empty());
    CHECK(s.ac_pppox.sessions.empty());
    CHECK(s.count(Code::pads) == 0);
}

TEST_CASE("a repeated PADR gets the same PADS and no second session") {
    Server s;
    s.inject(s.padi());
    auto padr = s.padr();
    s.inject(padr);
    s.inject(padr);  // the first PADS is still on its way
    CHECK(s.count(Code::pads) == 0);
    s.pass(20ms);
    const auto first = test::hex(encode(s.last(Code::pads)));
    s.inject(padr);
    CHECK(s.count(Code::pads) == 2);
    CHECK(test::hex(encode(s.last(Code::pads))) == first);
    CHECK(s.acceptor.sessions.size() == 1);
}

TEST_CASE("the cookie of an ended session makes no new one") {
    Server s;
    s.inject(s.padi());
    auto padr = s.padr();
    s.inject(padr);
    s.pass(20ms);
    s.owner(0).transport->stop();
    s.inject(padr);
    CHECK(s.acceptor.sessions.size() == 1);
    CHECK(s.counters().bad_cookie == 1);
}

TEST_CASE("a host may have many sessions, each with its own cookie") {
    Server s;
    std::set<std::uint16_t> ids;
    for (int i = 0; i < 50; ++i) CHECK(ids.insert(s.connect()).second);
    CHECK(s.acceptor.alive() == 50);
    CHECK_FALSE(ids.contains(0));
    for (auto load : s.buckets.load()) CHECK((load == 3 || load == 4));
}

TEST_CASE("a service that went away after its PADO is refused by name") {
    Server s;
    s.inject(s.padi("tv"));
    s.server->remove_service("isp");
    s.inject(s.padr("tv"));
    CHECK(s.failure() == std::string(kServiceNameError) + "no service 'tv' here");
    CHECK(s.last(Code::pads).session_id == 0);
    CHECK(s.last(Code::pads).has(Tag::host_uniq, wire::octets("uniq")));
    CHECK(s.acceptor.sessions.empty());
}

TEST_CASE("a full server withholds its PADO and refuses a PADR of before") {
    auto service = any_service();
    service.max_sessions = 1;
    Server s({service});
    s.inject(s.padi("", kStrangerMac));
    auto early = s.padr("", kStrangerMac);
    CHECK(s.connect());
    s.inject(early);
    CHECK(s.failure() == std::string(kSystemError) + "too many sessions");
    const auto before = s.count(Code::pado);
    s.inject(s.padi());
    CHECK(s.count(Code::pado) == before);
    CHECK(s.counters().withheld == 1);
    CHECK(s.counters().refused == 1);
    s.owner(0).transport->stop();
    CHECK(s.counters().sessions == 0);
    CHECK(s.connect());
}

TEST_CASE("PADO is withheld while admission says no") {
    Server s;
    s.acceptor.admits = false;
    s.inject(s.padi());
    CHECK(s.count(Code::pado) == 0);
    CHECK(s.counters().withheld == 1);
    s.acceptor.admits = true;
    CHECK(s.connect());
}

TEST_CASE("pado-delay delays the PADO, and delayed ones are bounded") {
    auto service = any_service();
    service.pado_delay = 500ms;
    Server s({service}, {.delayed_offers = 3});
    for (int i = 0; i < 5; ++i) {
        s.inject(s.padi());
        s.pass(10ms);
    }
    CHECK(s.count(Code::pado) == 0);
    s.pass(450ms);
    CHECK(s.count(Code::pado) == 1);
    s.pass(1s);
    CHECK(s.count(Code::pado) == 3);
    CHECK(s.counters().rate_limited == 2);
    CHECK(s.counters().pado == 3);
    s.inject(s.padr());
    s.pass(20ms);
    CHECK(s.last(Code::pads).session_id != 0);
}
