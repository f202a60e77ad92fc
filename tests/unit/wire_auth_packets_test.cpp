// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PAP, CHAP and MS-CHAP packets: octets written down from the RFCs, and everything that is not one.
#include <doctest/doctest.h>
#include "support/hex.hpp"
#include "wire/auth_packets.hpp"

using namespace ppp;
using namespace ppp::wire;
using namespace ppp::test::literals;
using test::hex;

namespace {
Bytes encode_any(const PapPacket& p) {
    return std::visit([](const auto& v) { return encode(v); }, p);
}
Bytes encode_any(const ChapPacket& p) {
    return std::visit([](const auto& v) { return encode(v); }, p);
}
}  // namespace

TEST_CASE("an Authenticate-Request carries two texts with their lengths") {
    const auto packet = "01 2a 00 0d 03 62 6f 62 04 77 6f 72 64"_hex;
    const auto decoded = decode_pap(packet);
    REQUIRE(decoded);
    const auto* request = std::get_if<PapRequest>(&*decoded);
    REQUIRE(request);
    CHECK(request->id == 0x2a);
    CHECK(request->peer_id == "bob");
    CHECK(request->password == "word");
    CHECK(hex(encode(*request)) == hex(packet));
}

TEST_CASE("an Authenticate-Ack and a -Nak carry a message") {
    const auto ack = "02 07 00 07 02 6f 6b"_hex;
    const auto nak = "03 07 00 05 00"_hex;
    const auto a = decode_pap(ack);
    const auto n = decode_pap(nak);
    REQUIRE((a && n));
    CHECK(std::get<PapReply>(*a).ack);
    CHECK(std::get<PapReply>(*a).message == "ok");
    CHECK_FALSE(std::get<PapReply>(*n).ack);
    CHECK(hex(encode_any(*a)) == hex(ack));
    CHECK(hex(encode_any(*n)) == hex(nak));
}

TEST_CASE("an Authenticate-Ack without Msg-Length has an empty message") {
    const auto packet = "02 07 00 04"_hex;
    const auto decoded = decode_pap(packet);
    REQUIRE(decoded);
    CHECK(std::get<PapReply>(*decoded).message.empty());
}

TEST_CASE("octets behind Length are padding") {
    const auto ack = "02 07 00 07 02 6f 6b ff ff"_hex;
    const auto decoded = decode_pap(ack);
    REQUIRE(decoded);
    CHECK(hex(encode_any(*decoded)) == hex("02 07 00 07 02 6f 6b"_hex));
    const auto welcome = "03 07 00 06 6f 6b 00 00"_hex;
    const auto success = decode_chap(welcome);
    REQUIRE(success);
    CHECK(std::get<ChapReply>(*success).message == "ok");
}

TEST_CASE("malformed PAP packets are not decoded") {
    for (const auto& packet : {
             ""_hex,
             "01"_hex,
             "01 01 00"_hex,
             "01 01 00 03"_hex,                 // Length shorter than the header
             "01 01 00 07 01 62 01"_hex,        // password cut off
             "01 01 00 09 01 62 01 77"_hex,     // Length too long
             "01 01 00 06 05 62"_hex,           // Peer-ID longer than the packet
             "01 01 00 04"_hex,                 // a request without anything
             "01 01 00 09 01 62 01 77 00"_hex,  // something behind the password
             "02 01 00 07 01 6f 6b"_hex,        // something behind the message
             "04 01 00 05 00"_hex,
             "00 01 00 05 00"_hex,
         }) {
        CAPTURE(hex(packet));
        CHECK_FALSE(decode_pap(packet));
    }
}

TEST_CASE("a PAP text beyond 255 octets is cut, and the packet stays whole") {
    const std::string name(300, 'n');
    const auto packet = encode(PapRequest{1, name, "p"});
    const auto decoded = decode_pap(packet);
    REQUIRE(decoded);
    CHECK(std::get<PapRequest>(*decoded).peer_id == std::string(255, 'n'));
    CHECK(std::get<PapRequest>(*decoded).password == "p");
}

TEST_CASE("a Challenge carries a value and a name") {
    const auto packet = "01 05 00 0b 03 0a 0b 0c 61 63 31"_hex;
    const auto decoded = decode_chap(packet);
    REQUIRE(decoded);
    const auto* challenge = std::get_if<ChapValue>(&*decoded);
    REQUIRE(challenge);
    CHECK_FALSE(challenge->is_response);
    CHECK(challenge->id == 5);
    CHECK(hex(challenge->value) == "0a 0b 0c");
    CHECK(challenge->name == "ac1");
    CHECK(hex(encode(*challenge)) == hex(packet));
}

TEST_CASE("a Response may have an empty name") {
    const auto packet = "02 05 00 06 01 ff"_hex;
    const auto decoded = decode_chap(packet);
    REQUIRE(decoded);
    CHECK(std::get<ChapValue>(*decoded).is_response);
    CHECK(std::get<ChapValue>(*decoded).name.empty());
    CHECK(hex(encode_any(*decoded)) == hex(packet));
}

