// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Both ends of PPTP over a TCP that breaks messages into pieces, and what strangers say to a server.
#include <doctest/doctest.h>
#include <functional>
#include "link/pptp_client.hpp"
#include "link/pptp_server.hpp"
#include "support/fake_network.hpp"
#include "support/fake_pptp.hpp"
#include "support/fake_tcp.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::test;
using namespace ppp::wire::pptp;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kServer = 0xc0000201, kHome = 0xc0000202, kStranger = 0xc0000263;

struct Machine {
    Machine(FakeTcp& net, SeededRng& rng, std::uint32_t address)
        : tcp(net, address),
          network(net.time),
          resolver(net.time),
          farewells(net.time),
          ports{.time = net.time,
                .rng = rng,
                .tcp = tcp,
                .sockets = calls,
                .resolver = resolver,
                .network = network,
                .farewells = farewells} {
        network.add_link({.ifindex = 3, .name = "eth0", .mtu = 1500, .up = true, .carrier = true});
    }
    FakeTcp::Host tcp;
    FakePptp calls;
    FakeNetwork network;
    FakeResolver resolver;
    PptpFarewells farewells;
    PptpPorts ports;
};

/// What a session would do with its link.
struct Witness final : Transport::Owner {
    void link_ready(Fd) override { ++ready; }
    void early_frame(wire::ByteView) override {}
    void link_lost(EndReason why, std::string text) override {
        reason = why;
        detail = std::move(text);
        link.reset();
    }
    void link_sent(wire::ByteView octets) override { said.push_back(describe(*decode(octets))); }
    void link_received(wire::ByteView octets) override { heard.push_back(describe(*decode(octets))); }
    [[nodiscard]] static bool any(const std::vector<std::string>& list, std::string_view part) {
        return std::ranges::any_of(list, [&](const auto& s) { return s.find(part) != std::string::npos; });
    }
    std::unique_ptr<Transport> link;
    int ready = 0;
    EndReason reason = EndReason::none;
    std::string detail;
    std::vector<std::string> said, heard;
};

struct Acceptor final : PptpAcceptor {
    bool admit(std::uint32_t) override { return room; }
    void accept(std::unique_ptr<Transport> made) override {
        calls.push_back(std::make_unique<Witness>());
        auto& call = *calls.back();
        call.link = std::move(made);
        call.link->start(call);
        if (attach) call.link->attached();
    }
    bool room = true, attach = true;
    std::vector<std::unique_ptr<Witness>> calls;
};

struct World {
    VirtualTime time;
    SeededRng rng;
    FakeTcp net{time};
    Machine isp{net, rng, kServer}, home{net, rng, kHome};
    Acceptor acceptor;
    PptpServer server{isp.ports, acceptor};

    World() { REQUIRE(server.listen(0)); }
    ~World() {
        for (auto& call : acceptor.calls) call->link.reset();
        acceptor.calls.clear();
    }
    std::unique_ptr<Witness> dial(const std::string& host = "192.0.2.1") {
        auto out = std::make_unique<Witness>();
        out->link = std::make_unique<PptpClient>(PptpClientConfig{host}, home.ports);
        out->link->start(*out);
        time.advance(1s);
        return out;
    }
};

/// A far end that says what a test writes.
struct Stranger final : private TcpStream::Handler {
    explicit Stranger(World& w, std::uint32_t from = kStranger)
        : stream(w.net.stranger(from, {.address = kServer, .port = kPort})), world(w) {
        stream->handle(*this);
        w.time.advance(10ms);
    }
    void say(const wire::Bytes& octets) {
        (void)stream->send(octets);
        world.time.advance(100ms);
    }
    void say(const Message& message) { say(encode(message)); }
    std::size_t on_octets(wire::ByteView octets) override {
        const auto beginning = begin(octets);
        if (beginning.length == 0 || beginning.length > octets.size()) return 0;
        heard.push_back(*decode(octets.first(beginning.length)));
        return beginning.length;
    }
    void on_closed(const Error&) override { closed = true; }
    std::unique_ptr<TcpStream> stream;
    World& world;
    std::vector<Message> heard;
    bool closed = false;
};

}  // namespace

