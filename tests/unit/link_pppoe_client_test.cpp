// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeClient against scripted concentrators: what it sends and when, what it believes, what it says.
#include <doctest/doctest.h>
#include "support/hex.hpp"
#include "support/pppoe_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;

namespace {

struct Client : test::PppoeWorld {
    explicit Client(PppoeClientConfig config = {.interface = "eth1"}) {
        auto made = std::make_unique<PppoeClient>(std::move(config), host_ports());
        client = made.get();
        owner.transport = std::move(made);
    }
    void start() {
        client->start(owner);
        pass(0ms);
    }
    /// What a concentrator would answer, addressed to the host and with its Host-Uniq.
    Builder answer(Code code, std::uint16_t session_id = 0, const MacAddress& from = kAcMac) {
        Builder b{kHostMac, from, code, session_id};
        b.echo(Tag::host_uniq, last(code == Code::pado ? Code::padi : Code::padr));
        return b;
    }
    void inject(Builder& b) {
        segment.inject(b.frame());
        pass(1ms);
    }
    void inject(Builder&& b) { inject(b); }
    Builder pado(const MacAddress& from = kAcMac) {
        auto b = answer(Code::pado, 0, from);
        b.tag(Tag::ac_name, "ac").tag(Tag::service_name, "");
        return b;
    }
    /// All the way to the session `id`.
    void connect(std::uint16_t id = 0x1234) {
        start();
        inject(pado().tag(Tag::ac_cookie, "cookie"));
        inject(answer(Code::pads, id).tag(Tag::service_name, ""));
    }
    wire::Bytes session_frame(std::uint16_t id, const MacAddress& from = kAcMac) {
        wire::Writer w;
        w.bytes(kHostMac).bytes(from).u16(kSessionEtherType).u16(0x1100).u16(id).u16(6);
        w.bytes(test::from_hex("c0 21 01 07 00 04"));
        return std::move(w).take();
    }

    test::LinkOwner owner;
    PppoeClient* client = nullptr;
};
}  // namespace

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
    CHECK(padr.has(Tag::ac_cookie, octets("cookie")));
    CHECK(padr.has(Tag::relay_session_id, octets("relay")));
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
    CHECK(c.owner.detail == "no Access-Concentrator on eth1 answered 3 PADI for service \"internet\"");
    c.pass(1h);
    CHECK(c.transcript() == "PADI PADI PADI");
    CHECK(c.host_ether.open_ports() == 0);
}

TEST_CASE("nobody of the wanted name answers: the sentence says the name") {
    Client c({.interface = "eth1", .ac_name = "bras1"});
    c.start();
    c.pass(10s);
    CHECK(c.owner.detail == "no Access-Concentrator \"bras1\" on eth1 answered 3 PADI for any service");
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
    CHECK(
        c.owner.detail ==
        "Access-Concentrator \"ac\" (02:00:00:00:00:AC) on eth1 offered service but answered none of 3 PADR");
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
    CHECK(
        refused(Tag::service_name_error, "not here\n", "internet") ==
        "Access-Concentrator \"ac\" (02:00:00:00:00:AC) on eth1 refused service \"internet\": not here\\x0A");
    CHECK(refused(Tag::ac_system_error, "", "") ==
          "Access-Concentrator \"ac\" (02:00:00:00:00:AC) on eth1 refused a session: AC-System-Error");
    CHECK(refused(Tag::generic_error, "\xff", "") ==
          "Access-Concentrator \"ac\" (02:00:00:00:00:AC) on eth1 refused a session: \\xFF");
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
          "no Access-Concentrator on eth1 offers service \"internet\"; \"one\" (02:00:00:00:00:AC) offers "
          "\"tv\","
          " \"voice\"; \"two\" (02:00:00:00:00:66) says: full");
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
    CHECK(c.last(Code::padr).has(Tag::service_name, octets("internet")));
}

TEST_CASE("with any service allowed the first offered is asked for where \"any\" is not offered") {
    Client c;
    c.start();
    c.inject(c.answer(Code::pado)
                 .tag(Tag::ac_name, "ac")
                 .tag(Tag::service_name, "tv")
                 .tag(Tag::service_name, "voice"));
    CHECK(c.last(Code::padr).has(Tag::service_name, octets("tv")));
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
          "Access-Concentrator \"ac\" (02:00:00:00:00:AC) on eth1 ended session 4660: reboot");
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
    CHECK(padt.has(Tag::ac_cookie, octets("cookie")));
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
