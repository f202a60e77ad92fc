// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PPPoE discovery packets: the examples of RFC 2516 appendix B, and everything that is not a packet.
#include <doctest/doctest.h>
#include <random>
#include "support/hex.hpp"
#include "wire/pppoe.hpp"

using namespace ppp;
using namespace ppp::wire;
using namespace ppp::wire::pppoe;
using namespace ppp::test::literals;
using test::hex;

namespace {
constexpr Mac kHost{0x02, 0, 0, 0, 0, 0x01}, kAc{0x02, 0, 0, 0, 0, 0xac};

/// RFC 2516 appendix B: a PADI for any service, with the host's address of the example.
Bytes padi() { return "ff ff ff ff ff ff  00 50 da 42 d7 df  88 63  11 09 00 00 00 04  01 01 00 00"_hex; }

std::string why_refused(const Bytes& frame) {
    std::string_view why = "accepted";
    (void)decode(frame, &why);
    return std::string(why);
}

/// A PADI with these tags, its length set right.
Bytes with_tags(const Bytes& tags) {
    Writer w;
    w.bytes(kBroadcast).bytes(kHost).u16(kDiscoveryEtherType).u16(0x1109).u16(0);
    w.u16(static_cast<std::uint16_t>(tags.size())).bytes(tags);
    return std::move(w).take();
}
}  // namespace

TEST_CASE("the PADI of RFC 2516 appendix B is read and written") {
    const auto frame = padi();
    const auto packet = decode(frame);
    REQUIRE(packet);
    CHECK(packet->code == Code::padi);
    CHECK(packet->destination == kBroadcast);
    CHECK(packet->source == Mac{0x00, 0x50, 0xda, 0x42, 0xd7, 0xdf});
    CHECK(packet->session_id == 0);
    REQUIRE(packet->find(Tag::service_name));
    CHECK(packet->find(Tag::service_name)->empty());
    CHECK_FALSE(packet->find(Tag::host_uniq));
    CHECK(hex(encode(*packet)) == hex(frame));
    Builder same{kBroadcast, packet->source, Code::padi};
    CHECK(hex(same.tag(Tag::service_name, std::string_view{}).frame()) == hex(frame));
}

TEST_CASE("the PADO of RFC 2516 appendix B names its concentrator") {
    const auto frame =
        "00 50 da 42 d7 df 00 90 ab cd 12 34 88 63 11 07 00 00 00 20"
        "01 01 00 00  01 02 00 18 47 6f 20 52 65 64 42 61 63 6b 20 2d 20 65 73 68 73 68 65 73 68 6f 6f 74"_hex;
    const auto packet = decode(frame);
    REQUIRE(packet);
    CHECK(packet->code == Code::pado);
    CHECK(wire::chars(*packet->find(Tag::ac_name)) == "Go RedBack - eshsheshoot");
}

TEST_CASE("padding behind the packet and everything behind End-Of-List is ignored") {
    auto frame = padi();
    frame.resize(60);
    CHECK(decode(frame)->tags.size() == 4);
    const auto ended = with_tags("01 01 00 00  00 00 00 00  ff"_hex);
    REQUIRE(decode(ended));
    CHECK(decode(ended)->tags.size() == 4);
}

TEST_CASE("what is no discovery packet is refused with the reason") {
    const auto changed = [](std::size_t at, std::uint8_t value) {
        auto frame = padi();
        frame[at] = value;
        return why_refused(frame);
    };
    CHECK(why_refused(padi()) == "accepted");
    CHECK(why_refused({}) == "shorter than its headers");
    CHECK(why_refused(Bytes(19)) == "shorter than its headers");
    CHECK(changed(13, 0x64) == "not the EtherType of PPPoE discovery");
    CHECK(changed(14, 0x21) == "not version 1 and type 1");
    CHECK(changed(14, 0x12) == "not version 1 and type 1");
    CHECK(changed(15, 0x00) == "unknown code");
    CHECK(changed(15, 0xd3) == "unknown code");
    CHECK(changed(6, 0x01) == "the source is no station's address");
    CHECK(changed(17, 0x01) == "impossible session id");
    CHECK(changed(15, 0xa7) == "impossible session id");  // a PADT for session 0
    CHECK(changed(19, 0x05) == "its length is longer than the frame");
    CHECK(changed(18, 0x01) == "its length is longer than the frame");
    CHECK(changed(23, 0x01) == "a tag is longer than the packet");
    CHECK(why_refused(with_tags("01 01 00"_hex)) == "a tag is longer than the packet");
    CHECK(why_refused(with_tags("00 00 00 01 00"_hex)) == "End-Of-List with data");
}

