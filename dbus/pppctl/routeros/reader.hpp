// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Reader: octets to words of RouterOS, with quotes, escapes, continued lines and nested brackets.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include "dbus/pppctl/routeros/ast.hpp"

namespace ppp::ctl::ros {

/// A cursor over a text it does not own. The first error stays; whoever reads on reads nothing.
class Reader {
public:
    static constexpr std::size_t kMaxWord = std::size_t{64} << 10U;  ///< octets of one value
    static constexpr std::size_t kMaxNesting = 64;                   ///< brackets and braces in each other

    explicit Reader(std::string_view text, Position at = {}) : text_(text), at_(at) {}

    [[nodiscard]] bool end() const { return next_ >= text_.size(); }
    /// The octet `ahead` of the cursor, or NUL behind the end.
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return next_ + ahead < text_.size() ? text_[next_ + ahead] : '\0';
    }
    [[nodiscard]] Position at() const { return at_; }
    void skip();
    /// Blanks and continued lines.
    void skip_blanks();
    /// To the beginning of the next line that does not continue this one.
    void skip_line();
    /// Whether a newline, a semicolon or the end of the text follows.
    [[nodiscard]] bool at_end_of_command() const;

    /// The text from a quote at the cursor to its partner, escapes resolved.
    std::optional<std::string> quoted();
    /// The octets up to what cannot stand in a word without quotes; maybe none.
    std::optional<std::string> bare(std::string_view stops);
    /// What stands between the bracket at the cursor and its partner, untouched.
    std::optional<std::string_view> nested();

    /// Notes the error and returns nullopt.
    std::nullopt_t fail(Position at, std::string text);
    std::nullopt_t fail(std::string text) { return fail(at_, std::move(text)); }
    [[nodiscard]] const std::optional<ParseError>& error() const { return error_; }
    void forget_error() { error_.reset(); }
    /// Whether it is unknown where the text in brackets ends: what follows may be a part of a script.
    [[nodiscard]] bool lost() const { return lost_; }

private:
    /// 0, or the octets of a backslash with the end of its line.
    [[nodiscard]] std::size_t continuation() const;
    void skip_continuation();
    bool escape(std::string& out);
    std::nullopt_t lose(Position at, std::string text);

    std::string_view text_;
    std::size_t next_ = 0;
    Position at_;
    std::optional<ParseError> error_;
    bool lost_ = false;
};

}  // namespace ppp::ctl::ros
