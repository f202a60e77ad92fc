// SPDX-License-Identifier: GPL-2.0-or-later
/// @file IPCP: addresses and name servers, as client and as server.
#include <doctest/doctest.h>
#include "ppp/ipcp.hpp"
#include "support/hex.hpp"
#include "support/ncp_ends.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using wire::ipcp::Address;
using wire::ipcp::NameServer;

namespace {
constexpr std::uint32_t ip(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24 | b << 16 | c << 8 | d;
}
constexpr auto kOurs = ip(10, 0, 0, 1);
constexpr auto kPeers = ip(10, 0, 0, 2);

wire::Bytes options(std::initializer_list<wire::ipcp::Option> list) {
    wire::Writer w;
    for (const auto& o : list) wire::ipcp::encode(w, o);
    return std::move(w).take();
}

struct IpcpEnd {
    explicit IpcpEnd(const IpcpConfig& c) : config(c) {}
    VirtualTime time;
    NcpOwner owner;
    IpcpConfig config;
    Ipcp ipcp{time, owner, config};
    NcpPeer<Ipcp> peer{ipcp, owner};
};
const IpcpConfig kClient{};
const IpcpConfig kServer{.own_address = kOurs,
                         .accept_own = false,
                         .peer_address = kPeers,
                         .accept_peer = false,
                         .dns = {ip(8, 8, 8, 8), ip(8, 8, 4, 4)}};
}  // namespace

TEST_CASE("a client asks for an address and takes the one that a Nak gives") {
    IpcpEnd e{kClient};
    e.peer.start();
    CHECK(e.peer.request_text() == "[IPCP ConfReq id=0x1 <addr 0.0.0.0>]");
    e.peer.answer(Code::configure_nak, options({Address{kPeers}}));
    CHECK(e.peer.request_text() == "[IPCP ConfReq id=0x2 <addr 10.0.0.2>]");
    e.peer.ack();
    CHECK(e.peer.request(options({Address{kOurs}})) == "[IPCP ConfAck id=0x1 <addr 10.0.0.1>]");
    REQUIRE(e.owner.ups == 1);
    CHECK(e.ipcp.negotiated().own_address == kPeers);
    CHECK(e.ipcp.negotiated().peer_address == kOurs);
}

TEST_CASE("a client lives with a peer that does not say its address") {
    IpcpEnd e{{.own_address = kPeers}};
    e.peer.start();
    e.peer.ack();
    CHECK(e.peer.request({}) == "[IPCP ConfAck id=0x1]");
    CHECK(e.owner.ups == 1);
    CHECK(e.ipcp.negotiated().peer_address == 0);
}

TEST_CASE("a client that gets no address is refused, it never comes up with 0.0.0.0") {
    IpcpEnd e{kClient};
    e.peer.start();
    e.peer.request(options({Address{kOurs}}));
    SUBCASE("the peer acknowledges 0.0.0.0") { e.peer.ack(); }
    SUBCASE("the peer rejects the option") { e.peer.answer(Code::configure_reject, options({Address{0}})); }
    SUBCASE("the peer suggests 0.0.0.0 again and again") {
        for (int i = 0; i < 5; ++i) e.peer.answer(Code::configure_nak, options({Address{0}}));
    }
    SUBCASE("the peer suggests an address that no host can have") {
        for (int i = 0; i < 5; ++i) e.peer.answer(Code::configure_nak, options({Address{ip(224, 0, 0, 5)}}));
    }
    e.time.advance(60s);
    CHECK(e.owner.ups == 0);
    CHECK(e.owner.finished == 1);
    CHECK(e.owner.end == ControlEnd::refused);
}

TEST_CASE("our own address may be replaced or not, as configured") {
    IpcpEnd free{{.own_address = kOurs, .accept_own = true}};
    free.peer.start();
    free.peer.answer(Code::configure_nak, options({Address{kPeers}}));
    CHECK(free.peer.request_text() == "[IPCP ConfReq id=0x2 <addr 10.0.0.2>]");
    IpcpEnd fixed{{.own_address = kOurs, .accept_own = false}};
    fixed.peer.start();
    for (int i = 0; i < 4; ++i) {
        fixed.peer.answer(Code::configure_nak, options({Address{kPeers}}));
        CHECK(fixed.peer.request_text().ends_with("<addr 10.0.0.1>]"));
    }
    fixed.peer.answer(Code::configure_nak, options({Address{kPeers}}));
    CHECK(fixed.ipcp.state() == fsm::State::closing);
    fixed.time.advance(60s);
    CHECK(fixed.owner.end == ControlEnd::refused);
}

TEST_CASE("a configured address holds even when the peer rejects the option") {
    IpcpEnd e{{.own_address = kOurs}};
    e.peer.start();
    e.peer.answer(Code::configure_reject, options({Address{kOurs}}));
    CHECK(e.peer.request_text() == "[IPCP ConfReq id=0x2]");
    e.peer.ack();
    e.peer.request(options({Address{kPeers}}));
    CHECK(e.owner.ups == 1);
    CHECK(e.ipcp.negotiated().own_address == kOurs);
}

TEST_CASE("a server gives the peer its address and refuses any other") {
    IpcpEnd e{kServer};
    e.peer.start();
    CHECK(e.peer.request(options({Address{0}})) == "[IPCP ConfNak id=0x1 <addr 10.0.0.2>]");
    CHECK(e.peer.request(options({Address{ip(192, 168, 1, 1)}})) == "[IPCP ConfNak id=0x1 <addr 10.0.0.2>]");
    CHECK(e.peer.request({}) == "[IPCP ConfNak id=0x1 <addr 10.0.0.2>]");
    CHECK(e.peer.request(options({Address{kPeers}})) == "[IPCP ConfAck id=0x1 <addr 10.0.0.2>]");
    e.peer.ack();
    CHECK(e.ipcp.negotiated().own_address == kOurs);
    CHECK(e.ipcp.negotiated().peer_address == kPeers);
}