TEST_CASE("a call is made, carries its two ids, and is cleared, however the messages are broken up") {
    for (const std::size_t piece : {1, 7, 156, 1000}) {
        World w;
        w.net.piece = piece;
        auto client = w.dial();
        REQUIRE(client->ready == 1);
        REQUIRE(w.acceptor.calls.size() == 1);
        auto& call = *w.acceptor.calls[0];
        CHECK(call.ready == 1);
        const auto& near = client->link->info();
        const auto& far = call.link->info();
        CHECK(near.session_id == far.peer_call_id);
        CHECK(near.peer_call_id == far.session_id);
        CHECK(near.own_address == kHome);
        CHECK(near.caller() == "192.0.2.1");
        CHECK(far.caller() == "192.0.2.2");
        CHECK(near.max_mru == 1460);
        CHECK(near.way == Way{.gateway = 0, .ifindex = 3});
        CHECK(client->link->files().size() == 1);
        CHECK(Witness::any(client->said, "Outgoing-Call-Request"));
        CHECK(Witness::any(client->heard, "Outgoing-Call-Reply"));
        CHECK(Witness::any(call.heard, "Outgoing-Call-Request"));
        client->link->stop();
        w.time.advance(1s);
        CHECK(call.reason == EndReason::peer_terminated);
        CHECK(call.detail.find("192.0.2.2 ended call") == 0);
        w.time.advance(20s);
        CHECK(w.server.connections() == 0);
        CHECK(w.home.farewells.size() == 0);
        CHECK(client->reason == EndReason::none);  // whoever stops hears no more
    }
}

TEST_CASE("the server ends a call: the client hears why, and the connection closes on both sides") {
    World w;
    auto client = w.dial();
    REQUIRE(client->ready == 1);
    w.acceptor.calls[0]->link->stop();
    w.time.advance(1s);
    CHECK(client->reason == EndReason::peer_terminated);
    CHECK(client->detail.find("Admin Shutdown") != std::string::npos);
    w.time.advance(20s);
    CHECK(w.server.connections() == 0);
}

TEST_CASE("Echo keeps a silent connection, and ends one whose far end is gone") {
    World w;
    auto client = w.dial();
    w.time.advance(10min);
    CHECK(client->reason == EndReason::none);
    CHECK(Witness::any(client->said, "Echo-Request"));
    w.net.latency = 1h;  // as if the wire were cut
    w.time.advance(121s);
    CHECK(client->reason == EndReason::echo_timeout);
    CHECK(client->detail.find("192.0.2.1") != std::string::npos);
}

TEST_CASE("addresses of a name are tried in their order; what does not answer is told") {
    World w;
    w.home.resolver.names["vpn"] = {0xc0000211, kServer};
    w.net.silent = {0xc0000211};
    auto client = w.dial("vpn");
    CHECK(client->ready == 0);
    w.time.advance(10s);
    CHECK(client->ready == 1);
    client->link->stop();

    w.home.resolver.names["deaf"] = {0xc0000211};
    auto deaf = w.dial("deaf");
    w.time.advance(11s);
    CHECK(deaf->reason == EndReason::no_answer);
    CHECK(deaf->detail == "deaf (192.0.2.17) does not answer on TCP port 1723");
    auto unknown = w.dial("unknown");
    CHECK(unknown->reason == EndReason::no_answer);
    CHECK(unknown->detail.find("does not resolve") != std::string::npos);
    w.home.resolver.names["slow"] = {};
    auto slow = w.dial("slow");
    w.time.advance(10s);
    CHECK(slow->detail == "the name slow was not resolved within 10 s");
    auto refused = w.dial("192.0.2.18");
    CHECK(refused->reason == EndReason::no_answer);
    CHECK(refused->detail.find("192.0.2.18") == 0);
}

TEST_CASE("a call that cannot be had is refused with a reason, and its id is another one's if it is taken") {
    World w;
    w.home.calls.busy = 5;
    auto client = w.dial();
    CHECK(client->ready == 1);
    w.acceptor.room = false;
    auto busy = w.dial();
    CHECK(busy->reason == EndReason::service_refused);
    CHECK(busy->detail == "192.0.2.1 refused the call: Busy");
    w.acceptor.room = true;
    w.isp.calls.busy = 1000;
    auto full = w.dial();
    CHECK(full->detail == "192.0.2.1 refused the call: General Error (No-Resource)");
    w.isp.calls.busy = 0;
    w.acceptor.attach = false;
    auto dropped = w.dial();
    w.acceptor.calls.back()->link.reset();
    w.time.advance(1s);
    CHECK(dropped->reason == EndReason::service_refused);
}

