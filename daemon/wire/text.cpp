// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/text.hpp"
#include <fmt/format.h>
#include <iterator>
#include "base/utf8.hpp"

namespace ppp::wire {
namespace {

/// The length of the printable character beyond ASCII at the start of `text`; 0 if there is none.
std::size_t utf8_length(ByteView text) {
    const auto c = first_character(chars(text));
    return c.valid && c.value >= 0xA0 ? c.octets : 0;  // U+0080..U+009F are controls
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
