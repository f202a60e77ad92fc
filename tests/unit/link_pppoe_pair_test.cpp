// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeClient and PppoeServer over one segment, also a bad one.
#include <doctest/doctest.h>
#include "support/pppoe_world.hpp"
#include "support/seeds.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;

namespace {
struct Pair : test::PppoeWorld {
    explicit Pair(std::uint32_t seed = 1) : PppoeWorld(seed) {
        server.set_service({.server = "isp", .service_name = "internet", .ac_name = "bras", .max_mru = 1500});
        REQUIRE(server.listen());
    }
    void dial(PppoeClientConfig config = {.interface = "eth1"}) {
        auto client = std::make_unique<PppoeClient>(std::move(config), host_ports());
        owner.transport = std::move(client);
        owner.transport->start(owner);
    }
    test::Acceptor acceptor{time};
    PppoeBuckets buckets;
    PppoeServer server{"lan0", ac_ports(), acceptor, buckets};
    test::LinkOwner owner;
};
}  // namespace

TEST_CASE("both ends agree on the session, the service and each other") {
    Pair p;
    p.dial();
    p.pass(1s);
    REQUIRE(p.owner.ready == 1);
    REQUIRE(p.acceptor.alive() == 1);
    const auto& host = p.owner.transport->info();
    const auto& ac = p.acceptor.sessions[0]->owner.transport->info();
    CHECK(host.session_id == ac.session_id);
    CHECK(host.peer_mac == ac.own_mac);
    CHECK(host.own_mac == ac.peer_mac);
    CHECK(host.service_name == "internet");
    CHECK(ac.service_name == "internet");
    CHECK(host.ac_name == "bras");
    CHECK(p.transcript() == "PADI PADO PADR PADS");
}

TEST_CASE("either end's stop() is the other's end") {
    Pair one;
    one.dial();
    one.pass(1s);
    one.owner.transport->stop();
    one.pass(1s);
    CHECK(one.acceptor.sessions[0]->owner.reason == EndReason::peer_terminated);
    Pair two;
    two.dial();
    two.pass(1s);
    two.acceptor.sessions[0]->owner.transport->stop();
    two.pass(1s);
    CHECK(two.owner.reason == EndReason::peer_terminated);
}

TEST_CASE("a service the server does not have is told by the client") {
    Pair p;
    p.dial({.interface = "eth1", .service_name = "voice"});
    p.pass(10s);
    CHECK(p.owner.detail == "no Access-Concentrator on eth1 answered 3 PADI for service 'voice'");
    CHECK(p.acceptor.sessions.empty());
}

TEST_CASE("a lossy, duplicating, reordering segment never leaves two ends with different sessions") {
    int connected = 0;
    test::for_seeds(500, [&](std::uint32_t seed) {
        CAPTURE(seed);
        Pair p(seed + 1);
        p.segment.set_faults({.loss = 0.03 * (seed % 12), .duplicate = 0.3, .reorder = 0.5, .seed = seed});
        p.dial();
        p.pass(60s);
        REQUIRE(p.owner.ready + p.owner.lost == 1);
        if (p.owner.lost) {
            REQUIRE((p.owner.reason == EndReason::no_answer));
            return;
        }
        ++connected;
        const auto id = p.owner.transport->info().session_id;
        int same = 0;
        for (const auto& session : p.acceptor.sessions)
            same += session->owner.transport && !session->owner.lost &&
                    session->owner.transport->info().session_id == id;
        REQUIRE(same == 1);
        REQUIRE(p.ac_pppox.sessions.size() == p.acceptor.sessions.size());
        // Whatever the wire did: a session for a cookie, and a cookie for a PADI.
        REQUIRE(p.acceptor.sessions.size() <= p.count(Code::padi) * 2);
    });
    if (!std::getenv("SEED")) CHECK(connected > 470);
}

TEST_CASE("on a segment that only duplicates and reorders everybody connects, with one session each") {
    test::for_seeds(200, [&](std::uint32_t seed) {
        CAPTURE(seed);
        Pair p(seed + 1);
        p.segment.set_faults({.duplicate = 0.7, .reorder = 0.9, .seed = seed});
        p.dial();
        p.pass(60s);
        REQUIRE(p.owner.ready == 1);
        REQUIRE(p.owner.lost == 0);
        REQUIRE(p.acceptor.alive() == 1);
        REQUIRE(p.acceptor.sessions.size() == 1);
    });
}

TEST_CASE("after a crash a PADT for the remembered session makes room for the next") {
    Pair p;
    p.server.set_service({.server = "isp", .ac_name = "bras", .max_sessions = 1});
    p.dial();
    p.pass(1s);
    const auto old = p.owner.transport->info();
    p.owner.transport.reset();  // without a word
    p.host_pppox.sessions.clear();
    p.dial();
    p.pass(10s);
    CHECK(p.owner.reason == EndReason::no_answer);
    {
        struct Nobody : EtherPort::Handler {
            void on_ether_frame(wire::ByteView) override {}
            void on_ether_down(const Error&) override {}
        } nobody;
        auto port = p.host_ether.open("eth1", {}, nobody);
        REQUIRE(PppoeClient::send_padt(**port, old.own_mac, old.peer_mac, old.session_id));
    }
    p.dial();
    p.pass(1s);
    CHECK(p.owner.ready == 2);
}
