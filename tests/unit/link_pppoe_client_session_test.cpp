// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeClient from PADS to PADT: the session it gets, keeps and gives back.
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

TEST_CASE("a PADS counts only from the concentrator asked, with our Host-Uniq and a real session id") {
    Client c;
    c.start();
    c.inject(c.pado());
    c.inject(c.answer(Code::pads, 7, kStrangerMac).tag(Tag::service_name, ""));
    c.inject(Builder{kHostMac, kAcMac, Code::pads, 7}.tag(Tag::service_name, ""));
    c.inject(c.answer(Code::pads, 0).tag(Tag::service_name, ""));
    c.inject(c.answer(Code::pads, 0xffff).tag(Tag::service_name, ""));
    c.inject(c.answer(Code::pads, 0, kStrangerMac).tag(Tag::ac_system_error, "no"));
    CHECK(c.owner.ready == 0);
    CHECK(c.owner.lost == 0);
    CHECK(c.client->counters().ignored == 5);
    c.inject(c.answer(Code::pads, 7).tag(Tag::service_name, ""));
    CHECK(c.owner.ready == 1);
    c.inject(c.answer(Code::pads, 7).tag(Tag::service_name, ""));  // repeated
    CHECK(c.owner.ready == 1);
    CHECK(c.count(Code::padt) == 0);
}

TEST_CASE("a session that comes too late, or twice, is given back by PADT") {
    Client c;
    c.start();
    c.inject(c.pado());
    auto late = c.answer(Code::pads, 7);
    c.pass(8s);  // three PADR went unanswered, a new round has begun
    REQUIRE(c.client->state() == DiscoveryState::soliciting);
    c.inject(late);
    CHECK(c.last(Code::padt).session_id == 7);
    CHECK(c.last(Code::padt).destination == kAcMac);
    CHECK(c.owner.ready == 0);
    c.inject(c.pado());
    c.inject(c.answer(Code::pads, 8));
    CHECK(c.owner.ready == 1);
    c.inject(c.answer(Code::pads, 9));  // the concentrator made another for a repeated PADR
    CHECK(c.last(Code::padt).session_id == 9);
    CHECK(c.owner.lost == 0);
}

TEST_CASE("a PADT ends the session only with the right addresses and session id") {
    Client c;
    c.connect(0x1234);
    c.inject(Builder{kHostMac, kStrangerMac, Code::padt, 0x1234});
    c.inject(Builder{kHostMac, kAcMac, Code::padt, 0x1235});
    c.inject(Builder{kBroadcast, kAcMac, Code::padt, 0x1234});
    c.inject(Builder{kStrangerMac, kAcMac, Code::padt, 0x1234});
    CHECK(c.owner.lost == 0);
    c.inject(Builder{kHostMac, kAcMac, Code::padt, 0x1234}.tag(Tag::generic_error, "reboot"));
    CHECK(c.owner.lost == 1);
    CHECK(c.owner.reason == EndReason::peer_terminated);
    CHECK(c.owner.detail ==
          "Access-Concentrator 'ac' (02:00:00:00:00:AC) on eth1 ended session 4660: reboot");
}

TEST_CASE("a PADT before there is a session means nothing") {
    Client c;
    c.start();
    c.inject(Builder{kHostMac, kAcMac, Code::padt, 7});
    c.inject(c.pado());
    c.inject(Builder{kHostMac, kAcMac, Code::padt, 7});
    c.inject(c.answer(Code::pads, 7));
    CHECK(c.owner.ready == 1);
}

TEST_CASE("stop() tells the concentrator once, with its cookie and our Host-Uniq") {
    Client c;
    c.connect(0x1234);
    c.client->stop();
    c.client->stop();
    c.pass(1h);
    CHECK(c.transcript() == "PADI PADO PADR PADS PADT");
    const auto padt = c.last(Code::padt);
    CHECK(padt.session_id == 0x1234);
    CHECK(padt.destination == kAcMac);
    CHECK(padt.has(Tag::ac_cookie, wire::octets("cookie")));
    CHECK(padt.find(Tag::host_uniq));
    CHECK(c.owner.lost == 0);
}

TEST_CASE("stop() before there is a session is silent") {
    Client c;
    c.start();
    c.client->stop();
    c.pass(1h);
    CHECK(c.transcript() == "PADI");
    CHECK(c.owner.lost == 0);
    CHECK(c.host_ether.open_ports() == 0);
}

TEST_CASE("a session id that the kernel has already is given back and told") {
    Client c;
    c.host_pppox.sessions.push_back({"eth1", kAcMac, 0x1234});
    c.connect(0x1234);
    CHECK(c.owner.ready == 0);
    CHECK(c.owner.reason == EndReason::kernel_error);
    CHECK(c.owner.detail ==
          "PPPoE session 4660 with 02:00:00:00:00:AC on eth1: the session id is already in use");
    CHECK(c.last(Code::padt).session_id == 0x1234);
}

