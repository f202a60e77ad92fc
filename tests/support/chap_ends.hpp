// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What both ends of a CHAP exchange are tested with: the packet sent last, and challenges.
#pragma once
#include <doctest/doctest.h>
#include "support/auth_ends.hpp"
#include "support/hex.hpp"

namespace ppp::test {

/// A packet, and what it says; the octets stay here.
struct Sent {
    wire::Bytes packet;
    wire::ChapPacket chap;
    [[nodiscard]] const wire::ChapValue& value() const { return std::get<wire::ChapValue>(chap); }
    [[nodiscard]] const wire::ChapReply& reply() const { return std::get<wire::ChapReply>(chap); }
};

inline Sent last_sent(const RecordingOwner& owner) {
    REQUIRE_FALSE(owner.sent.empty());
    Sent s{owner.sent.back(), wire::ChapReply{}};
    const auto decoded = wire::decode_chap(s.packet);
    REQUIRE(decoded);
    s.chap = *decoded;
    return s;
}

inline const wire::Bytes kChallenge16 = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"_hex;
inline const wire::Bytes kChallenge8 = "00 01 02 03 04 05 06 07"_hex;

}  // namespace ppp::test
