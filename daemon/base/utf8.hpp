// SPDX-License-Identifier: GPL-2.0-or-later
/// @file UTF-8 as it comes from files, peers and people: one reader for all of it.
#pragma once
#include <cstddef>
#include <string_view>

namespace ppp {

struct Utf8Character {
    char32_t value = 0;      ///< the code point; of octets that are no UTF-8 the first of them
    std::size_t octets = 1;  ///< that it takes
    bool valid = false;
};

/// The first character. Overlong forms, surrogates, and what is beyond U+10FFFF are not valid (RFC 3629).
/// @param text is not empty.
[[nodiscard]] Utf8Character first_character(std::string_view text);

/// Whether all of it is well-formed.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace ppp
