// SPDX-License-Identifier: GPL-2.0-or-later
/// @file is_plain(): what may stand in a log or on D-Bus, decided without the code under test.
#pragma once
#include <cstdint>
#include <string_view>

namespace ppp::test {

/// Well-formed UTF-8 (RFC 3629) without the controls of ASCII and Latin-1.
[[nodiscard]] inline bool is_plain(std::string_view text) {
    constexpr std::uint32_t kLeast[]{0, 0x80, 0x800, 0x10000};
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i++]);
        int more = 0;
        std::uint32_t point = lead;
        if (lead >= 0xf0) {
            more = 3;
            point = lead & 0x0fU;
        } else if (lead >= 0xe0) {
            more = 2;
            point = lead & 0x1fU;
        } else if (lead >= 0xc0) {
            more = 1;
            point = lead & 0x3fU;
        } else if (lead >= 0x80) {
            return false;
        }
        for (int n = 0; n < more; ++n) {
            if (i == text.size() || (static_cast<std::uint8_t>(text[i]) & 0xc0U) != 0x80) return false;
            point = point << 6U | (static_cast<std::uint8_t>(text[i++]) & 0x3fU);
        }
        if (lead >= 0xf8 || point < kLeast[more] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
        if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return false;
    }
    return true;
}

}  // namespace ppp::test
