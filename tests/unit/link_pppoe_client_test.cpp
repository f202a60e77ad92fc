// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeClient up to its PADR: what it sends and when, whom it believes, what it says.
#include <doctest/doctest.h>
#include "support/pppoe_scripts.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;
using Client = test::ScriptedClient;

TEST_CASE("a session is made by PADI, PADO, PADR, PADS and a kernel socket") {
    Client c;
    c.start();
    const auto padi = c.last(Code::padi);
    CHECK(padi.destination == kBroadcast);
    CHECK(padi.source == kHostMac);
    CHECK(padi.has(Tag::service_name, {}));
    CHECK(padi.find(Tag::host_uniq)->size() == 8);
    CHECK_FALSE(padi.find(Tag::ppp_max_payload));

    c.inject(c.pado().tag(Tag::ac_cookie, "cookie").tag(Tag::relay_session_id, "relay"));
    const auto padr = c.last(Code::padr);
    CHECK(padr.destination == kAcMac);
    CHECK(padr.has(Tag::ac_cookie, wire::octets("cookie")));
    CHECK(padr.has(Tag::relay_session_id, wire::octets("relay")));
    CHECK(padr.has(Tag::service_name, {}));
    CHECK(c.client->state() == DiscoveryState::requesting);

    c.inject(c.answer(Code::pads, 0x1234).tag(Tag::service_name, "internet"));
    CHECK(c.owner.ready == 1);
    CHECK(c.owner.socket);
    CHECK(c.host_pppox.sessions == std::vector<test::FakePppox::Session>{{"eth1", kAcMac, 0x1234}});
    const auto& info = c.client->info();
    CHECK(info.interface == "eth1");
    CHECK(info.service_name == "internet");
    CHECK(info.ac_name == "ac");
    CHECK(info.own_mac == kHostMac);
    CHECK(info.peer_mac == kAcMac);
    CHECK(info.session_id == 0x1234);
    CHECK(info.max_mru == 1492);
    c.pass(1h);
    CHECK(c.transcript() == "PADI PADO PADR PADS");
}

TEST_CASE("nobody answers: PADI after 0, 1 and 3 seconds, and the sentence after 7") {
    Client c({.interface = "eth1", .service_name = "internet"});
    c.start();
    c.pass(7s - 1ms);
    CHECK(c.owner.lost == 0);
    REQUIRE(c.times.size() == 3);
    CHECK(c.times[1] - c.times[0] == 1s);
    CHECK(c.times[2] - c.times[1] == 2s);
    c.pass(1ms);
    CHECK(c.owner.lost == 1);
    CHECK(c.owner.reason == EndReason::no_answer);
    CHECK(c.owner.detail == "no Access-Concentrator on eth1 answered 3 PADI for service 'internet'");
    c.pass(1h);
    CHECK(c.transcript() == "PADI PADI PADI");
    CHECK(c.host_ether.open_ports() == 0);
}

TEST_CASE("nobody of the wanted name answers: the sentence says the name") {
    Client c({.interface = "eth1", .ac_name = "bras1"});
    c.start();
    c.pass(10s);
    CHECK(c.owner.detail == "no Access-Concentrator 'bras1' on eth1 answered 3 PADI for any service");
}

TEST_CASE("an unanswered PADR is sent three times, then discovery starts clean with a broadcast") {
    Client c;
    c.start();
    const auto first_uniq = test::hex(*c.last(Code::padi).find(Tag::host_uniq));
    c.inject(c.pado().tag(Tag::ac_cookie, "old"));
    c.pass(7s);
    CHECK(c.transcript() == "PADI PADO PADR PADR PADR PADI");
    const auto padi = c.last(Code::padi);
    CHECK(padi.destination == kBroadcast);
    CHECK(test::hex(*padi.find(Tag::host_uniq)) != first_uniq);
    CHECK(c.client->info().peer_mac == MacAddress{});

    c.inject(c.pado());
    CHECK_FALSE(c.last(Code::padr).find(Tag::ac_cookie));  // the old cookie is forgotten
    c.pass(8s);
    CHECK(c.owner.reason == EndReason::no_answer);
    CHECK(c.owner.detail ==
          "Access-Concentrator 'ac' (02:00:00:00:00:AC) on eth1 offered service but answered none of 3 PADR");
}

TEST_CASE("a missing interface is told in its own words, and not from inside start()") {
    Client c({.interface = "eth9"});
    c.client->start(c.owner);
    CHECK(c.owner.lost == 0);
    c.pass(0ms);
    CHECK(c.owner.lost == 1);
    CHECK(c.owner.reason == EndReason::parent_missing);
    CHECK(c.owner.detail == "eth9: no such interface");
}

TEST_CASE("an interface that is down is missing too; one that may not be opened is not") {
    Client down;
    down.host_ether.set_up("eth1", false);
    down.start();
    CHECK(down.owner.reason == EndReason::parent_missing);
    CHECK(down.owner.detail == "eth1: the interface is down; bring it up");
    Client denied;
    denied.host_ether.fail_next_open({Errc::refused, EPERM, "eth1: packet sockets need CAP_NET_RAW"});
    denied.start();
    CHECK(denied.owner.reason == EndReason::kernel_error);
}