TEST_CASE("Success and Failure carry a message up to Length") {
    const auto empty = "03 05 00 04"_hex;
    const auto bad = "04 05 00 07 62 61 64"_hex;
    const auto success = decode_chap(empty);
    const auto failure = decode_chap(bad);
    REQUIRE((success && failure));
    CHECK(std::get<ChapReply>(*success).success);
    CHECK(std::get<ChapReply>(*success).message.empty());
    CHECK_FALSE(std::get<ChapReply>(*failure).success);
    CHECK(std::get<ChapReply>(*failure).message == "bad");
    CHECK(hex(encode_any(*failure)) == hex(bad));
}

TEST_CASE("malformed CHAP packets are not decoded") {
    for (const auto& packet : {
             ""_hex,
             "01 05 00"_hex,
             "01 05 00 04"_hex,
             "01 05 00 05 00"_hex,        // no value at all: RFC 1994 wants one octet or more
             "01 05 00 07 03 0a 0b"_hex,  // value cut off
             "01 05 00 08 01 0a 61"_hex,  // Length too long
             "03 05 00 03"_hex,
             "05 05 00 04"_hex,
             "00 05 00 04"_hex,
         }) {
        CAPTURE(hex(packet));
        CHECK_FALSE(decode_chap(packet));
    }
}

TEST_CASE("an MS-CHAP value has exactly 49 octets") {
    Bytes value(kMsChapResponseSize);
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<std::uint8_t>(i);
    const auto v1 = decode_mschap1(value);
    const auto v2 = decode_mschap2(value);
    REQUIRE((v1 && v2));
    CHECK(v1->lm_response[0] == 0);
    CHECK(v1->nt_response[0] == 24);
    CHECK(v1->use_nt == 48);
    CHECK(v2->peer_challenge[15] == 15);
    CHECK(v2->reserved[0] == 16);
    CHECK(v2->nt_response[0] == 24);
    CHECK(v2->flags == 48);
    CHECK(hex(encode(*v1)) == hex(value));
    CHECK(hex(encode(*v2)) == hex(value));
    value.pop_back();
    CHECK_FALSE(decode_mschap1(value));
    CHECK_FALSE(decode_mschap2(value));
    value.resize(50);
    CHECK_FALSE(decode_mschap1(value));
    CHECK_FALSE(decode_mschap2(value));
}

TEST_CASE("an MS-CHAP Failure message is read field by field") {
    const auto f = parse_mschap_failure("E=691 R=1 C=00ff10AB V=3 M=Access denied, try = again");
    REQUIRE(f);
    CHECK(f->error == 691);
    CHECK(f->retry);
    CHECK(hex(f->challenge) == "00 ff 10 ab");
    CHECK(f->version == 3);
    CHECK(f->message == "Access denied, try = again");
}

TEST_CASE("an MS-CHAP Failure message may leave out all but the error, and have fields nobody knows") {
    const auto f = parse_mschap_failure("X=what E=649");
    REQUIRE(f);
    CHECK(f->error == 649);
    CHECK_FALSE(f->retry);
    CHECK(f->challenge.empty());
}

TEST_CASE("a message that is no MS-CHAP Failure is not read as one") {
    for (const auto* message : {"", "Access denied", "E=", "E=69x", "E=-1", "E=99999999999", "R=0 M=E=691",
                                "E=691 C=0", "E=691 C=zz", "E=691 R=yes", "E=691 oops"}) {
        CAPTURE(message);
        CHECK_FALSE(parse_mschap_failure(message));
    }
}

TEST_CASE("an MS-CHAP Failure is written as RFC 2759 section 6 shows it") {
    CHECK(format({.error = 691, .challenge = "0a 0b"_hex, .version = 3, .message = "Access denied"}) ==
          "E=691 R=0 C=0A0B V=3 M=Access denied");
    CHECK(format({.error = 648, .retry = true}) == "E=648 R=1 M=");
}

TEST_CASE("a Success of MS-CHAPv2 is written and read as RFC 2759 section 9.2 has it") {
    const std::string_view line = "S=407A5589115FD0D6209F510FE9C04566932CDA56";
    const auto proof = parse_mschap2_success(line);
    REQUIRE(proof);
    CHECK(format_mschap2_success(*proof) == line);
    CHECK(parse_mschap2_success(std::string(line) + " M=Welcome") == proof);
}

TEST_CASE("a Success without 40 digits proves nothing") {
    const std::string line = "S=407A5589115FD0D6209F510FE9C04566932CDA56";
    for (const auto& message :
         {std::string(), std::string("M=Welcome"), line.substr(0, 41), line + "00", line + "M=x",
          "M=x " + line, "s=" + line.substr(2), "S=-" + line.substr(3), "S= " + line.substr(3)}) {
        CAPTURE(message);
        CHECK_FALSE(parse_mschap2_success(message));
    }
}
