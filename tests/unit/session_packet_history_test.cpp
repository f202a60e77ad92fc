// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a session remembers of its packets, and what is remembered of sessions that are over.
#include <doctest/doctest.h>
#include <random>
#include "session/archive.hpp"
#include "session/packet_history.hpp"
#include "support/hex.hpp"
#include "support/seeds.hpp"
#include "wire/auth_packets.hpp"
#include "wire/control_packet.hpp"
#include "wire/pppoe.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace ppp::test;
using namespace std::chrono_literals;
using Form = PacketHistory::Form;

namespace {

constexpr TimePoint kBegin{1h};

wire::Bytes control(wire::Protocol protocol, wire::Code code, std::uint8_t id, std::size_t data = 4) {
    wire::Writer out;
    wire::put_control(out, protocol, code, id, wire::Bytes(data, 0));
    return std::move(out).take();
}
wire::Bytes frame(std::uint16_t protocol, const wire::Bytes& packet) {
    wire::Writer out;
    out.u16(protocol).bytes(packet);
    return std::move(out).take();
}
std::vector<std::string> texts(const PacketHistory& history) {
    std::vector<std::string> out;
    for (const auto& packet : history.packets()) out.push_back(to_text(packet));
    return out;
}
EndedSession ended(std::uint64_t id, const std::string& server, bool opened = false) {
    EndedSession out;
    out.row.id = id;
    out.row.server = server;
    out.opened = opened;
    return out;
}

}  // namespace

TEST_CASE("packets come back in their order with time, direction and real length; long ones are cut") {
    PacketHistory history;
    CHECK(history.empty());
    history.record(kBegin, Direction::sent, Form::ppp, from_hex("c021 01 01 0004"));
    history.record(kBegin + 1500us, Direction::received, Form::ppp,
                   control(wire::Protocol::lcp, wire::Code::identification, 2, 994));
    history.record(kBegin + 9000h, Direction::received, Form::ppp, wire::Bytes(70000, 0xc0));
    const auto packets = history.packets();
    REQUIRE(packets.size() == 3);
    CHECK(history.begun() == kBegin);
    CHECK(packets[0].direction == Direction::sent);
    CHECK(packets[0].after == 0us);
    CHECK(hex(packets[0].octets) == "c0 21 01 01 00 04");
    CHECK(packets[1].direction == Direction::received);
    CHECK(packets[1].after == 1500us);
    CHECK(packets[1].length == 1000);
    CHECK(packets[1].octets.size() == PacketHistory::kMaxPacket);
    CHECK(packets[2].after == 9000h);
    CHECK(packets[2].length == 65535);
    CHECK(to_text(packets[1]).starts_with("[LCP Ident id=0x2 magic=0x0 "));
    CHECK(to_text(packets[1]).ends_with(" and 872 octets more"));
}

TEST_CASE("property: any octets are kept within the bound, the newest always, in the order of their times") {
    for_seeds(200, [](std::uint32_t seed) {
        std::mt19937 rng{seed};
        PacketHistory history;
        auto now = kBegin;
        for (int i = 0; i < 300; ++i) {
            wire::Bytes packet(rng() % 4 == 0 ? rng() % 3 : rng() % 300);
            for (auto& octet : packet) octet = static_cast<std::uint8_t>(rng());
            // Echoes, control packets and what claims to be longer than it is.
            if (packet.size() > 3 && rng() % 2) {
                packet[0] = 0xc0;
                packet[1] = 0x21;
                packet[2] = static_cast<std::uint8_t>(rng() % 12);
            }
            now += std::chrono::microseconds(rng() % 1000);
            const auto form = rng() % 5 == 0 ? Form::ethernet : Form::ppp;
            history.record(now, rng() % 2 ? Direction::sent : Direction::received, form, packet);
            const auto packets = history.packets();
            REQUIRE(!packets.empty());
            std::size_t octets = 0;
            for (const auto& p : packets) octets += PacketHistory::kHeader + p.octets.size();
            REQUIRE(octets <= PacketHistory::kCapacity);
            REQUIRE(std::ranges::is_sorted(packets, {}, &PacketHistory::Packet::after));
            const auto& last = packets.back();
            REQUIRE(last.length == packet.size());
            REQUIRE(last.octets.size() == std::min(packet.size(), PacketHistory::kMaxPacket));
            REQUIRE(std::ranges::equal(last.octets, wire::ByteView(packet).first(last.octets.size())));
        }
        REQUIRE(history.footprint() == PacketHistory::kCapacity);
        for (const auto& text : texts(history)) REQUIRE(text.starts_with('['));
    });
}

