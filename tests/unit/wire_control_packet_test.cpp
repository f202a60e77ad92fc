// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Control packets, and the text that people read in traces.
#include <doctest/doctest.h>
#include <random>
#include "support/hex.hpp"
#include "support/seeds.hpp"
#include "wire/control_packet.hpp"

using namespace ppp;
using namespace ppp::test;
using wire::Code;
using wire::describe;
using wire::Protocol;

TEST_CASE("the length decides: below four or beyond the packet is malformed, the rest is padding") {
    CHECK(!wire::decode_control({}));
    CHECK(!wire::decode_control(from_hex("01 02 00")));
    CHECK(!wire::decode_control(from_hex("01 02 00 03")));
    CHECK(!wire::decode_control(from_hex("01 02 00 00")));
    CHECK(!wire::decode_control(from_hex("01 02 00 06 aa")));
    CHECK(!wire::decode_control(from_hex("01 02 ff ff aa")));
    const auto octets = from_hex("09 07 00 06 aa bb cc dd");
    const auto p = wire::decode_control(octets);
    REQUIRE(p);
    CHECK(p->code == Code::echo_request);
    CHECK(p->id == 7);
    CHECK(hex(p->data) == "aa bb");
    CHECK(hex(p->packet) == "09 07 00 06 aa bb");
}

TEST_CASE("property: what is put comes back") {
    for_seeds(500, [](std::uint32_t seed) {
        std::mt19937 rng{seed};
        wire::Bytes data(rng() % 2000);
        for (auto& b : data) b = static_cast<std::uint8_t>(rng());
        wire::Writer w;
        wire::put_control(w, Protocol::ipcp, static_cast<Code>(rng() & 0xff), static_cast<std::uint8_t>(seed),
                          data);
        const auto frame = wire::decode_frame(w.view());
        REQUIRE(frame);
        CHECK(frame->protocol == Protocol::ipcp);
        const auto p = wire::decode_control(frame->packet);
        REQUIRE(p);
        CHECK(p->id == static_cast<std::uint8_t>(seed));
        CHECK(std::ranges::equal(p->data, data));
    });
}

