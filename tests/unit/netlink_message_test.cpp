// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Messages built and read: layout, growth, and lengths that lie.
#include <doctest/doctest.h>
#include <linux/rtnetlink.h>
#include <array>
#include <string>
#include <vector>
#include "netlink/message.hpp"

using namespace ppp::net;

namespace {

Received only(const Batch& batch) {
    Datagram datagram(batch.octets(0, 1));
    const auto message = datagram.next();
    REQUIRE(message);
    CHECK_FALSE(datagram.next());
    return *message;
}

/// A NLMSG_ERROR as the kernel sends it.
std::vector<std::byte> ack(std::uint32_t sequence, int error, std::string_view text, bool capped = true) {
    Batch batch;
    auto flags = capped ? NLM_F_CAPPED : 0;
    if (!text.empty()) flags |= NLM_F_ACK_TLVS;
    nlmsgerr body{};
    body.error = -error;
    body.msg.nlmsg_len = 16 + 8;
    auto m = batch.begin(NLMSG_ERROR, static_cast<std::uint16_t>(flags));
    m.header(body);
    if (!capped) m.header(std::uint64_t{0xffffffffffffffff});  // the request's own payload
    if (!text.empty()) m.put_string(NLMSGERR_ATTR_MSG, text);
    batch.header(0)->nlmsg_seq = sequence;
    const auto octets = batch.octets(0, 1);
    return {octets.begin(), octets.end()};
}

}  // namespace

TEST_CASE("what is put into a message is read back from it") {
    Batch batch;
    ifinfomsg head{};
    head.ifi_index = 77;
    auto m = batch.begin(RTM_NEWLINK, NLM_F_CREATE);
    m.header(head).put_string(IFLA_IFNAME, "ppp0").put_u32(IFLA_MTU, 1492).put_u8(200, 7);
    {
        const auto info = m.nest(IFLA_LINKINFO);
        m.put_string(IFLA_INFO_KIND, "vlan");
        const auto data = m.nest(IFLA_INFO_DATA);
        m.put_u16(1, 0xabcd);
    }
    m.put_s32(201, -5);

    const auto message = only(batch);
    CHECK(message.head.nlmsg_type == RTM_NEWLINK);
    CHECK(message.head.nlmsg_flags == (NLM_F_REQUEST | NLM_F_CREATE));
    CHECK(read_as<ifinfomsg>(message.payload)->ifi_index == 77);
    const auto attributes = message.attributes(sizeof(ifinfomsg));
    CHECK(attributes.find(IFLA_IFNAME)->text() == "ppp0");
    CHECK(attributes.find(IFLA_MTU)->u32() == 1492);
    CHECK(attributes.find(200)->u8() == 7);
    CHECK(read_as<std::int32_t>(attributes.find(201)->value) == -5);
    const auto info = attributes.find(IFLA_LINKINFO);
    REQUIRE(info);
    CHECK(info->nested().find(IFLA_INFO_KIND)->text() == "vlan");
    CHECK(read_as<std::uint16_t>(info->nested().find(IFLA_INFO_DATA)->nested().find(1)->value) == 0xabcd);
    CHECK_FALSE(attributes.find(999));
}

TEST_CASE("a batch keeps its messages apart however far its buffer grows") {
    Batch batch;
    for (int i = 0; i < 500; ++i) {
        auto m = batch.begin(static_cast<std::uint16_t>(100 + i), 0);
        m.put_string(1, std::string(static_cast<std::size_t>(i), 'x'));
    }
    REQUIRE(batch.size() == 500);
    Datagram datagram(batch.octets(0, 500));
    for (int i = 0; i < 500; ++i) {
        const auto message = datagram.next();
        REQUIRE(message);
        CHECK(message->head.nlmsg_type == 100 + i);
        CHECK(message->attributes(0).find(1)->text().size() == static_cast<std::size_t>(i));
    }
    CHECK_FALSE(datagram.next());
    CHECK(batch.octets(10, 2).size() == batch.message(10).size() + batch.message(11).size());
    batch.clear();
    CHECK(batch.empty());
    CHECK(batch.octets(0, 0).empty());
}

