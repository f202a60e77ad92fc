// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Options of LCP, IPCP, IPV6CP and CCP: octets to values and back, and the walker over them.
#include <doctest/doctest.h>
#include <random>
#include "support/hex.hpp"
#include "support/seeds.hpp"
#include "wire/ccp_options.hpp"
#include "wire/lcp_options.hpp"
#include "wire/ncp_options.hpp"

using namespace ppp;
using namespace ppp::test;
using wire::kPppOption;
using wire::Tlv;
using wire::TlvCursor;

namespace {
/// The only option of a list.
Tlv only(const wire::Bytes& list) {
    TlvCursor<kPppOption> c{list};
    REQUIRE(c.next());
    return c.tlv();
}

/// Random lists of options with plausible types and honest lengths. @return how many decoded.
template <class Decode>
int round_trip(std::uint32_t seed, std::initializer_list<int> types, Decode decode_and_encode) {
    std::mt19937 rng{seed};
    int decoded = 0;
    for (int i = 0; i < 100; ++i) {
        wire::Bytes raw(2 + rng() % 12);
        for (auto& b : raw) b = static_cast<std::uint8_t>(rng());
        raw[0] = static_cast<std::uint8_t>(types.begin()[rng() % types.size()]);
        raw[1] = static_cast<std::uint8_t>(raw.size());
        const auto tlv = only(raw);
        wire::Writer w;
        if (!decode_and_encode(tlv, w)) continue;
        ++decoded;
        CHECK(hex(w.view()) == hex(tlv.raw));
    }
    return decoded;
}
}  // namespace

TEST_CASE("property: whatever decodes encodes back to the same octets") {
    int lcp = 0, ipcp = 0, ipv6cp = 0, ccp = 0;
    for_seeds(500, [&](std::uint32_t seed) {
        CAPTURE(seed);
        lcp += round_trip(seed, {1, 2, 3, 4, 5, 6, 7, 8, 9}, [](const Tlv& t, wire::Writer& w) {
            const auto o = wire::lcp::decode(t);
            if (o) wire::lcp::encode(w, *o);
            return o.has_value();
        });
        ipcp += round_trip(seed, {1, 2, 3, 4, 129, 130, 131, 132, 133}, [](const Tlv& t, wire::Writer& w) {
            const auto o = wire::ipcp::decode(t);
            if (o) wire::ipcp::encode(w, *o);
            return o.has_value();
        });
        ipv6cp += round_trip(seed, {1, 2, 3}, [](const Tlv& t, wire::Writer& w) {
            const auto o = wire::ipv6cp::decode(t);
            if (o) wire::ipv6cp::encode(w, *o);
            return o.has_value();
        });
        ccp += round_trip(seed, {17, 18, 21, 24, 26}, [](const Tlv& t, wire::Writer& w) {
            const auto o = wire::ccp::decode(t);
            if (o) wire::ccp::encode(w, *o);
            return o.has_value();
        });
    });
    CHECK(lcp > 0);
    CHECK(ipcp > 0);
    CHECK(ipv6cp > 0);
    CHECK(ccp > 0);
}

TEST_CASE("an impossible length or an unknown type does not decode") {
    for (const auto* text : {"01 03 05", "01 05 05 dc 00", "02 05 00 00 00", "03 03 c0", "03 04 c2 23",
                             "03 05 c0 23 05", "05 05 00 00 00", "05 07 00 00 00 00 00", "07 03 00",
                             "08 03 00", "04 06 c0 25 00 00", "00 02", "0d 03 06"})
        CHECK(!wire::lcp::decode(only(from_hex(text))));
    for (const auto* text :
         {"01 09 00 00 00 00 00 00 00", "02 03 00", "03 05 00 00 00", "03 07 00 00 00 00 00",
          "81 05 00 00 00", "04 06 00 00 00 00", "85 06 00 00 00 00"})
        CHECK(!wire::ipcp::decode(only(from_hex(text))));
    for (const auto* text :
         {"01 09 00 00 00 00 00 00 00", "01 0b 00 00 00 00 00 00 00 00 00", "02 03 00", "03 02"})
        CHECK(!wire::ipv6cp::decode(only(from_hex(text))));
    for (const auto* text : {"12 05 01 00 00", "12 07 01 00 00 40 00", "1a 03 78", "1a 05 78 00 00",
                             "18 03 78", "15 02", "15 04 2f 00", "11 05 00 01 04", "00 06 01 00 00 40"})
        CHECK(!wire::ccp::decode(only(from_hex(text))));
}

TEST_CASE("values are in host byte order") {
    CHECK(std::get<wire::lcp::Mru>(*wire::lcp::decode(only(from_hex("01 04 05 d4")))).octets == 1492);
    CHECK(std::get<wire::ipcp::Address>(*wire::ipcp::decode(only(from_hex("03 06 0a 00 00 01")))).address ==
          0x0a000001);
    const auto dns =
        std::get<wire::ipcp::NameServer>(*wire::ipcp::decode(only(from_hex("83 06 08 08 04 04"))));
    CHECK(dns.kind == wire::ipcp::NameServer::dns2);
    CHECK(dns.address == 0x08080404);
    CHECK(std::get<wire::ipv6cp::InterfaceIdentifier>(
              *wire::ipv6cp::decode(only(from_hex("01 0a 02 11 22 ff fe 33 44 55"))))
              .value == 0x021122fffe334455);
    using wire::ccp::Mppe;
    CHECK(std::get<Mppe>(*wire::ccp::decode(only(from_hex("12 06 01 00 00 40")))).bits ==
          (Mppe::kStateless | Mppe::kBits128));
    CHECK(std::get<wire::ccp::Deflate>(*wire::ccp::decode(only(from_hex("1a 04 78 00")))).window == 15);
    CHECK(std::get<wire::ccp::BsdCompress>(*wire::ccp::decode(only(from_hex("15 03 2f")))).bits == 15);
}

TEST_CASE("each authentication method has its option and back; others have none") {
    using wire::lcp::AuthProtocol;
    for (auto m : {AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2})
        CHECK(wire::lcp::to_method(wire::lcp::to_option(m)) == m);
    CHECK(!wire::lcp::to_method(AuthProtocol{0xc227, std::nullopt}));
    CHECK(!wire::lcp::to_method(AuthProtocol{0xc223, 6}));
    CHECK(!wire::lcp::to_method(AuthProtocol{0xc223, std::nullopt}));
    CHECK(!wire::lcp::to_method(AuthProtocol{0xc023, 5}));
}

TEST_CASE("the walker stops at an element that does not fit, and says so") {
    for (const auto* text : {"05", "05 01", "05 00", "05 06 00 00 00", "07 02 05 09 00"}) {
        const auto list = from_hex(text);
        TlvCursor<kPppOption> c{list};
        while (c.next()) CHECK(c.tlv().type == 7);
        CHECK(c.malformed());
    }
    TlvCursor<kPppOption> empty{{}};
    CHECK(!empty.next());
    CHECK(!empty.malformed());
}

TEST_CASE("a reader that fails once yields nothing more") {
    const auto octets = from_hex("01 02 03");
    wire::Reader r{octets};
    CHECK(r.u16() == 0x0102);
    CHECK(r.u16() == 0);
    CHECK(!r.ok());
    CHECK(r.u8() == 0);
    CHECK(!r.finished());
}