TEST_CASE("golden: frames read as pppd writes them") {
    struct Line {
        const char* octets;
        const char* text;
    };
    const Line lines[] = {
        {"c021 01 01 0013 0104 05d4 0305 c223 81 0506 1234abcd",
         "[LCP ConfReq id=0x1 <mru 1492> <auth chap MS-v2> <magic 0x1234abcd>]"},
        {"c021 01 01 000e 0206 000a0000 0702 0802",
         "[LCP ConfReq id=0x1 <asyncmap 0xa0000> <pcomp> <accomp>]"},
        {"c021 02 02 0008 0304 c023", "[LCP ConfAck id=0x2 <auth pap>]"},
        {"c021 03 03 0009 0305 c223 05", "[LCP ConfNak id=0x3 <auth chap MD5>]"},
        {"c021 03 03 0009 0305 c223 80", "[LCP ConfNak id=0x3 <auth chap MS>]"},
        {"c021 03 03 0009 0305 c223 06", "[LCP ConfNak id=0x3 <auth chap 0x6>]"},
        {"c021 03 03 0008 0304 c227", "[LCP ConfNak id=0x3 <auth eap>]"},
        {"c021 03 03 0008 0304 c025", "[LCP ConfNak id=0x3 <auth 0xc025>]"},
        {"c021 04 04 000e 0d03 06 1104 05dc 1303 00",
         "[LCP ConfRej id=0x4 < 0d 03 06> < 11 04 05 dc> < 13 03 00>]"},
        {"c021 05 05 0004", "[LCP TermReq id=0x5]"},
        {"c021 05 05 0010 55736572207265717565 7374", "[LCP TermReq id=0x5 \"User request\"]"},
        {"c021 06 05 0004", "[LCP TermAck id=0x5]"},
        {"c021 07 06 0008 63 01 00 04", "[LCP CodeRej id=0x6 63 01 00 04]"},
        {"c021 08 07 000a 80fd 0101 0004", "[LCP ProtRej id=0x7 80 fd 01 01 00 04]"},
        {"c021 09 08 0008 1234abcd", "[LCP EchoReq id=0x8 magic=0x1234abcd]"},
        {"c021 0a 08 000a 1234abcd 6869", "[LCP EchoRep id=0x8 magic=0x1234abcd 68 69]"},
        {"c021 0b 09 0008 00000000", "[LCP DiscReq id=0x9 magic=0x0]"},
        {"c021 0c 09 0012 2e0c4f3b 4d535241535635 2e3130",
         "[LCP Ident id=0x9 magic=0x2e0c4f3b \"MSRASV5.10\"]"},
        {"c021 0d 09 000c 00000001 0000000a", "[LCP TimeRem id=0x9 magic=0x1 00 00 00 0a]"},
        {"c021 63 09 0005 aa", "[LCP code=0x63 id=0x9 aa]"},
        {"8021 01 01 0010 0306 0a000001 8106 08080808",
         "[IPCP ConfReq id=0x1 <addr 10.0.0.1> <ms-dns1 8.8.8.8>]"},
        {"8021 01 01 0016 8206 01020304 8306 08080404 8406 ffffffff",
         "[IPCP ConfReq id=0x1 <ms-wins1 1.2.3.4> <ms-dns2 8.8.4.4> <ms-wins2 255.255.255.255>]"},
        {"8021 04 01 0014 0206 002d 0f01 010a 0a000002 0a000001",
         "[IPCP ConfRej id=0x1 <compress VJ 0f 01> <addrs 10.0.0.2 10.0.0.1>]"},
        {"8021 04 01 0008 0204 0061", "[IPCP ConfRej id=0x1 <compress 0x61>]"},
        {"8021 08 01 0008 1234abcd", "[IPCP code=0x8 id=0x1 12 34 ab cd]"},
        {"8057 01 01 000e 010a 021122fffe334455", "[IPV6CP ConfReq id=0x1 <addr fe80::0211:22ff:fe33:4455>]"},
        {"8057 04 01 0008 0204 0003", "[IPV6CP ConfRej id=0x1 <compress 0x3>]"},
        {"80fd 01 01 000a 1206 01000060", "[CCP ConfReq id=0x1 <mppe +H -M +S +L -D -C>]"},
        {"80fd 01 01 0008 1a04 7800", "[CCP ConfReq id=0x1 <deflate 15>]"},
        {"80fd 04 01 000f 1804 7800 1503 2f 1104 0001",
         "[CCP ConfRej id=0x1 <deflate(old#) 15> <bsd v1 15> < 11 04 00 01>]"},
        {"80fd 0e 02 0004", "[CCP ResetReq id=0x2]"},
        {"c023 01 01 000e 04 75736572 04 70617373", "[PAP AuthReq id=0x1 user=\"user\" password=<hidden>]"},
        {"c023 02 01 0007 02 6f6b", "[PAP AuthAck id=0x1 \"ok\"]"},
        {"c023 03 01 0005 00", "[PAP AuthNak id=0x1 \"\"]"},
        {"c223 01 01 000a 04 deadbeef 78", "[CHAP Challenge id=0x1 <deadbeef>, name = \"x\"]"},
        {"c223 02 01 000c 04 deadbeef 757365", "[CHAP Response id=0x1 <deadbeef>, name = \"use\"]"},
        {"c223 03 01 0006 6f6b", "[CHAP Success id=0x1 \"ok\"]"},
        {"c223 04 01 0004", "[CHAP Failure id=0x1 \"\"]"},
        {"21 4500", "[proto=0x21 45 00]"},
        {"c227 01 01 0005 01", "[proto=0xc227 01 01 00 05 01]"},
        // What cannot be parsed.
        {"", "[malformed]"},
        {"c0", "[malformed c0]"},
        {"c021", "[LCP malformed]"},
        {"c021 01 01 0003", "[LCP malformed 01 01 00 03]"},
        {"c021 01 01 0008 0106", "[LCP malformed 01 01 00 08 01 06]"},
        {"c021 01 01 0006 0106", "[LCP malformed 01 01 00 06 01 06]"},
        {"c021 09 01 0006 0000", "[LCP malformed 09 01 00 06 00 00]"},
        {"c021 08 01 0005 80", "[LCP malformed 08 01 00 05 80]"},
        {"c223 01 01 0005 04", "[CHAP malformed 01 01 00 05 04]"},
    };
    for (const auto& line : lines) {
        CAPTURE(line.octets);
        CHECK(describe(from_hex(line.octets)) == line.text);
    }
}

TEST_CASE("names and messages cannot smuggle anything but printable ASCII, nor end the quotes") {
    CHECK(describe(from_hex("c021 05 01 000e 22 5c 0a 0d 09 1b 00 ff c3 a9")) ==
          R"([LCP TermReq id=0x1 "\"\\\n\r\t\033\000\377\303\251"])");
}

TEST_CASE("a long packet is cut") {
    wire::Bytes frame = from_hex("c021 63 01 05dc");
    frame.resize(2 + 1500, 0xaa);
    const auto text = describe(frame);
    CHECK(text.ends_with(" aa ...]"));
    CHECK(text.size() < 250);
}

TEST_CASE("a password is never shown: not sent, not malformed, not in a reject") {
    // "secret" in hexadecimal and as text.
    for (const auto* octets : {
             "c023 01 01 0010 04 75736572 06 736563726574",                  // well formed
             "c023 01 01 0010 04 75736572 07 736563726574",                  // its length is wrong
             "c023 01 01 00ff 04 75736572 06 736563726574",                  // cut off
             "c023 09 01 0010 04 75736572 06 736563726574",                  // no such code
             "c021 08 01 0016 c023 01 01 0010 04 75736572 06 736563726574",  // sent back by the peer
         }) {
        const auto text = describe(from_hex(octets));
        CAPTURE(text);
        CHECK(text.find("secret") == std::string::npos);
        CHECK(text.find("73 65 63") == std::string::npos);
        CHECK(text.find("hidden") != std::string::npos);
    }
}
