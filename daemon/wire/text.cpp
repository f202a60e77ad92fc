// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/text.hpp"
#include <fmt/format.h>
#include <iterator>

namespace ppp::wire {
namespace {

/// The length of the well-formed UTF-8 sequence of a printable character at the start of `text`; 0 if there
/// is none.
std::size_t utf8_length(ByteView text) {
    const auto lead = text[0];
    const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((text[i] & 0xc0) != 0x80) return 0;
    // Overlong forms, surrogates, and what is beyond U+10FFFF.
    if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
        (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f))
        return 0;
    if (lead == 0xc2 && text[1] < 0xa0) return 0;  // U+0080..U+009F are controls
    return length;
}

}  // namespace

std::string escape(ByteView text, std::size_t limit) {
    std::string shown;
    const bool cut = text.size() > limit;
    for (text = text.first(std::min(text.size(), limit)); !text.empty();) {
        const auto octet = text[0];
        std::size_t length = 1;
        if (octet >= 0x80) length = utf8_length(text);
        if (length == 0 || octet < 0x20 || octet == 0x7f || octet == '"' || octet == '\\') {
            fmt::format_to(std::back_inserter(shown), "\\x{:02X}", octet);
            length = 1;
        } else {
            shown.append(chars(text.first(length)));
        }
        text = text.subspan(length);
    }
    if (cut) shown += "...";
    return shown;
}

std::string escape(std::string_view text, std::size_t limit) { return escape(octets(text), limit); }

}  // namespace ppp::wire