TEST_CASE("an interface that goes down or away ends the attempt and the session") {
    for (const bool removed : {false, true})
        for (const bool connected : {false, true}) {
            CAPTURE(removed);
            CAPTURE(connected);
            Client c;
            connected ? c.connect() : c.start();
            removed ? c.host_ether.remove("eth1") : c.host_ether.set_up("eth1", false);
            CHECK(c.owner.lost == 1);
            CHECK(c.owner.reason == (removed ? EndReason::parent_missing : EndReason::lost_carrier));
            CHECK(c.owner.detail ==
                  (removed ? "eth1: the interface was removed" : "eth1: the interface went down"));
            c.pass(1h);
            CHECK(c.owner.lost == 1);
        }
}

TEST_CASE("a refusal is told in the concentrator's words, made harmless") {
    const auto refused = [](Tag tag, std::string_view text, std::string service) {
        Client c({.interface = "eth1", .service_name = service});
        c.start();
        c.inject(c.pado().tag(Tag::service_name, service));
        c.inject(c.answer(Code::pads).tag(tag, text));
        CHECK(c.owner.reason == EndReason::service_refused);
        CHECK(c.host_pppox.sessions.empty());
        return c.owner.detail;
    };
    CHECK(refused(Tag::service_name_error, "not here\n", "internet") ==
          "Access-Concentrator 'ac' (02:00:00:00:00:AC) on eth1 refused service 'internet': not here\\x0A");
    CHECK(refused(Tag::ac_system_error, "", "") ==
          "Access-Concentrator 'ac' (02:00:00:00:00:AC) on eth1 refused a session: AC-System-Error");
    CHECK(refused(Tag::generic_error, "\xff", "") ==
          "Access-Concentrator 'ac' (02:00:00:00:00:AC) on eth1 refused a session: \\xFF");
}

TEST_CASE("concentrators that do not offer the service are listed with what they offer") {
    Client c({.interface = "eth1", .service_name = "internet"});
    c.start();
    c.inject(c.answer(Code::pado)
                 .tag(Tag::ac_name, "one")
                 .tag(Tag::service_name, "tv")
                 .tag(Tag::service_name, "voice"));
    c.inject(
        c.answer(Code::pado, 0, kStrangerMac).tag(Tag::ac_name, "two").tag(Tag::ac_system_error, "full"));
    c.pass(10s);
    CHECK(c.owner.reason == EndReason::service_refused);
    CHECK(c.owner.detail ==
          "no Access-Concentrator on eth1 offers service 'internet'; 'one' (02:00:00:00:00:AC) offers "
          "'tv',"
          " 'voice'; 'two' (02:00:00:00:00:66) says: full");
}

TEST_CASE("only the wanted concentrator and the wanted service are taken") {
    Client c({.interface = "eth1", .service_name = "internet", .ac_name = "right"});
    c.start();
    c.inject(c.answer(Code::pado).tag(Tag::ac_name, "wrong").tag(Tag::service_name, "internet"));
    c.inject(c.answer(Code::pado).tag(Tag::ac_name, "right").tag(Tag::service_name, "tv"));
    CHECK(c.count(Code::padr) == 0);
    c.inject(c.answer(Code::pado, 0, kStrangerMac)
                 .tag(Tag::ac_name, "right")
                 .tag(Tag::service_name, "tv")
                 .tag(Tag::service_name, "internet"));
    CHECK(c.last(Code::padr).destination == kStrangerMac);
    CHECK(c.last(Code::padr).has(Tag::service_name, wire::octets("internet")));
}

TEST_CASE("with any service allowed the first offered is asked for where \"any\" is not offered") {
    Client c;
    c.start();
    c.inject(c.answer(Code::pado)
                 .tag(Tag::ac_name, "ac")
                 .tag(Tag::service_name, "tv")
                 .tag(Tag::service_name, "voice"));
    CHECK(c.last(Code::padr).has(Tag::service_name, wire::octets("tv")));
}

TEST_CASE("a PADO of somebody else's Host-Uniq, without AC-Name or to everybody is not ours") {
    Client c;
    c.start();
    c.inject(Builder{kHostMac, kAcMac, Code::pado}.tag(Tag::ac_name, "ac").tag(Tag::service_name, ""));
    c.inject(Builder{kHostMac, kAcMac, Code::pado}
                 .tag(Tag::host_uniq, "12345678")
                 .tag(Tag::ac_name, "ac")
                 .tag(Tag::service_name, ""));
    c.inject(c.answer(Code::pado).tag(Tag::service_name, ""));
    auto everybody = c.pado();
    auto frame = wire::Bytes(everybody.frame().begin(), everybody.frame().end());
    std::ranges::fill_n(frame.begin(), 6, std::uint8_t{0xff});
    c.segment.inject(frame);
    c.pass(1ms);
    CHECK(c.count(Code::padr) == 0);
    CHECK(c.client->state() == DiscoveryState::soliciting);
}
