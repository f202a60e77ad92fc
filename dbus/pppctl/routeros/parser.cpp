// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/parser.hpp"
#include <string>
#include <utility>

namespace ppp::ctl::ros {
namespace {

constexpr std::string_view kBrackets = "[](){}";

bool is_bracket(char c) { return c != '\0' && kBrackets.find(c) != std::string_view::npos; }

}  // namespace

Parser::Parser(std::string_view text) : reader_(text.substr(0, kMaxText)), too_long_(text.size() > kMaxText) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) reader_ = Reader(text.substr(3, kMaxText));
}

std::optional<Item> Parser::next() {
    if (too_long_) {
        too_long_ = false;
        reader_ = Reader({});
        return ParseError{{}, "expected a text of at most " + std::to_string(kMaxText) + " octets"};
    }
    if (reader_.lost()) return std::nullopt;
    for (;;) {
        reader_.skip_blanks();
        if (reader_.end()) return std::nullopt;
        if (reader_.peek() == '#')
            skip_comment();
        else if (reader_.at_end_of_command())
            reader_.skip();
        else
            break;
    }
    Command command;
    if (read(command)) return command;
    ParseError error = *reader_.error();
    reader_.forget_error();
    if (!reader_.lost()) reader_.skip_line();
    return error;
}

void Parser::skip_comment() {
    // A backslash does not continue a comment.
    while (!reader_.end() && reader_.peek() != '\n') reader_.skip();
}

bool Parser::read(Command& command) {
    command.at = reader_.at();
    if (reader_.peek() == ':' || reader_.peek() == '{') return read_script(command);
    if (reader_.peek() == '/') {
        command.absolute = true;
        reader_.skip();
    }
    for (;;) {
        reader_.skip_blanks();
        if (reader_.at_end_of_command()) return true;
        if (reader_.peek() == '#') {
            skip_comment();
            return true;
        }
        if (command.words.size() + command.arguments.size() == kMaxArguments) {
            reader_.fail("expected at most " + std::to_string(kMaxArguments) + " words in a command");
            return false;
        }
        if (!read_argument(command)) return false;
        if (command.has_where) return true;
    }
}

bool Parser::read_script(Command& command) {
    command.script = true;
    while (!reader_.at_end_of_command()) {
        const char c = reader_.peek();
        if (c == '{' || c == '[' || c == '(') {
            if (!reader_.nested()) return false;
        } else if (c == '"') {
            if (!reader_.quoted()) return false;
        } else if (c == '\\' || c == ' ' || c == '\t' || c == '\r') {
            const auto before = reader_.at();
            reader_.skip_blanks();
            if (reader_.at() == before) reader_.skip();
        } else {
            reader_.skip();
        }
    }
    return true;
}

bool Parser::expect_blank() {
    const char c = reader_.peek();
    if (reader_.at_end_of_command() || c == ' ' || c == '\t' || c == '\\' ||
        (c == '\r' && reader_.peek(1) == '\n'))
        return true;
    reader_.fail("expected a blank or the end of the command");
    return false;
}

bool Parser::read_brackets(Argument& argument, Argument::Form found) {
    const bool square = reader_.peek() == '[';
    auto inside_at = reader_.at();
    ++inside_at.column;
    const auto text = reader_.nested();
    if (!text) return false;
    argument.form = Argument::Form::expression;
    if (!square) return true;
    Reader inside(*text, inside_at);
    inside.skip_blanks();
    const auto word = inside.bare("=~<>!\"$[](){}");
    if (!word || *word != "find") return true;
    argument.form = found;
    auto query = read_query(inside);
    if (query) inside.skip_blanks();
    if (query && !inside.end()) inside.fail("expected ] or another condition");
    if (inside.error()) {
        reader_.fail(inside.error()->at, inside.error()->text);
        return false;
    }
    argument.query = std::move(*query);
    return true;
}

bool Parser::read_value(Argument& argument) {
    argument.form = Argument::Form::pair;
    // Exports break lines between = and the value.
    if (reader_.peek() == '\\') reader_.skip_blanks();
    const char c = reader_.peek();
    if (c == '"') {
        auto value = reader_.quoted();
        if (!value) return false;
        argument.value = std::move(*value);
        argument.quoted = true;
    } else if (c == '[' || c == '(') {
        if (!read_brackets(argument, Argument::Form::pair_find)) return false;
    } else if (c == '{') {
        const auto value = reader_.nested();
        if (!value) return false;
        argument.value = *value;
        argument.quoted = true;
    } else {
        if (c == '$') argument.form = Argument::Form::expression;
        auto value = reader_.bare(kBrackets);
        if (!value) return false;
        argument.value = std::move(*value);
    }
    return expect_blank();
}

bool Parser::read_argument(Command& command) {
    Argument argument;
    argument.at = reader_.at();
    const char c = reader_.peek();
    if (c == '[' || c == '(' || c == '{') {
        if (!read_brackets(argument, Argument::Form::find) || !expect_blank()) return false;
    } else if (c == '"') {
        auto value = reader_.quoted();
        if (!value || !expect_blank()) return false;
        argument.value = std::move(*value);
        argument.quoted = true;
    } else if (c == '$') {
        argument.form = Argument::Form::expression;
        if (!reader_.bare("") || !expect_blank()) return false;
    } else {
        const bool unset = c == '!';
        if (unset) reader_.skip();
        auto word = reader_.bare("=[](){}");
        if (!word) return false;
        const bool pair = reader_.peek() == '=';
        if (word->empty() || (unset && pair) || is_bracket(reader_.peek())) {
            reader_.fail("expected a word or name=value");
            return false;
        }
        if (unset) {
            argument.form = Argument::Form::unset;
            argument.key = std::move(*word);
        } else if (pair) {
            reader_.skip();
            argument.key = std::move(*word);
            if (!read_value(argument)) return false;
        } else if (*word == "where" && !command.words.empty()) {
            auto query = read_query(reader_);
            if (!query) return false;
            command.has_where = true;
            command.where = std::move(*query);
            return true;
        } else if (command.arguments.empty()) {
            command.words.push_back(std::move(*word));
            command.places.push_back(argument.at);
            return true;
        } else {
            argument.value = std::move(*word);
        }
    }
    command.arguments.push_back(std::move(argument));
    return true;
}

}  // namespace ppp::ctl::ros
