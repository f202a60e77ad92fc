// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The 16-bit frame check sequence of PPP in HDLC-like framing (RFC 1662 appendix C.2).
#pragma once
#include "wire/bytes.hpp"

namespace ppp::wire {

inline constexpr std::uint16_t kInitFcs16 = 0xffff;
/// The sum over a frame with its FCS, when no octet was hurt.
inline constexpr std::uint16_t kGoodFcs16 = 0xf0b8;

namespace detail {
consteval std::array<std::uint16_t, 256> fcs16_table() {
    std::array<std::uint16_t, 256> table{};
    for (unsigned b = 0; b < 256; ++b) {
        unsigned v = b;
        for (int i = 0; i < 8; ++i) v = (v & 1) != 0 ? v >> 1 ^ 0x8408U : v >> 1;
        table[b] = static_cast<std::uint16_t>(v);
    }
    return table;
}
inline constexpr auto kFcs16Table = fcs16_table();
}  // namespace detail

/// @param fcs kInitFcs16, or the sum so far. The FCS that is sent is the sum's complement, low octet first.
[[nodiscard]] constexpr std::uint16_t fcs16(std::uint16_t fcs, ByteView octets) {
    for (auto o : octets) fcs = static_cast<std::uint16_t>(fcs >> 8 ^ detail::kFcs16Table[(fcs ^ o) & 0xffU]);
    return fcs;
}

}  // namespace ppp::wire