TEST_CASE("echoes take the place of the echoes before them, so the negotiation stays") {
    PacketHistory history;
    history.record(kBegin, Direction::sent, Form::ppp,
                   control(wire::Protocol::lcp, wire::Code::configure_request, 1, 0));
    for (int i = 0; i < 1000; ++i) {
        const auto id = static_cast<std::uint8_t>(i);
        const auto now = kBegin + std::chrono::seconds(i);
        history.record(now, Direction::sent, Form::ppp,
                       control(wire::Protocol::lcp, wire::Code::echo_request, id));
        history.record(now, Direction::received, Form::ppp,
                       control(wire::Protocol::lcp, wire::Code::echo_reply, id));
        history.record(now, Direction::received, Form::ppp,
                       control(wire::Protocol::lcp, wire::Code::echo_request, id));
    }
    history.record(kBegin + 1000s, Direction::sent, Form::ppp,
                   control(wire::Protocol::lcp, wire::Code::echo_request, 232));
    CHECK(texts(history) == std::vector<std::string>{"[LCP ConfReq id=0x1]",
                                                     "[LCP EchoRep id=0xe7 magic=0x0] after 999 like it",
                                                     "[LCP EchoReq id=0xe7 magic=0x0] after 999 like it",
                                                     "[LCP EchoReq id=0xe8 magic=0x0] after 1000 like it"});
    // Those before another packet belong to another time and stay.
    history.record(kBegin + 1001s, Direction::received, Form::ppp,
                   control(wire::Protocol::lcp, wire::Code::terminate_request, 9, 0));
    history.record(kBegin + 1002s, Direction::sent, Form::ppp,
                   control(wire::Protocol::lcp, wire::Code::echo_request, 1));
    CHECK(texts(history).size() == 6);
    CHECK(texts(history).back() == "[LCP EchoReq id=0x1 magic=0x0]");
}

TEST_CASE("passwords and what they could be tried against are hidden in traces") {
    PacketHistory history;
    const auto add = [&](const wire::Bytes& packet) {
        history.record(kBegin, Direction::received, Form::ppp, packet);
    };
    add(frame(0xc023, wire::encode(wire::PapRequest{1, "bob", "hunter2"})));
    const wire::Bytes proof(49, 0xab);
    add(frame(0xc223, wire::encode(wire::ChapValue{2, false, wire::ByteView(proof).first(16), "ac"})));
    add(frame(0xc223, wire::encode(wire::ChapValue{2, true, proof, "bob"})));
    add(frame(0xc223, wire::encode(wire::ChapReply{2, true, "S=ABABABAB M=Welcome"})));
    add(frame(0xc223, wire::encode(wire::ChapReply{2, false, "E=691 R=0 C=ABABABAB V=3 M=no"})));
    add(from_hex("c223 02 01 ffff abababab"));                // malformed
    add(from_hex("c021 08 01 000c c223 abab abab abab"));     // a Response, rejected
    add(from_hex("c021 08 01 ffff c023 6875 6e74 6572 32"));  // a password, rejected, malformed
    add(from_hex("c227 02 01 0009 04 abababab"));             // EAP-MD5, which is not spoken
    add(frame(0xc023, wire::encode(wire::PapRequest{1, std::string(60, 'u'), std::string(100, 'p')})));
    const auto all = texts(history);
    REQUIRE(all.size() == 10);
    CHECK(all[0] == "[PAP AuthReq id=0x1 user=\"bob\" password=<hidden>]");
    CHECK(all[1] == "[CHAP Challenge id=0x2 <hidden>, name = \"ac\"]");
    CHECK(all[2] == "[CHAP Response id=0x2 <hidden>, name = \"bob\"]");
    CHECK(all[3] == "[CHAP Success id=0x2 \"S=<hidden> M=Welcome\"]");
    CHECK(all[4] == "[CHAP Failure id=0x2 \"E=691 R=0 C=<hidden> V=3 M=no\"]");
    for (const auto& text : all) {
        CAPTURE(text);
        for (const auto* secret : {"hunter2", "ab ab", "abab", "ABAB", "68 75", "ppp"})
            CHECK(text.find(secret) == std::string::npos);
    }
}

