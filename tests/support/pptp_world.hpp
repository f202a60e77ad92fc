// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpWorld: a PPTP client's machine, a server's, and strangers, in virtual time.
#pragma once
#include <doctest/doctest.h>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>
#include "link/pptp_client.hpp"
#include "link/pptp_server.hpp"
#include "support/fake_network.hpp"
#include "support/fake_pptp.hpp"
#include "support/fake_tcp.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test::pptp_world {
using namespace link;
using namespace wire::pptp;
using namespace std::chrono_literals;

inline constexpr std::uint32_t kServer = 0xc0000201, kHome = 0xc0000202, kStranger = 0xc0000263;

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
    void link_sent(wire::ByteView octets) override { said.push_back(describe(*wire::pptp::decode(octets))); }
    void link_received(wire::ByteView octets) override {
        heard.push_back(describe(*wire::pptp::decode(octets)));
    }
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
        if (!start) return;
        call.link->start(call);
        if (attach) call.link->attached();
    }
    bool room = true, start = true, attach = true;
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
    std::unique_ptr<Witness> dial(const std::string& host = "192.0.2.1", std::uint32_t source = 0) {
        auto out = std::make_unique<Witness>();
        out->link = std::make_unique<PptpClient>(PptpClientConfig{host, source}, home.ports);
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
        const auto beginning = judge(octets);
        if (beginning.length == 0 || beginning.length > octets.size()) return 0;
        heard.push_back(*wire::pptp::decode(octets.first(beginning.length)));
        return beginning.length;
    }
    void on_closed(const Error&) override { closed = true; }
    std::unique_ptr<TcpStream> stream;
    World& world;
    std::vector<Message> heard;
    bool closed = false;
};

}  // namespace ppp::test::pptp_world