TEST_CASE("a frame cut short anywhere is refused") {
    const auto whole = padi();
    for (std::size_t n = 0; n < whole.size(); ++n) CHECK_FALSE(decode(ByteView{whole}.first(n)));
}

TEST_CASE("a tag that may occur once makes the packet malformed when it occurs twice") {
    for (const auto* tag :
         {"01 01 00 00", "01 02 00 00", "01 03 00 00", "01 04 00 00", "01 10 00 00", "01 20 00 00"}) {
        CAPTURE(tag);
        auto twice = test::from_hex(tag);
        CHECK(decode(with_tags(twice)));
        twice.insert(twice.end(), twice.begin(), twice.end());
        CHECK(why_refused(with_tags(twice)) == "a tag that may occur once occurs twice");
    }
    const auto vendors = with_tags("01 05 00 00 01 05 00 00 99 99 00 00 99 99 00 00"_hex);
    CHECK(decode(vendors));
}

TEST_CASE("a PADO may offer many services, a PADS only one") {
    auto frame = with_tags("01 01 00 01 61  01 01 00 01 62  01 02 00 00"_hex);
    CHECK(why_refused(frame) == "a tag that may occur once occurs twice");
    frame[15] = 0x07;
    const auto pado = decode(frame);
    REQUIRE(pado);
    CHECK(pado->count(Tag::service_name) == 2);
    CHECK(pado->has(Tag::service_name, wire::octets("b")));
    CHECK_FALSE(pado->has(Tag::service_name, wire::octets("c")));
    frame[15] = 0x65;
    CHECK_FALSE(decode(frame));
}

TEST_CASE("more than 64 tags are too many") {
    const auto vendor = "01 05 00 00"_hex;
    Bytes tags;
    for (std::size_t i = 0; i < kMaxTags; ++i) tags.insert(tags.end(), vendor.begin(), vendor.end());
    CHECK(decode(with_tags(tags)));
    tags.insert(tags.end(), vendor.begin(), vendor.end());
    CHECK(why_refused(with_tags(tags)) == "too many tags");
}

TEST_CASE("the builder keeps a packet within 1484 octets and says so") {
    Builder b{kBroadcast, kHost, Code::padi};
    const Bytes big(1400), more(80);
    b.tag(Tag::vendor_specific, ByteView{big});
    CHECK_FALSE(b.full());
    b.tag(Tag::host_uniq, ByteView{more});
    CHECK(b.full());
    const auto packet = decode(b.frame());
    REQUIRE(packet);
    CHECK_FALSE(packet->find(Tag::host_uniq));
    CHECK(b.frame().size() <= kEtherHeader + kMaxPacket);
}

TEST_CASE("tags are echoed as they came") {
    Builder padr{kAc, kHost, Code::padr};
    padr.tag(Tag::host_uniq, wire::octets("ab")).tag(Tag::relay_session_id, wire::octets("r"));
    const auto asked = decode(padr.frame());
    REQUIRE(asked);
    Builder pads{kHost, kAc, Code::pads, 7};
    pads.echo(Tag::host_uniq, *asked).echo(Tag::relay_session_id, *asked).echo(Tag::ac_cookie, *asked);
    const auto answer = decode(pads.frame());
    REQUIRE(answer);
    CHECK(hex(answer->tags) == hex(asked->tags));
}

TEST_CASE("PPP-Max-Payload is two octets or nothing") {
    CHECK(decode(with_tags("01 20 00 02 05 dc"_hex))->max_payload() == 1500);
    CHECK_FALSE(decode(with_tags("01 20 00 01 05"_hex))->max_payload());
    CHECK_FALSE(decode(with_tags("01 20 00 04 00 00 05 dc"_hex))->max_payload());
    CHECK_FALSE(decode(padi())->max_payload());
}

TEST_CASE("each of the three error tags is a failure with its text") {
    const auto failure = [](const char* tag) {
        static Bytes frame;
        frame = with_tags(test::from_hex(std::string(tag) + " 00 02 6e 6f"));
        return decode(frame)->failure();
    };
    CHECK(failure("02 01")->tag == Tag::service_name_error);
    CHECK(failure("02 02")->tag == Tag::ac_system_error);
    CHECK(failure("02 03")->tag == Tag::generic_error);
    CHECK(wire::chars(failure("02 03")->text) == "no");
    CHECK_FALSE(decode(padi())->failure());
}

