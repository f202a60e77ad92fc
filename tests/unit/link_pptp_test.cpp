// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Both ends of PPTP over a TCP that breaks messages into pieces, and what strangers say to a server.
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include "base/event_loop.hpp"
#include "support/pptp_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::test;
using namespace ppp::test::pptp_world;
using namespace ppp::wire;
using namespace ppp::wire::pptp;
using namespace std::chrono_literals;

TEST_CASE("a call is made, carries its two ids, and is cleared, however the messages are broken up") {
    for (const std::size_t piece : {1UL, 7UL, 156UL, 1000UL}) {
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

TEST_CASE("a socket that was not given away is closed through its port, once") {
    World w;
    SUBCASE("of a call that the kernel does not connect") {
        w.isp.calls.connected.emplace(kStranger, 1);
        Stranger far(w);
        far.say(StartRequest{});
        far.say(OutgoingCallRequest{.call_id = 1});
        CHECK(std::get<OutgoingCallReply>(far.heard.back()).error == 4);
    }
    SUBCASE("of a call that its owner drops before it began") {
        w.acceptor.start = false;
        Stranger far(w);
        far.say(StartRequest{});
        far.say(OutgoingCallRequest{.call_id = 1});
        REQUIRE(w.acceptor.calls.size() == 1);
        CHECK(w.isp.calls.closed == 0);
        w.acceptor.calls.clear();
    }
    SUBCASE("of a client that is stopped, or dropped, while it waits for the reply") {
        w.acceptor.start = false;
        auto stopped = w.dial(), dropped = w.dial();
        CHECK(w.home.calls.bound.size() == 2);
        stopped->link->stop();
        CHECK(w.home.calls.closed == 1);
        stopped.reset();
        dropped.reset();
        CHECK(w.home.calls.closed == 2);
        return;
    }
    CHECK(w.isp.calls.bound.size() == 1);
    CHECK(w.isp.calls.closed == 1);
}

TEST_CASE("the kernel's sockets are closed by a worker, not by who lets them go") {
    const auto pair = [] {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
        return std::pair{Fd{ends[0]}, Fd{ends[1]}};
    };
    const auto hung_up = [](const Fd& file, int patience_ms) {
        pollfd p{.fd = file.get(), .events = POLLIN, .revents = 0};
        return ::poll(&p, 1, patience_ms) == 1 && (p.revents & POLLHUP) != 0;
    };
    auto loop = EventLoop::create().value();
    auto pool = WorkerPool::create(*loop, 1, "handoff").value();
    KernelPptp sockets(*pool);
    auto gate = pair(), call = pair();
    // The only worker is busy until the gate opens.
    pool->submit([file = gate.first.get()] {
        char octet = 0;
        (void)!::read(file, &octet, 1);
    });
    sockets.close(std::move(call.first));
    sockets.close(Fd{});
    CHECK(pool->backlog() == 2);
    CHECK_FALSE(hung_up(call.second, 0));
    REQUIRE(::write(gate.second.get(), "x", 1) == 1);
    CHECK(hung_up(call.second, 10'000));
}

TEST_CASE("a far end's Call ID is its own over all of its connections, and no other machine's") {
    World w;
    Stranger first(w), second(w), other(w, kStranger + 1);
    for (auto* far : {&first, &second, &other}) far->say(StartRequest{});
    first.say(OutgoingCallRequest{.call_id = 7});
    second.say(OutgoingCallRequest{.call_id = 7});
    const auto& taken = std::get<OutgoingCallReply>(second.heard.back());
    CHECK(taken.result == 2);
    CHECK(taken.error == 4);
    CHECK(taken.peer_call_id == 7);
    CHECK(w.isp.calls.bound.size() == 1);  // the kernel was not asked
    CHECK(w.server.counters().refused == 1);
    other.say(OutgoingCallRequest{.call_id = 7});
    CHECK(std::get<OutgoingCallReply>(other.heard.back()).result == 1);
    first.say(CallClearRequest{.call_id = 7});
    w.isp.calls.connected.erase({kStranger, 7});
    second.say(OutgoingCallRequest{.call_id = 7});
    CHECK(std::get<OutgoingCallReply>(second.heard.back()).result == 1);
}

TEST_CASE("a far end that asks for calls without end is told that we are busy, and others are not") {
    World w;
    w.acceptor.room = false;  // that each is refused does not make it cheaper
    Stranger greedy(w), again(w), modest(w, kStranger + 1);
    for (auto* far : {&greedy, &again, &modest}) far->say(StartRequest{});
    for (std::uint16_t id = 1; id <= 200; ++id)
        (void)greedy.stream->send(encode(OutgoingCallRequest{.call_id = id}));
    w.time.advance(10ms);
    CHECK(w.server.counters().calls == 200);
    CHECK(w.server.counters().refused == 128);
    CHECK(w.server.counters().rate_limited == 72);
    w.acceptor.room = true;
    (void)again.stream->send(encode(OutgoingCallRequest{.call_id = 1000}));  // the same address
    w.time.advance(10ms);
    CHECK(std::get<OutgoingCallReply>(again.heard.back()).result == 4);
    CHECK(w.isp.calls.bound.empty());
    modest.say(OutgoingCallRequest{.call_id = 1});
    CHECK(std::get<OutgoingCallReply>(modest.heard.back()).result == 1);
    w.time.advance(1s);
    again.say(OutgoingCallRequest{.call_id = 1000});
    CHECK(std::get<OutgoingCallReply>(again.heard.back()).result == 1);
    // From everywhere: 1024 at once, of which the 128 and a few more are back.
    w.acceptor.room = false;
    const auto before = w.server.counters().rate_limited;
    for (std::uint32_t i = 0; i < 40; ++i) {
        Stranger far(w, 0x0a000000 + i);
        (void)far.stream->send(encode(StartRequest{}));
        for (std::uint16_t id = 1; id <= 60; ++id)
            (void)far.stream->send(encode(OutgoingCallRequest{.call_id = id}));
        w.time.advance(10ms);
    }
    const auto limited = w.server.counters().rate_limited - before;
    CHECK(limited > 2400 - 1300);
    CHECK(limited < 2400 - 1000);
}

TEST_CASE("a connection that made room for another one takes no message any more") {
    World w;
    PptpServer small{w.isp.ports, w.acceptor, {.waiting = 1}};
    w.server.close();
    REQUIRE(small.listen(0));
    {
        Stranger oldest(w);
        oldest.say(StartRequest{});
        w.net.latency = {};
        // Readable when the new one comes, which is in the same turn of the loop and before the burial.
        (void)oldest.stream->send(encode(OutgoingCallRequest{.call_id = 1}));
        Stranger newest(w, kStranger + 1);
        CHECK(small.counters().calls == 0);
        CHECK(w.acceptor.calls.empty());
        CHECK(oldest.closed);
        newest.say(StartRequest{});
        newest.say(OutgoingCallRequest{.call_id = 1});
        CHECK(std::get<OutgoingCallReply>(newest.heard.back()).result == 1);
    }
    for (auto& call : w.acceptor.calls) call->link.reset();
}
