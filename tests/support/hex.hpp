// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Octets in tests: "c0 21 01"_hex in, hex(octets) out.
#pragma once
#include <string>
#include <string_view>
#include "wire/bytes.hpp"

namespace ppp::test {

/// Digits in pairs; everything else is a separator.
inline wire::Bytes from_hex(std::string_view text) {
    wire::Bytes out;
    unsigned value = 0;
    bool half = false;
    for (const char c : text) {
        const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
        if (digit == std::string_view::npos) continue;
        value = value << 4 | static_cast<unsigned>(digit);
        if (half) out.push_back(static_cast<std::uint8_t>(value));
        half = !half;
    }
    return out;
}

/// "c0 21 01": what a failed comparison shows.
inline std::string hex(wire::ByteView octets) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const auto o : octets) {
        if (!out.empty()) out += ' ';
        out += kDigits[o >> 4];
        out += kDigits[o & 0xf];
    }
    return out;
}

inline namespace literals {
inline wire::Bytes operator""_hex(const char* text, std::size_t size) { return from_hex({text, size}); }
}  // namespace literals

}  // namespace ppp::test
