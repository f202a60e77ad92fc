// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "support/hex.hpp"
#include "wire/pptp.hpp"

using namespace ppp;
using namespace ppp::wire;
using namespace ppp::wire::pptp;
using namespace ppp::test;

namespace {

const std::vector<Message>& samples() {
    static const std::vector<Message> all{
        StartRequest{.max_channels = 7, .firmware = 1, .host = "home", .vendor = "Linux"},
        StartReply{.result = 1, .host = "isp", .vendor = "Linux"},
        StopRequest{.reason = 3},
        StopReply{.result = 1},
        EchoRequest{.id = 0x01020304},
        EchoReply{.id = 0x01020304, .result = 1},
        OutgoingCallRequest{.call_id = 7,
                            .serial = 1,
                            .min_bps = 2400,
                            .max_bps = 1'000'000'000,
                            .window = 64,
                            .phone = "123",
                            .subaddress = "x"},
        OutgoingCallReply{.call_id = 9, .peer_call_id = 7, .result = 1, .speed = 100'000'000, .window = 64},
        IncomingCallRequest{.call_id = 3, .serial = 2, .bearer = 1, .dialed = "1", .dialing = "22"},
        IncomingCallReply{.call_id = 4, .peer_call_id = 3, .result = 3},
        IncomingCallConnected{.peer_call_id = 3, .speed = 64000, .window = 8, .framing = 1},
        CallClearRequest{.call_id = 7},
        CallDisconnectNotify{.call_id = 9, .result = 4, .statistics = "none"},
        WanErrorNotify{.peer_call_id = 7, .crc = 1, .alignment = 6},
        SetLinkInfo{.peer_call_id = 9},
    };
    return all;
}

}  // namespace

TEST_CASE("each control message is as long as RFC 2637 draws it and reads back as it was") {
    const std::vector<std::size_t> lengths{156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24};
    REQUIRE(samples().size() == lengths.size());
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const auto octets = encode(samples()[i]);
        CHECK(octets.size() == lengths[i]);
        CHECK(begin(octets).length == lengths[i]);
        const auto read = decode(octets);
        REQUIRE(read);
        CHECK(*read == samples()[i]);
        CHECK(describe(*read).starts_with("[PPTP " + std::string(type_name(type_of(*read)))));
    }
}

TEST_CASE("Outgoing-Call-Reply is written as RFC 2637 section 2.8 draws it") {
    CHECK(hex(encode(samples()[7])) ==
          "00 20 00 01 1a 2b 3c 4d 00 08 00 00 00 09 00 07 01 00 00 00 05 f5 e1 00 00 40 00 00 00 00 00 00");
    CHECK(hex(encode(EchoRequest{.id = 1})) == "00 10 00 01 1a 2b 3c 4d 00 05 00 00 00 00 00 01");
    CHECK(hex(encode(SetLinkInfo{.peer_call_id = 2})) ==
          "00 18 00 01 1a 2b 3c 4d 00 0f 00 00 00 02 00 00 ff ff ff ff ff ff ff ff");
}

TEST_CASE("reserved fields may have any value") {
    auto octets = encode(SetLinkInfo{.peer_call_id = 2});
    octets[11] = 0x55;  // Reserved0
    octets[15] = 0xaa;  // Reserved1
    CHECK(decode(octets) == Message(SetLinkInfo{.peer_call_id = 2}));
}

TEST_CASE("a beginning is judged octet by octet: wanting more, a length, or wrong") {
    const auto octets = encode(EchoRequest{.id = 1});
    for (std::size_t n = 0; n < 10; ++n) {
        const auto part = begin(ByteView(octets).first(n));
        CHECK(part.length == 0);
        CHECK(part.wrong.empty());
    }
    for (std::size_t n = 10; n <= octets.size(); ++n) CHECK(begin(ByteView(octets).first(n)).length == 16);
    CHECK(begin("00 0b"_hex).wrong == "a length that no message has");
    CHECK(begin("00 dd"_hex).wrong == "a length that no message has");
    CHECK(begin("00 10 00 02"_hex).wrong == "not a control message");
    CHECK(begin("00 10 00 01 1a 2b 3c 4e"_hex).wrong == "a wrong magic cookie");
    CHECK(begin("00 10 00 01 1a 2b 3c 4d 00 00"_hex).wrong == "a control message of an unknown type");
    CHECK(begin("00 10 00 01 1a 2b 3c 4d 00 10"_hex).wrong == "a control message of an unknown type");
    CHECK(begin("00 14 00 01 1a 2b 3c 4d 00 05"_hex).wrong == "a length that is not its type's");
}

TEST_CASE("what is not exactly one message is none") {
    auto octets = encode(EchoRequest{.id = 1});
    CHECK_FALSE(decode(ByteView(octets).first(15)));
    octets.push_back(0);
    CHECK_FALSE(decode(octets));
    CHECK_FALSE(decode({}));
}

TEST_CASE("a phone number's length beyond its field is cut, texts end at the first zero") {
    auto octets = encode(OutgoingCallRequest{.call_id = 1, .phone = "123"});
    octets[36] = 0xff;
    octets[37] = 0xff;
    const auto read = decode(octets);
    REQUIRE(read);
    CHECK(std::get<OutgoingCallRequest>(*read).phone.size() == kName);
    CHECK(encode(StartRequest{.host = std::string(100, 'x')}).size() == 156);
}

TEST_CASE("texts of a peer are harmless in a description, and a cut message is described by what there is") {
    const auto octets = encode(StartRequest{.host = "\x1b[31m", .vendor = "v"});
    CHECK(describe(*decode(octets)).find('\x1b') == std::string::npos);
    CHECK(describe_cut(ByteView(octets).first(128), octets.size()).find("version=0x100") !=
          std::string::npos);
    CHECK(describe_cut(ByteView(octets).first(3), 156) == "[PPTP 156 octets]");
}

TEST_CASE("results are told by the RFC's names") {
    CHECK(outgoing_result(4, 0) == "Busy");
    CHECK(outgoing_result(2, 4) == "General Error (No-Resource)");
    CHECK(outgoing_result(99, 0) == "result 99");
    CHECK(disconnect_result(4, 0) == "Request");
    CHECK(start_result(5, 0) == "The protocol version of the requester is not supported");
}
