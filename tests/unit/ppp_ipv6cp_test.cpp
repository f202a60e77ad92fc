// SPDX-License-Identifier: GPL-2.0-or-later
/// @file IPV6CP: both ends get different interface identifiers, none of them zero.
#include <doctest/doctest.h>
#include "ppp/ipv6cp.hpp"
#include "support/hex.hpp"
#include "support/ncp_ends.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using wire::ipv6cp::InterfaceIdentifier;

namespace {
wire::Bytes identifier(std::uint64_t value) {
    wire::Writer w;
    wire::ipv6cp::encode(w, InterfaceIdentifier{value});
    return std::move(w).take();
}
/// The value in the only option of a frame of ours.
std::uint64_t value_in(const wire::Bytes& frame) {
    wire::Reader r{frame};
    r.take(8);
    const auto value = r.u64();
    REQUIRE(r.finished());
    return value;
}
struct Ipv6cpEnd {
    explicit Ipv6cpEnd(const Ipv6cpConfig& c = {}) : config(c) {}
    VirtualTime time;
    SeededRng rng;
    NcpOwner owner;
    Ipv6cpConfig config;
    Ipv6cp ipv6cp{time, rng, owner, config};
    NcpPeer<Ipv6cp> peer{ipv6cp, owner};
};
/// The worst possible source of randomness.
struct ZeroRng final : Rng {
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};
}  // namespace

TEST_CASE("a random identifier is asked for") {
    Ipv6cpEnd e;
    e.peer.start();
    const auto own = value_in(e.peer.our_request());
    CHECK(own != 0);
    e.peer.ack();
    e.peer.request(identifier(7));
    CHECK(e.owner.ups == 1);
    CHECK(e.ipv6cp.negotiated().own_identifier == own);
    CHECK(e.ipv6cp.negotiated().peer_identifier == 7);
}

TEST_CASE("a random identifier is not marked as universal") {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        Ipv6cpEnd e;
        e.rng = SeededRng{seed};
        e.peer.start();
        CHECK((value_in(e.peer.our_request()) >> 57 & 1) == 0);
    }
}

TEST_CASE("a configured identifier is asked for and may be replaced or not") {
    Ipv6cpEnd free{{.own_identifier = 1}};
    free.peer.start();
    CHECK(value_in(free.peer.our_request()) == 1);
    free.peer.answer(Code::configure_nak, identifier(9));
    CHECK(value_in(free.peer.our_request()) == 9);
    Ipv6cpEnd fixed{{.own_identifier = 1, .accept_own = false}};
    fixed.peer.start();
    for (int i = 0; i < 5; ++i) {
        CHECK(value_in(fixed.peer.our_request()) == 1);
        fixed.peer.answer(Code::configure_nak, identifier(9));
    }
    fixed.time.advance(60s);
    CHECK(fixed.owner.end == ControlEnd::refused);
}

TEST_CASE("zero and our own identifier get a Nak with another one") {
    Ipv6cpEnd e{{.own_identifier = 5}};
    e.peer.start();
    for (const std::uint64_t bad : {0U, 5U}) {
        e.peer.request(identifier(bad));
        CHECK(e.owner.frames.back()[2] == 3);
        const auto suggested = value_in(e.owner.frames.back());
        CHECK(suggested != 0);
        CHECK(suggested != 5);
    }
    e.peer.request({});  // a peer that lists none gets a suggestion too
    CHECK(e.owner.frames.back()[2] == 3);
}

TEST_CASE("a peer with a prescribed identifier gets no other one") {
    Ipv6cpEnd e{{.own_identifier = 5, .peer_identifier = 6}};
    e.peer.start();
    e.peer.request(identifier(7));
    CHECK(e.owner.frames.back()[2] == 3);
    CHECK(value_in(e.owner.frames.back()) == 6);
    e.peer.request(identifier(6));
    CHECK(e.owner.frames.back()[2] == 2);
}

TEST_CASE("a suggestion of zero, or of what the peer itself uses, is answered with a fresh identifier") {
    Ipv6cpEnd e;
    e.peer.start();
    e.peer.request(identifier(7));
    for (const std::uint64_t bad : {0U, 7U}) {
        e.peer.answer(Code::configure_nak, identifier(bad));
        CHECK(value_in(e.peer.our_request()) != 0);
        CHECK(value_in(e.peer.our_request()) != 7);
    }
}

TEST_CASE("after a Reject we go on with our identifier unasked; compression is rejected") {
    Ipv6cpEnd e{{.own_identifier = 5}};
    e.peer.start();
    e.peer.answer(Code::configure_reject, identifier(5));
    CHECK(e.peer.our_request().size() == 6);
    e.peer.ack();
    e.peer.request(from_hex("02 04 00 03"));
    CHECK(hex(e.owner.frames.back()) == "80 57 04 01 00 08 02 04 00 03");
    e.peer.request(identifier(7));
    CHECK(e.owner.ups == 1);
    CHECK(e.ipv6cp.negotiated().own_identifier == 5);
}

TEST_CASE("even a random source that yields nothing but zeros leads to three different identifiers") {
    VirtualTime time;
    ZeroRng rng;
    NcpOwner owner;
    Ipv6cp ipv6cp{time, rng, owner, {}};
    NcpPeer<Ipv6cp> peer{ipv6cp, owner};
    peer.start();
    const auto own = value_in(peer.our_request());
    CHECK(own == 1);
    peer.request(identifier(own));
    CHECK(value_in(owner.frames.back()) == 2);
}
