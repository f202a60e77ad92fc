// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FNV-1a: a quick digest that tells damage and difference from chance, not from intent.
#pragma once
#include <cstdint>
#include <span>

namespace ppp {

/// The 32-bit digest of the octets (http://www.isthe.com/chongo/tech/comp/fnv/).
/// @param before the digest of what comes in front of them.
[[nodiscard]] constexpr std::uint32_t fnv1a(std::span<const std::uint8_t> octets,
                                            std::uint32_t before = 0x811c9dc5) {
    for (const auto octet : octets) before = (before ^ octet) * 0x01000193;
    return before;
}

}  // namespace ppp
