// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/utf8.hpp"

namespace ppp {

Utf8Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || lead > 0xF4 || text.size() < length) return {lead, 1, false};
    auto value = static_cast<char32_t>(lead & (0xFFU >> (length + 1)));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0) != 0x80) return {lead, 1, false};
        value = value << 6 | (next & 0x3FU);
    }
    const bool overlong = value < (length == 3 ? 0x800U : length == 4 ? 0x10000U : 0x80U);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {lead, 1, false};
    return {value, length, true};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto c = first_character(text);
        if (!c.valid) return false;
        text.remove_prefix(c.octets);
    }
    return true;
}

}  // namespace ppp