TEST_CASE("padding behind a string is zero also in a buffer that was used before") {
    Batch batch;
    batch.begin(1, 0).put_string(1, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
    batch.clear();
    batch.begin(1, 0).put_string(1, "ab");
    const auto octets = batch.octets(0, 1);
    REQUIRE(octets.size() == 16 + 4 + 4);
    CHECK(octets[22] == std::byte{0});
    CHECK(octets[23] == std::byte{0});
}

TEST_CASE("an attribute whose length is impossible ends the walk") {
    for (const std::uint16_t length : std::array<std::uint16_t, 4>{0, 3, 9, 0xffff}) {
        std::array<std::byte, 8> octets{};
        std::memcpy(octets.data(), &length, sizeof length);
        CHECK_FALSE(Attributes(octets).next());
    }
    CHECK_FALSE(Attributes(Octets{}).next());
    std::array<std::byte, 3> stump{};
    CHECK_FALSE(Attributes(stump).next());
}

TEST_CASE("an attribute of five octets may be the last one without its padding") {
    const std::array<std::byte, 5> octets{std::byte{5}, std::byte{0}, std::byte{9}, std::byte{0},
                                          std::byte{42}};
    Attributes attributes(octets);
    const auto found = attributes.next();
    REQUIRE(found);
    CHECK(found->u8() == 42);
    CHECK_FALSE(found->u32());
    CHECK_FALSE(attributes.next());
}

TEST_CASE("the flag bits of an attribute's type are not part of the type") {
    Batch batch;
    auto m = batch.begin(1, 0);
    { const auto nest = m.nest(26); }
    CHECK(only(batch).attributes(0).find(26));
}

TEST_CASE("a message whose length is impossible ends the walk") {
    Batch batch;
    batch.begin(1, 0).put_u32(1, 1);
    for (const std::uint32_t length : {0U, 15U, 25U, 0xffffffffU}) {
        batch.header(0)->nlmsg_len = length;
        CHECK_FALSE(Datagram(batch.octets(0, 1)).next());
    }
    batch.header(0)->nlmsg_len = 24;
    for (std::size_t cut = 0; cut < 24; ++cut) CHECK_FALSE(Datagram(batch.octets(0, 1).first(cut)).next());
}

TEST_CASE("a text attribute ends at its first zero or at its end") {
    CHECK(Attribute{.value = std::as_bytes(std::span("abc\0def"))}.text() == "abc");
    CHECK(Attribute{.value = std::as_bytes(std::span("abc")).first(3)}.text() == "abc");
    CHECK(Attribute{}.text().empty());
}

TEST_CASE("an acknowledgement carries the request's number, the errno and the kernel's words") {
    for (const bool capped : {true, false}) {
        const auto octets = ack(42, EEXIST, "Address already assigned", capped);
        const auto parsed = parse_ack(*Datagram(octets).next());
        REQUIRE(parsed);
        CHECK(parsed->sequence == 42);
        CHECK(parsed->error == EEXIST);
        CHECK(parsed->text == "Address already assigned");
    }
    const auto good = ack(43, 0, "");
    CHECK(parse_ack(*Datagram(good).next())->error == 0);
}

TEST_CASE("what is too short or too odd to be an acknowledgement is none") {
    auto octets = ack(1, EEXIST, "");
    auto short_one = octets;
    const std::uint32_t length = 16 + 8;
    std::memcpy(short_one.data(), &length, sizeof length);
    CHECK_FALSE(parse_ack(*Datagram(short_one).next()));
    for (const int error : {5, -4096, -2147483647 - 1}) {
        std::memcpy(octets.data() + sizeof(nlmsghdr), &error, sizeof error);
        CHECK_FALSE(parse_ack(*Datagram(octets).next()));
    }
    Batch batch;
    batch.begin(RTM_NEWLINK, 0).header(nlmsgerr{});
    CHECK_FALSE(parse_ack(only(batch)));
}

TEST_CASE("an acknowledgement that lies about the request's length has no text") {
    auto octets = ack(1, EEXIST, "words", false);
    for (const std::uint32_t length : {0xffffffffU, 0xfffffff0U, 1000U}) {
        std::memcpy(octets.data() + sizeof(nlmsghdr) + sizeof(int), &length, sizeof length);
        const auto parsed = parse_ack(*Datagram(octets).next());
        REQUIRE(parsed);
        CHECK(parsed->text.empty());
    }
}
