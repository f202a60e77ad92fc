// SPDX-License-Identifier: GPL-2.0-or-later
/// @file quoted(): a text from outside, made fit for a sentence.
#pragma once
#include <string>
#include <string_view>

namespace ppp {

/// The text in single quotes, at most `limit` octets of it; control characters, quotes and octets beyond
/// ASCII are written as \xNN, so that a peer cannot forge lines in the journal.
/// An object and no function: for a std::string, std::quoted would be the better match wherever it is known.
struct Quoted {
    [[nodiscard]] std::string operator()(std::string_view text, std::size_t limit = 64) const {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string out = "'";
        for (const char c : text.substr(0, limit)) {
            if (c >= ' ' && c <= '~' && c != '\'' && c != '\\') {
                out += c;
                continue;
            }
            const auto octet = static_cast<unsigned char>(c);
            out += "\\x";
            out += digits[octet >> 4];
            out += digits[octet & 0xf];
        }
        return out + (text.size() > limit ? "...'" : "'");
    }
};
inline constexpr Quoted quoted{};

}  // namespace ppp
