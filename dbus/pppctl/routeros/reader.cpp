// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/reader.hpp"
#include <array>
#include <utility>

namespace ppp::ctl::ros {
namespace {

bool control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; }

/// RouterOS writes capitals: \a, \b and \f are control characters, \AB is an octet.
int hex(char c, bool first) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (!first && c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

constexpr std::array<std::pair<char, char>, 12> kEscapes{{{'"', '"'},
                                                          {'\\', '\\'},
                                                          {'n', '\n'},
                                                          {'r', '\r'},
                                                          {'t', '\t'},
                                                          {'$', '$'},
                                                          {'?', '?'},
                                                          {'_', ' '},
                                                          {'a', '\a'},
                                                          {'b', '\b'},
                                                          {'f', '\f'},
                                                          {'v', '\v'}}};

char partner(char open) { return open == '{' ? '}' : open == '[' ? ']' : ')'; }

}  // namespace

std::nullopt_t Reader::fail(Position at, std::string text) {
    if (!error_) error_ = ParseError{at, std::move(text)};
    return std::nullopt;
}

void Reader::skip() {
    if (end()) return;
    if (text_[next_++] == '\n')
        at_ = {at_.line + 1, 1};
    else
        ++at_.column;
}

std::size_t Reader::continuation() const {
    if (peek() != '\\') return 0;
    if (peek(1) == '\n') return 2;
    return peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
}

void Reader::skip_continuation() {
    for (auto n = continuation(); n > 0; --n) skip();
    while (peek() == ' ' || peek() == '\t') skip();
}

void Reader::skip_blanks() {
    for (;;) {
        if (peek() == ' ' || peek() == '\t' || (peek() == '\r' && peek(1) == '\n'))
            skip();
        else if (continuation() != 0)
            skip_continuation();
        else
            return;
    }
}

void Reader::skip_line() {
    while (!end() && peek() != '\n') {
        if (continuation() != 0)
            skip_continuation();
        else
            skip();
    }
    skip();
}

bool Reader::at_end_of_command() const { return end() || peek() == '\n' || peek() == ';'; }

bool Reader::escape(std::string& out) {
    const auto begin = at_;
    skip();
    const char c = peek();
    for (const auto& [name, meant] : kEscapes) {
        if (c != name) continue;
        out += meant;
        skip();
        return true;
    }
    const int high = hex(c, true), low = hex(peek(1), false);
    if (high < 0 || low < 0) {
        fail(begin, R"(expected \" \\ \n \r \t \$ \_ or two hexadecimal digits behind the backslash)");
        return false;
    }
    if (high == 0 && low == 0) {
        fail(begin, "a value cannot hold a NUL");
        return false;
    }
    out += static_cast<char>(high * 16 + low);
    skip();
    skip();
    return true;
}

std::optional<std::string> Reader::quoted() {
    const auto begin = at_;
    skip();
    std::string out;
    while (peek() != '"' || end()) {
        if (end() || peek() == '\n' || (peek() == '\r' && peek(1) == '\n'))
            return fail(begin, "expected a closing quote before the end of the line");
        if (out.size() >= kMaxWord)
            return fail(begin, "expected a value of at most " + std::to_string(kMaxWord) + " octets");
        if (continuation() != 0) {
            skip_continuation();
        } else if (peek() == '\\') {
            if (!escape(out)) return std::nullopt;
        } else if (control(peek())) {
            return fail("expected no control character; write it as \\XX");
        } else {
            out += peek();
            skip();
        }
    }
    skip();
    return out;
}

std::optional<std::string> Reader::bare(std::string_view stops) {
    const auto begin = at_;
    std::string out;
    while (!end()) {
        const char c = peek();
        if (continuation() != 0) {
            // A list may be broken behind a comma; anything else ends with its line.
            if (out.empty() || out.back() != ',') break;
            skip_continuation();
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || (c == '\r' && peek(1) == '\n') || c == ';') break;
        if (stops.find(c) != std::string_view::npos) break;
        if (control(c)) return fail("expected no control character; write it as \\XX inside quotes");
        if (c == '"' || c == '\\')
            return fail(
                "expected a blank; quotes and backslashes stand only in values that begin with a quote");
        if (out.size() >= kMaxWord)
            return fail(begin, "expected a word of at most " + std::to_string(kMaxWord) + " octets");
        out += c;
        skip();
    }
    return out;
}

std::nullopt_t Reader::lose(Position at, std::string text) {
    lost_ = true;
    return fail(at, std::move(text));
}

std::optional<std::string_view> Reader::nested() {
    const auto begin = at_;
    std::array<char, kMaxNesting> closing{};
    std::size_t depth = 0;
    const auto first = next_;
    bool in_quotes = false;
    do {
        if (end())
            return lose(begin, std::string("expected a closing ") + closing[depth - 1] +
                                   "; everything behind was taken for a part of it");
        const char c = peek();
        if (c == '\\') {
            skip();  // what is escaped opens and closes nothing
        } else if (c == '"') {
            in_quotes = !in_quotes;
        } else if (c == '\0') {
            return lose(at_, "expected no NUL");
        } else if (!in_quotes && (c == '{' || c == '[' || c == '(')) {
            if (depth == kMaxNesting)
                return lose(at_,
                            "expected at most " + std::to_string(kMaxNesting) + " brackets in each other");
            closing[depth++] = partner(c);
        } else if (!in_quotes && (c == '}' || c == ']' || c == ')')) {
            if (closing[depth - 1] != c)
                return lose(at_, std::string("expected ") + closing[depth - 1] + " before " + c);
            --depth;
        }
        skip();
        if (next_ - first > kMaxWord)
            return lose(begin, "expected at most " + std::to_string(kMaxWord) + " octets in brackets");
    } while (depth > 0);
    return text_.substr(first + 1, next_ - first - 2);
}

}  // namespace ppp::ctl::ros