TEST_CASE("a peer that will not list its address is routed the one it was given") {
    IpcpEnd e{kServer};
    e.peer.start();
    e.peer.ack();
    for (std::uint8_t id = 1; id < 6; ++id) e.peer.request({}, id);
    CHECK(e.owner.ups == 0);
    CHECK(e.peer.request({}, 6) == "[IPCP ConfAck id=0x6]");
    CHECK(e.ipcp.negotiated().peer_address == kPeers);
}

TEST_CASE("a server without an address for the peer rejects 0.0.0.0") {
    IpcpEnd any{{.own_address = kOurs}};
    any.peer.start();
    CHECK(any.peer.request(options({Address{0}})) == "[IPCP ConfRej id=0x1 <addr 0.0.0.0>]");
    CHECK(any.peer.request(options({Address{ip(127, 0, 0, 1)}})) == "[IPCP ConfRej id=0x1 <addr 127.0.0.1>]");
    CHECK(any.peer.request(options({Address{kPeers}})) == "[IPCP ConfAck id=0x1 <addr 10.0.0.2>]");
    IpcpEnd none{{.own_address = kOurs, .accept_peer = false}};
    none.peer.start();
    CHECK(none.peer.request(options({Address{kPeers}})) == "[IPCP ConfRej id=0x1 <addr 10.0.0.2>]");
}

TEST_CASE("a server gives its name servers and rejects the options that it has no value for") {
    IpcpEnd e{kServer};
    e.peer.start();
    CHECK(e.peer.request(
              options({Address{kPeers}, NameServer{NameServer::dns1, 0}, NameServer{NameServer::dns2, 0}})) ==
          "[IPCP ConfNak id=0x1 <ms-dns1 8.8.8.8> <ms-dns2 8.8.4.4>]");
    CHECK(e.peer.request(options({Address{kPeers}, NameServer{NameServer::dns1, ip(8, 8, 8, 8)}})) ==
          "[IPCP ConfAck id=0x1 <addr 10.0.0.2> <ms-dns1 8.8.8.8>]");
    CHECK(e.peer.request(
              options({Address{0}, NameServer{NameServer::nbns1, 0}, NameServer{NameServer::nbns2, 0}})) ==
          "[IPCP ConfRej id=0x1 <ms-wins1 0.0.0.0> <ms-wins2 0.0.0.0>]");
}

TEST_CASE("header compression, the old addresses and unknown options are rejected") {
    IpcpEnd e{kServer};
    e.peer.start();
    CHECK(e.peer.request(
              from_hex("02 06 00 2d 0f 01  01 0a 0a 00 00 02 0a 00 00 01  90 04 00 00  03 06 0a 00 00 02")) ==
          "[IPCP ConfRej id=0x1 <compress VJ 0f 01> <addrs 10.0.0.2 10.0.0.1> < 90 04 00 00>]");
    CHECK(e.peer.request(from_hex("03 05 0a 00 00")) == "[IPCP ConfRej id=0x1 < 03 05 0a 00 00>]");
}

TEST_CASE("name servers are asked for when wanted, learnt by Nak and forgotten by Reject") {
    IpcpEnd e{{.own_address = kPeers, .want_dns = true}};
    e.peer.start();
    CHECK(e.peer.request_text() ==
          "[IPCP ConfReq id=0x1 <addr 10.0.0.2> <ms-dns1 0.0.0.0> <ms-dns2 0.0.0.0>]");
    e.peer.answer(Code::configure_reject, options({NameServer{NameServer::dns2, 0}}));
    e.peer.answer(Code::configure_nak, options({NameServer{NameServer::dns1, ip(9, 9, 9, 9)}}));
    CHECK(e.peer.request_text() == "[IPCP ConfReq id=0x3 <addr 10.0.0.2> <ms-dns1 9.9.9.9>]");
    SUBCASE("kept") {
        e.peer.ack();
        e.peer.request(options({Address{kOurs}}));
        CHECK(e.ipcp.negotiated().dns == std::array{ip(9, 9, 9, 9), 0U});
    }
    SUBCASE("rejected after all") {
        e.peer.answer(Code::configure_reject, options({NameServer{NameServer::dns1, ip(9, 9, 9, 9)}}));
        e.peer.ack();
        e.peer.request(options({Address{kOurs}}));
        CHECK(e.ipcp.negotiated().dns == std::array{0U, 0U});
    }
}

TEST_CASE("a useless name server ends the asking, one that we did not ask for is ignored") {
    IpcpEnd e{{.own_address = kPeers, .want_dns = true}};
    e.peer.start();
    e.peer.answer(Code::configure_nak, options({NameServer{NameServer::dns1, 0}}));
    CHECK(e.peer.request_text() == "[IPCP ConfReq id=0x2 <addr 10.0.0.2> <ms-dns2 0.0.0.0>]");
    IpcpEnd quiet{{.own_address = kPeers}};
    quiet.peer.start();
    quiet.peer.answer(Code::configure_nak, options({NameServer{NameServer::dns1, ip(9, 9, 9, 9)}}));
    CHECK(quiet.peer.request_text() == "[IPCP ConfReq id=0x2 <addr 10.0.0.2>]");
}