TEST_CASE("a packet is described in pppd's manner") {
    Builder b{kBroadcast, kHost, Code::padi};
    const Bytes uniq{0x0a, 0x0b}, odd{1};
    b.tag(Tag::service_name, std::string_view{}).tag(Tag::host_uniq, ByteView{uniq}).max_payload(1500);
    b.tag(Tag{0x0199}, ByteView{odd}).tag(Tag::ac_cookie, std::string_view{});
    CHECK(describe(*decode(b.frame())) ==
          "[PADI PPPoE v1t1 code=0x09 sid=0x0 <Service-Name \"\"> <Host-Uniq 0x0a0b> <PPP-Max-Payload 1500>"
          " <0x0199 0x01> <AC-Cookie>]");
    Builder t{kAc, kHost, Code::padt, 0xbeef};
    CHECK(describe(*decode(t.tag(Tag::generic_error, "bye\n").frame())) ==
          "[PADT PPPoE v1t1 code=0xa7 sid=0xbeef <Generic-Error \"bye\\x0A\">]");
    CHECK(describe_malformed("ff 00"_hex, "too short") == "[malformed PPPoE (too short), 2 octets: 0xff00]");
}

TEST_CASE("text from the network is shown as valid UTF-8 without controls") {
    CHECK(escape("internet") == "internet");
    CHECK(escape("a\"b\\c\x1b[0m\x7f") == "a\\x22b\\x5Cc\\x1B[0m\\x7F");
    CHECK(escape("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
    CHECK(escape("\xff\xc3") == "\\xFF\\xC3");
    CHECK(escape("\xc0\xaf") == "\\xC0\\xAF");                    // overlong
    CHECK(escape("\xed\xa0\x80") == "\\xED\\xA0\\x80");           // surrogate
    CHECK(escape("\xf4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");  // beyond U+10FFFF
    CHECK(escape("\xc2\x9b") == "\\xC2\\x9B");                    // C1 control
    CHECK(escape("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");
    CHECK(escape("abcdef", 3) == "abc...");
    CHECK(escape("ab\xc3\xbc", 3) == "ab\\xC3...");  // the cut may fall into a character
}

TEST_CASE("a session frame is read down to its protocol field") {
    const auto frame = "02 00 00 00 00 01 02 00 00 00 00 ac 88 64 11 00 12 34 00 04 c0 21 01 02 00 00"_hex;
    const auto session = decode_session(frame);
    REQUIRE(session);
    CHECK(session->destination == kHost);
    CHECK(session->source == kAc);
    CHECK(session->session_id == 0x1234);
    CHECK(hex(session->frame) == "c0 21 01 02");
    auto bad = frame;
    bad[13] = 0x63;
    CHECK_FALSE(decode_session(bad));
    bad = frame;
    bad[15] = 0x09;
    CHECK_FALSE(decode_session(bad));
    bad = frame;
    bad[19] = 0x07;
    CHECK_FALSE(decode_session(bad));
    bad = frame;
    bad[19] = 0x01;
    CHECK_FALSE(decode_session(bad));
}

TEST_CASE("what decodes encodes to the same octets, whatever they were") {
    std::mt19937 rng(7);
    int decoded = 0;
    for (int i = 0; i < 100000; ++i) {
        Bytes tags;
        while (rng() % 8 != 0) {
            const std::uint16_t type =
                std::array<std::uint16_t, 7>{0x101, 0x102, 0x103, 0x104, 0x105, 0x110, 0}[rng() % 7];
            const auto length = rng() % 6;
            Writer w;
            w.u16(type).u16(static_cast<std::uint16_t>(length + (rng() % 50 == 0)));
            for (unsigned n = 0; n < length; ++n) w.u8(static_cast<std::uint8_t>(rng()));
            tags.insert(tags.end(), w.view().begin(), w.view().end());
        }
        auto frame = with_tags(tags);
        frame[15] = std::array<std::uint8_t, 6>{0x07, 0x09, 0x19, 0x65, 0xa7, 0x00}[rng() % 6];
        frame[17] = static_cast<std::uint8_t>(rng() % 2);
        const auto packet = decode(frame);
        if (!packet) continue;
        ++decoded;
        const auto again = encode(*packet);
        REQUIRE(std::ranges::equal(ByteView{again}.subspan(20),
                                   ByteView{frame}.subspan(20, packet->tags.size())));
        const auto second = decode(again);
        REQUIRE(second);
        REQUIRE(hex(encode(*second)) == hex(again));
    }
    CHECK(decoded > 5000);
}
