// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The words of pppd's option and secrets files (pppd(8), OPTIONS FILES; getword() in its options.c).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ppp::ctl::importers {

struct Word {
    std::string text;
    std::size_t line = 1;      ///< where it begins
    bool begins_line = false;  ///< there is no word before it on its line
    friend bool operator==(const Word&, const Word&) = default;
};

/// Words end at white space and at `#`, which begins a comment. Quotes, " and ', may open within a word; a
/// backslash works inside them too: \n, \t, \s (a blank), \ooo, \xhh, and itself before any other sign; a
/// line break behind it is as if it were not there. A quote that nobody closes ends with the text.
[[nodiscard]] std::vector<Word> split_words(std::string_view text);

/// The word as a file could have it, printable; split_words() gives it back.
[[nodiscard]] std::string spell(std::string_view word);

}  // namespace ppp::ctl::importers
