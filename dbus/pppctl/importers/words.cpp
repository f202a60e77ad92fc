// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/words.hpp"
#include <optional>

namespace ppp::ctl::importers {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::optional<Word> next() {
        Word word;
        word.begins_line = skip() || !any_;
        if (at_ == text_.size()) return {};
        any_ = true;
        word.line = line_;
        const auto begin = at_;
        const bool closed = read(word.text);
        // A quote or a backslash at the end of the file begins nothing.
        if (!closed && word.text.empty() && at_ == text_.size() && begin < at_) return {};
        return word;
    }

private:
    [[nodiscard]] bool more() const { return at_ < text_.size(); }
    char take() {
        const char c = text_[at_++];
        if (c == '\n') ++line_;
        return c;
    }
    /// White space, comments, line breaks behind a backslash. @return whether a line ended
    bool skip() {
        bool ended = false;
        while (more()) {
            const char c = text_[at_];
            if (c == '#') {
                while (more() && text_[at_] != '\n') ++at_;
            } else if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
                ++at_;
                take();
            } else if (c == '\\' && at_ + 1 == text_.size()) {
                ++at_;
            } else if (is_blank(c)) {
                ended |= take() == '\n';
            } else {
                break;
            }
        }
        return ended;
    }
    /// @return whether something but the end of the text ended the word, or a quote was closed.
    bool read(std::string& out) {
        char quote = 0;
        bool closed = false;
        while (more()) {
            const char c = text_[at_];
            if (c == '\\') {
                ++at_;
                escape(out);
            } else if (quote != 0) {
                take();
                if (c != quote) {
                    out += c;
                    continue;
                }
                quote = 0;
                closed = true;
            } else if (c == '"' || c == '\'') {
                ++at_;
                quote = c;
            } else if (is_blank(c) || c == '#') {
                return true;
            } else {
                out += c;
                ++at_;
            }
        }
        return closed;
    }
    void escape(std::string& out) {
        if (!more()) return;
        const char c = take();
        constexpr std::string_view names = "abfnrst", values = "\a\b\f\n\r \t";
        if (c == '\n') return;
        if (const auto i = names.find(c); i != std::string_view::npos) {
            out += values[i];
        } else if (c >= '0' && c < '8') {
            --at_;
            out += value(8, 3);
        } else if (c == 'x') {
            out += value(16, 2);
        } else {
            out += c;
        }
    }
    char value(int base, int digits) {
        int out = 0;
        for (; digits > 0 && more() && digit(text_[at_]) < base; --digits)
            out = out * base + digit(text_[at_++]);
        return static_cast<char>(static_cast<unsigned char>(out & 0xff));
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
    bool any_ = false;
};

}  // namespace

std::vector<Word> split_words(std::string_view text) {
    std::vector<Word> out;
    Splitter splitter(text);
    while (auto word = splitter.next()) out.push_back(*std::move(word));
    return out;
}

std::string spell(std::string_view word) {
    constexpr std::string_view digits = "0123456789abcdef";
    bool plain = !word.empty();
    std::string out;
    for (const char c : word) {
        if (c >= ' ' && c <= '~') {
            if (c == ' ' || c == '#' || c == '\'') plain = false;
            if (c == '"' || c == '\\') {
                plain = false;
                out += '\\';
            }
            out += c;
            continue;
        }
        plain = false;
        const auto octet = static_cast<unsigned char>(c);
        out += "\\x";
        out += digits[octet >> 4U];
        out += digits[octet & 0xfU];
    }
    return plain ? out : '"' + out + '"';
}

}  // namespace ppp::ctl::importers