TEST_CASE("several calls share a connection; it closes when the last one is over") {
    World w;
    Stranger far(w);
    far.say(StartRequest{});
    far.say(OutgoingCallRequest{.call_id = 1});
    far.say(OutgoingCallRequest{.call_id = 2});
    far.say(OutgoingCallRequest{.call_id = 2});
    REQUIRE(far.heard.size() == 4);
    CHECK(std::get<OutgoingCallReply>(far.heard[1]).result == 1);
    CHECK(std::get<OutgoingCallReply>(far.heard[2]).result == 1);
    CHECK(std::get<OutgoingCallReply>(far.heard[3]).result == 2);  // an id twice
    far.say(SetLinkInfo{.peer_call_id = 9});
    far.say(WanErrorNotify{.crc = 3});
    CHECK(w.server.counters().wan_errors == 1);
    far.say(CallClearRequest{.call_id = 7});  // of nobody
    far.say(CallClearRequest{.call_id = 1});
    CHECK(std::holds_alternative<CallDisconnectNotify>(far.heard.back()));
    CHECK(w.acceptor.calls[0]->reason == EndReason::peer_terminated);
    CHECK(w.acceptor.calls[1]->reason == EndReason::none);
    w.time.advance(1min);
    CHECK_FALSE(far.closed);
    far.say(IncomingCallRequest{.call_id = 5});
    CHECK(std::get<IncomingCallReply>(far.heard.back()).result == 3);
    far.say(CallClearRequest{.call_id = 2});
    w.time.advance(15s);
    CHECK(far.closed);
    CHECK(w.server.connections() == 0);
}

TEST_CASE("a stranger's nonsense ends his connection and no other") {
    const auto start = encode(StartRequest{});
    auto cookie = start;
    cookie[7] ^= 1;
    auto cut = start;
    cut[1] = 20;
    auto unknown = start;
    unknown[9] = 99;
    const std::vector<wire::Bytes> all{cookie,
                                       cut,
                                       unknown,
                                       wire::Bytes(64, 0xff),
                                       encode(StartReply{.result = 1}),
                                       encode(OutgoingCallRequest{.call_id = 1}),
                                       encode(CallClearRequest{.call_id = 1})};
    World w;
    auto client = w.dial();
    for (const auto& octets : all) {
        Stranger far(w);
        far.say(octets);
        w.time.advance(1s);
        CHECK(far.closed);
    }
    {
        Stranger twice(w);
        twice.say(StartRequest{});
        CHECK_FALSE(twice.closed);
        twice.say(StartRequest{});
        CHECK(twice.closed);
    }
    Stranger old(w);
    old.say(StartRequest{.version = 0x0200});
    REQUIRE(old.heard.size() == 1);
    CHECK(std::get<StartReply>(old.heard[0]).result == 5);
    CHECK(old.closed);
    CHECK(w.server.counters().turned_away == all.size() + 2);
    CHECK(w.server.connections() == 1);
    CHECK(client->reason == EndReason::none);
}

TEST_CASE("connections that say nothing go after ten seconds, and no address has more than its share") {
    World w;
    std::vector<std::unique_ptr<Stranger>> silent;
    for (int i = 0; i < 100; ++i) silent.push_back(std::make_unique<Stranger>(w));
    CHECK(w.server.connections() == 16);
    auto client = w.dial();
    CHECK(client->ready == 1);
    w.time.advance(10s);
    CHECK(w.server.connections() == 1);
    // From everywhere at once: the oldest makes room for who speaks.
    for (std::uint32_t i = 0; i < 400; ++i) silent.push_back(std::make_unique<Stranger>(w, 0x0a000000 + i));
    CHECK(w.server.connections() <= 257);
    auto second = w.dial();
    CHECK(second->ready == 1);
    Stranger idle(w);
    idle.say(StartRequest{});
    w.time.advance(11s);
    CHECK(idle.closed);
}

TEST_CASE("a far end that stops the connection ends its calls and is answered") {
    World w;
    Stranger far(w);
    far.say(StartRequest{});
    far.say(OutgoingCallRequest{.call_id = 1});
    far.say(StopRequest{.reason = 1});
    CHECK(std::get<StopReply>(far.heard.back()).result == 1);
    CHECK(w.acceptor.calls[0]->reason == EndReason::peer_terminated);
    CHECK(far.closed);
}
