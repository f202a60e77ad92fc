// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the RouterOS parser makes of a text: commands, their arguments, and conditions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ppp::ctl::ros {

/// Both counted from 1; the column in octets.
struct Position {
    std::size_t line = 1, column = 1;
    friend bool operator==(const Position&, const Position&) = default;
};

/// One step of a condition in postfix order, so that neither reading nor evaluating it ever recurses.
struct Term {
    enum class Kind : std::uint8_t {
        holds,  ///< the property `key` is set and is not "no"
        equal,
        not_equal,
        less,
        greater,
        less_or_equal,
        greater_or_equal,
        matches,  ///< the property matches the POSIX extended regular expression `value`
        negate,   ///< of one
        all_of,   ///< of two
        any_of,   ///< of two
    };
    Kind kind = Kind::holds;
    std::string key, value;
    friend bool operator==(const Term&, const Term&) = default;
};

/// `where ...` or `[find ...]`; without terms it is true of everything.
struct Query {
    std::vector<Term> terms;
    friend bool operator==(const Query&, const Query&) = default;
};

struct Argument {
    enum class Form : std::uint8_t {
        word,        ///< value alone: a target, a flag, an address
        pair,        ///< key=value
        pair_find,   ///< key=[find ...], in query
        find,        ///< [find ...], in query
        unset,       ///< !key
        expression,  ///< [...], (...) or $name, with or without a key: needs RouterOS' interpreter
    };
    Form form = Form::word;
    std::string key;
    std::string value;  ///< without quotes and escapes; of a script the text between its braces
    bool quoted = false;
    Query query;
    Position at;
    friend bool operator==(const Argument&, const Argument&) = default;
};

/// One command, not yet split into menu and verb: only a table of menus can tell them apart.
struct Command {
    bool absolute = false;           ///< began with a slash
    std::vector<std::string> words;  ///< the bare words at its beginning, maybe with slashes inside
    std::vector<Position> places;    ///< where each of them began
    std::vector<Argument> arguments;
    bool has_where = false;
    Query where;
    bool script = false;  ///< a statement of RouterOS' programming language; nothing else of it was kept
    Position at;
    friend bool operator==(const Command&, const Command&) = default;
};

struct ParseError {
    Position at;
    std::string text;  ///< what was expected; nothing of the input, which may be a password
    friend bool operator==(const ParseError&, const ParseError&) = default;
};

using Item = std::variant<Command, ParseError>;

}  // namespace ppp::ctl::ros