TEST_CASE("frames of the session that come before the channel reach the owner, also before PADS") {
    Client c;
    c.start();
    c.segment.inject(c.session_frame(0x1234));  // nobody has been asked yet
    c.pass(1ms);
    c.inject(c.pado());
    c.segment.inject(c.session_frame(0x1234));
    c.segment.inject(c.session_frame(0x9999));
    c.segment.inject(c.session_frame(0x1234, kStrangerMac));
    c.pass(1ms);
    CHECK(c.owner.early.empty());
    c.inject(c.answer(Code::pads, 0x1234));
    REQUIRE(c.owner.early.size() == 1);
    CHECK(test::hex(c.owner.early[0]) == "c0 21 01 07 00 04");
    c.segment.inject(c.session_frame(0x1234));
    c.segment.inject(c.session_frame(0x9999));
    c.pass(1ms);
    CHECK(c.owner.early.size() == 2);
    c.client->attached();
    c.segment.inject(c.session_frame(0x1234));
    c.pass(1ms);
    CHECK(c.owner.early.size() == 2);
    CHECK(c.host_ether.open_ports() == 1);  // the one that sends PADT
}

TEST_CASE("a flood of session frames before PADS costs a few frames of memory") {
    Client c;
    c.start();
    c.inject(c.pado());
    for (int i = 0; i < 1000; ++i) c.segment.inject(c.session_frame(0x1234));
    c.pass(1ms);
    c.inject(c.answer(Code::pads, 0x1234));
    CHECK(c.owner.early.size() == 8);
}

TEST_CASE("an owner may attach or destroy the link from inside link_ready") {
    for (const bool drop : {false, true}) {
        Client c;
        c.owner.drop_when_ready = drop;
        c.owner.attach_at_once = !drop;
        c.start();
        c.inject(c.pado());
        c.segment.inject(c.session_frame(7));
        c.pass(1ms);
        c.inject(c.answer(Code::pads, 7));
        CHECK(c.owner.ready == 1);
        CHECK(c.owner.early.empty());
    }
}

TEST_CASE("PPP-Max-Payload is asked for where the parent has room, and used where it is granted") {
    const auto mru = [](unsigned mtu, std::uint16_t wanted, std::uint16_t granted) {
        Client c({.interface = "eth2", .max_mru = wanted});
        c.host_ether.add("eth2", c.segment, {0x02, 0, 0, 0, 0, 0x02}, mtu);
        c.start();
        const auto asked = c.last(Code::padi).max_payload().value_or(0);
        Builder pado{{0x02, 0, 0, 0, 0, 0x02}, kAcMac, Code::pado};
        c.inject(
            pado.echo(Tag::host_uniq, c.last(Code::padi)).tag(Tag::ac_name, "ac").tag(Tag::service_name, ""));
        CHECK(c.last(Code::padr).max_payload().value_or(0) == asked);
        Builder pads{{0x02, 0, 0, 0, 0, 0x02}, kAcMac, Code::pads, 7};
        pads.echo(Tag::host_uniq, c.last(Code::padr));
        if (granted) pads.max_payload(granted);
        c.inject(pads);
        return std::pair<int, int>{asked, c.client->info().max_mru};
    };
    CHECK(mru(1508, 1500, 1500) == std::pair{1500, 1500});
    CHECK(mru(1508, 1500, 1496) == std::pair{1500, 1496});
    CHECK(mru(1508, 1500, 9000) == std::pair{1500, 1500});
    CHECK(mru(1508, 1500, 0) == std::pair{1500, 1492});
    CHECK(mru(1508, 1500, 100) == std::pair{1500, 1492});
    CHECK(mru(1504, 1500, 1496) == std::pair{1496, 1496});
    CHECK(mru(1500, 1500, 1500) == std::pair{0, 1492});
    CHECK(mru(1508, 1492, 1500) == std::pair{0, 1492});
    CHECK(mru(1400, 1492, 0) == std::pair{0, 1392});
}

TEST_CASE("octets that are no packet are counted and change nothing") {
    Client c;
    c.start();
    auto good = c.pado();
    const wire::Bytes frame(good.frame().begin(), good.frame().end());
    for (std::size_t n = 18; n < frame.size(); ++n) c.segment.inject(wire::ByteView{frame}.first(n));
    c.pass(1ms);
    CHECK(c.client->counters().malformed == frame.size() - 18);
    CHECK(c.client->state() == DiscoveryState::soliciting);
}

TEST_CASE("packets that cannot be sent are repeated like lost ones") {
    Client c;
    c.host_ether.fail_sends = true;
    c.start();
    CHECK(c.frames.empty());
    c.host_ether.fail_sends = false;
    c.pass(1s);
    CHECK(c.transcript() == "PADI");
}

TEST_CASE("a session of an earlier life is ended by one PADT under the address it had") {
    Client c;
    struct Nobody : EtherPort::Handler {
        void on_ether_frame(wire::ByteView) override {}
        void on_ether_down(const Error&) override {}
    } nobody;
    auto port = c.host_ether.open("eth1", {}, nobody);
    REQUIRE(port);
    CHECK(PppoeClient::send_padt(**port, {}, kAcMac, 77));
    CHECK(c.last(Code::padt).source == kHostMac);
    CHECK(c.last(Code::padt).session_id == 77);
    CHECK(PppoeClient::send_padt(**port, kStrangerMac, kAcMac, 77));
    CHECK(c.last(Code::padt).source == kStrangerMac);
}