TEST_CASE("who could not prove a name is known by the one that he gave last") {
    PacketHistory history;
    CHECK(claimed_name(history).empty());
    history.record(kBegin, Direction::sent, Form::ppp,
                   frame(0xc023, wire::encode(wire::PapRequest{1, "ourselves", "x"})));
    CHECK(claimed_name(history).empty());
    history.record(kBegin, Direction::received, Form::ppp,
                   frame(0xc023, wire::encode(wire::PapRequest{1, "bob", "x"})));
    CHECK(claimed_name(history) == "bob");
    const wire::Bytes value(49, 1);
    history.record(kBegin, Direction::received, Form::ppp,
                   frame(0xc223, wire::encode(wire::ChapValue{2, true, value, "alice"})));
    CHECK(claimed_name(history.archived()) == "alice");
}

TEST_CASE("discovery packets say to or from whom, also when they were cut") {
    PacketHistory history;
    wire::pppoe::Builder padi{wire::pppoe::kBroadcast, {2, 0, 0, 0, 0, 1}, wire::pppoe::Code::padi};
    padi.tag(wire::pppoe::Tag::service_name, "internet")
        .tag(wire::pppoe::Tag::host_uniq, wire::Bytes(200, 7));
    history.record(kBegin, Direction::sent, Form::ethernet, padi.frame());
    const auto text = texts(history).front();
    CHECK(text.starts_with("[PADI "));
    CHECK(text.find("<Service-Name \"internet\">") != std::string::npos);
    CHECK(text.find(" to FF:FF:FF:FF:FF:FF and ") != std::string::npos);
    CHECK(text.ends_with(" octets more"));
}

TEST_CASE("an archived copy is as large as its packets and records no more") {
    PacketHistory history;
    history.record(kBegin, Direction::sent, Form::ppp, from_hex("c021 01 01 0004"));
    auto copy = history.archived();
    CHECK(copy.footprint() == PacketHistory::kHeader + 6);
    copy.record(kBegin + 1s, Direction::sent, Form::ppp, from_hex("c021 01 02 0004"));
    CHECK(texts(copy) == texts(history));
    CHECK(PacketHistory{}.archived().packets().empty());
}

TEST_CASE("a flood of failures leaves what clients and sessions that were up ended with") {
    Archive archive({.sessions = 10, .octets = 1 << 20, .sessions_of_client = 2});
    archive.record(ended(1, "wan"), {}, true);
    archive.record(ended(2, "lan", true), {}, false);
    for (std::uint64_t id = 3; id < 1000; ++id) archive.record(ended(id, "lan"), {}, false);
    CHECK(archive.find(1));
    CHECK(archive.find(2));
    CHECK(!archive.find(3));
    CHECK(!archive.find(989));
    CHECK(archive.find(990));
    CHECK(archive.entries().size() == 12);
    CHECK(archive.entries().front()->session.row.id == 999);
    CHECK(archive.entries().back()->session.row.id == 1);
    archive.record(ended(1001, "wan"), {}, true);
    archive.record(ended(1002, "wan"), {}, true);
    CHECK(!archive.find(1));
    CHECK(archive.entries().front()->session.row.id == 1002);
    archive.forget_client("wan");
    CHECK(!archive.find(1002));
}

TEST_CASE("the archive is bounded in octets too, and keeps the newest whatever its size") {
    Archive archive({.sessions = 1000, .octets = 20000, .sessions_of_client = 4});
    PacketHistory full;
    for (int i = 0; i < 20; ++i)
        full.record(kBegin, Direction::sent, Form::ppp, wire::Bytes(PacketHistory::kMaxPacket, 0xc0));
    for (std::uint64_t id = 1; id <= 100; ++id) archive.record(ended(id, "lan"), full, false);
    const auto kept = archive.entries().size();
    CHECK(kept > 5);
    CHECK(kept < 20);
    auto wordy = ended(101, "lan");
    wordy.detail = std::string(100000, 'x');
    archive.record(std::move(wordy), full, false);
    REQUIRE(archive.entries().size() == 1);
    CHECK(archive.find(101));
}
