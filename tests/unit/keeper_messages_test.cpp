// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The messages between daemon and keeper: everything comes back as it was, damage is refused.
#include <doctest/doctest.h>
#include "keeper/messages.hpp"

using namespace ppp;
using namespace ppp::keeper;

namespace {

const Keep kKeep{.items = {{"a", 1}, {std::string(kMaxKey, 'k'), 8}}};

std::string refusal(wire::Bytes octets, std::size_t files) {
    const auto message = decode(octets, files);
    return message ? "" : message.error().what;
}

Handover some_state() {
    return {.listener = 4,
            .daemon = {5},
            .generation = 1ULL << 40,
            .boxes = {{"vault-1", 6}},
            .entries = {{"a", true, {7}}, {"b", false, {8, 9, 10}}}};
}

}  // namespace

TEST_CASE("each message comes back as it was") {
    const auto again = [](const Message& m, std::size_t files) { return decode(encode(m), files).value(); };
    CHECK(std::holds_alternative<Hello>(again(Hello{}, 0)));
    CHECK(std::holds_alternative<Busy>(again(Busy{}, 0)));
    CHECK(std::holds_alternative<Only>(again(Only{}, 0)));
    CHECK(std::holds_alternative<Take>(again(Take{}, 0)));
    CHECK(std::get<Keep>(again(kKeep, 9)).items == kKeep.items);
    CHECK(std::get<Drop>(again(Drop{{"a", "b"}}, 0)).keys == std::vector<std::string>{"a", "b"});
    CHECK(std::get<End>(again(End{7}, 0)).items == 7);
    CHECK(std::get<Sync>(again(Sync{8}, 0)).number == 8);
    CHECK(std::get<Synced>(again(Synced{9}, 0)).number == 9);
    const auto index = std::get<Index>(again(Index{1ULL << 40, 3}, 2));
    CHECK(index.generation == 1ULL << 40);
    CHECK(index.items == 3);
}

TEST_CASE("the longest message is read whole") {
    Keep full;
    for (std::size_t i = 0; i < kKeysInMessage; ++i) full.items.push_back({std::string(kMaxKey, 'k'), 1});
    const auto octets = encode(full);
    CHECK(octets.size() <= kLongestMessage);
    CHECK(decode(octets, kFilesInMessage).has_value());
}

TEST_CASE("another version is named, and is no damage") {
    auto octets = encode(Hello{});
    octets[0] = 9;
    const auto message = decode(octets, 0);
    REQUIRE_FALSE(message.has_value());
    CHECK(message.error().code == Errc::protocol);
    CHECK(message.error().what == "the other side speaks version 9, not 1");
}

TEST_CASE("too many or too few files are damage") {
    for (const std::size_t files : {0U, 8U, 10U, 253U}) CHECK_FALSE(refusal(encode(kKeep), files).empty());
    for (const Message& m : {Message(Hello{}), Message(Busy{}), Message(Only{}), Message(Take{}),
                             Message(End{}), Message(Sync{}), Message(Synced{}), Message(Drop{{"a"}})})
        CHECK_FALSE(refusal(encode(m), 1).empty());
    CHECK_FALSE(refusal(encode(Index{}), 0).empty());
    CHECK_FALSE(refusal(encode(Index{}), 254).empty());
}

TEST_CASE("what is cut short or goes on is damage") {
    for (const auto& [message, files] :
         {std::pair{Message(kKeep), 9U}, {Message(Drop{{"a", "b"}}), 0U}, {Message(Index{1, 2}), 1U}}) {
        const auto whole = encode(message);
        for (std::size_t n = 0; n < whole.size(); ++n)
            CHECK_FALSE(decode({whole.data(), n}, files).has_value());
        auto longer = whole;
        longer.push_back(0);
        CHECK_FALSE(decode(longer, files).has_value());
    }
}

TEST_CASE("keys and counts out of bounds are damage") {
    CHECK_FALSE(refusal(encode(Keep{{{"", 1}}}), 1).empty());
    CHECK_FALSE(refusal(encode(Keep{{{std::string(kMaxKey + 1, 'k'), 1}}}), 1).empty());
    CHECK_FALSE(refusal(encode(Keep{{{"a", 0}}}), 0).empty());
    CHECK_FALSE(refusal(encode(Keep{{{"a", 9}}}), 9).empty());
    CHECK_FALSE(refusal(encode(Keep{}), 0).empty());
    CHECK_FALSE(refusal(encode(Drop{}), 0).empty());
    CHECK_FALSE(refusal(encode(Drop{{""}}), 0).empty());
    CHECK(refusal({kVersion, 10}, 0) == "a message of an unknown kind");
}

TEST_CASE("what a keeper leaves to the next program comes back as it was, or not at all") {
    const auto whole = encode(some_state());
    CHECK(decode_handover(whole).value() == some_state());
    CHECK(decode_handover(encode(Handover{})).value() == Handover{});
    for (std::size_t n = 0; n < whole.size(); ++n)
        CHECK_FALSE(decode_handover({whole.data(), n}).has_value());
    auto state = some_state();
    state.entries[0].files.clear();
    CHECK_FALSE(decode_handover(encode(state)).has_value());
    state = some_state();
    state.daemon = {1, 2};
    CHECK_FALSE(decode_handover(encode(state)).has_value());
}
