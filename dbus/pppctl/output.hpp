// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Where the command's text goes.
#pragma once
#include <string>
#include <string_view>

namespace ppp::ctl {

/// To standard output, at once.
void put(std::string_view text);
/// As long as it lives, put() writes into its text and not to standard output.
class Capture {
public:
    Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    ~Capture();
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    std::string* before_;
};

/// To standard error.
void put_aside(std::string_view text);
/// False when something could not be written to standard output: the disk is full.
[[nodiscard]] bool all_put();

/// Whether standard error is a terminal, where progress may be drawn over itself.
[[nodiscard]] bool aside_is_terminal();
/// Goes back to the line's begin and clears it.
inline constexpr std::string_view kClearLine = "\r\x1b[K";

}  // namespace ppp::ctl
