// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The protocol field in and out.
#include <doctest/doctest.h>
#include "support/hex.hpp"
#include "wire/ppp_frame.hpp"

using namespace ppp;
using namespace ppp::test;
using wire::decode_frame;
using wire::Protocol;

TEST_CASE("a frame is a two-octet protocol field and a packet") {
    const auto octets = from_hex("c0 21 01 02");
    const auto frame = decode_frame(octets);
    REQUIRE(frame);
    CHECK(frame->protocol == Protocol::lcp);
    CHECK(hex(frame->packet) == "01 02");
}

TEST_CASE("a protocol field compressed to one octet is understood") {
    const auto octets = from_hex("21 45");
    CHECK(decode_frame(octets)->protocol == Protocol::ipv4);
    CHECK(hex(decode_frame(octets)->packet) == "45");
    const auto full = from_hex("00 21 45");
    CHECK(decode_frame(full)->protocol == Protocol::ipv4);
}

TEST_CASE("a cut-off protocol field is no frame; an empty packet is one") {
    CHECK(!decode_frame({}));
    CHECK(!decode_frame(from_hex("c0")));
    const auto octets = from_hex("c0 21");
    CHECK(decode_frame(octets)->packet.empty());
}

TEST_CASE(
    "a number with an even low octet is no protocol anybody knows, but still one that can be rejected") {
    const auto octets = from_hex("c0 20 01");
    CHECK(static_cast<int>(decode_frame(octets)->protocol) == 0xc020);
    CHECK(wire::name(decode_frame(octets)->protocol).empty());
}

TEST_CASE(
    "property: every odd number survives encoding, compressed or not; compression shortens only 0x00xx") {
    for (unsigned number = 1; number < 0x10000; number += 2) {
        if ((number >> 8) % 2 == 1) continue;  // section 2: the low bit of the high octet is clear
        for (bool compress : {false, true}) {
            wire::Writer w;
            wire::put_protocol(w, static_cast<Protocol>(number), compress);
            REQUIRE(w.size() == (compress && number < 0x100 ? 1U : 2U));
            const auto frame = decode_frame(w.view());
            REQUIRE(frame);
            REQUIRE(static_cast<unsigned>(frame->protocol) == number);
            REQUIRE(frame->packet.empty());
        }
    }
}
