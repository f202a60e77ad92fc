// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/spelling.hpp"
#include <algorithm>
#include <array>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/masking.hpp"

namespace ppp::ctl::ros {
namespace {

bool alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return alphanumeric(c) || others.find(c) != std::string_view::npos; });
}

std::string_view short_escape(char c) {
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '$':
            return "\\$";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return {};
    }
}

constexpr std::size_t kLongestShown = 60;

bool is_script(std::string_view property) {
    return property == "source" || property == "script" || property.ends_with("-script") ||
           property.starts_with("on-");
}

/// "https://u:pw@host/" as "https://***@host/". A password may have any sign but a blank.
std::string without_user(std::string_view text) {
    std::string out;
    for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://")) {
        out += text.substr(0, at + 3);
        text.remove_prefix(at + 3);
        const auto end = std::min(text.find_first_of(" \t\r\n\""), text.size());
        const auto sign = text.substr(0, end).rfind('@');
        if (sign == std::string_view::npos) continue;
        out += "***";
        text.remove_prefix(sign);
    }
    return out.append(text);
}

std::string shown_value(const Argument& argument) {
    const auto value = showable(argument.key, argument.value);
    if (!value) return is_script(argument.key) ? "{...}" : "***";
    switch (argument.form) {
        case Argument::Form::expression:
            return "(...)";
        case Argument::Form::find:
        case Argument::Form::pair_find:
            return "[find ...]";
        case Argument::Form::word:
        case Argument::Form::pair:
        case Argument::Form::unset:
            break;
    }
    // A script may hold a password anywhere.
    if (value->find('\n') != std::string::npos) return "{...}";
    if (!argument.quoted && all_of(*value, "-._:/,@+*")) return value->substr(0, kLongestShown);
    return quoted(*value, kLongestShown);
}

/// Where the value of `key=value`, `key~value` begins, or npos.
std::size_t value_begin(std::string_view word) {
    std::size_t i = 0;
    while (i < word.size() && (alphanumeric(word[i]) || word[i] == '-' || word[i] == '.')) ++i;
    const auto key_end = i;
    while (i < word.size() && i < key_end + 2 &&
           std::string_view("=~<>!").find(word[i]) != std::string_view::npos)
        ++i;
    return key_end == 0 || i == key_end ? std::string_view::npos : i;
}

/// Quoted already, or with brackets of its own.
bool as_it_stands(std::string_view value) {
    constexpr std::array<std::pair<char, char>, 4> pairs{{{'"', '"'}, {'[', ']'}, {'{', '}'}, {'(', ')'}}};
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return value.size() >= 2 && value.front() == pair.first && value.back() == pair.second;
    });
}

std::string command_word(std::string_view word) {
    if (as_it_stands(word) || word.starts_with('[') || word.ends_with(']')) return std::string(word);
    const auto begin = value_begin(word);
    if (begin == std::string_view::npos) {
        // Conditions have words such as `!disabled` and `(`.
        return all_of(word, "-._:/,@+*!()&|=~<>#") ? std::string(word) : rsc_value(word);
    }
    const auto value = word.substr(begin);
    return std::string(word.substr(0, begin)) + (as_it_stands(value) ? std::string(value) : rsc_value(value));
}

}  // namespace

std::string rsc_value(std::string_view value) {
    // A list keeps its commas; what begins with a sign could be taken for something else.
    if (!value.empty() && alphanumeric(value.front()) && all_of(value, "-._:/,@+*"))
        return std::string(value);
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (const auto escape = short_escape(c); !escape.empty()) {
            out += escape;
        } else if (octet < 0x20 || octet == 0x7F) {
            if (octet == 0) continue;
            out += '\\';
            out += digits[octet >> 4U];
            out += digits[octet & 0xFU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string shell_word(std::string_view value) {
    if (!value.empty() && all_of(value, "-._:/,@+%=")) return std::string(value);
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'')
            out += "'\\''";
        else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)
            out += c;
    }
    return out + '\'';
}

bool is_secret(std::string_view property) {
    constexpr std::array<std::string_view, 9> secrets{"password",
                                                      "secret",
                                                      "pin",
                                                      "passphrase",
                                                      "pre-shared-key",
                                                      "wpa-pre-shared-key",
                                                      "wpa2-pre-shared-key",
                                                      "private-key",
                                                      "ipsec-secret"};
    return std::find(secrets.begin(), secrets.end(), property) != secrets.end() ||
           property.ends_with("password") || property.ends_with("passphrase");
}

std::optional<std::string> showable(std::string_view property, std::string_view value) {
    const auto key = in_small_letters(property);
    // A mistyped password is a password still.
    if (key != "password-storage" &&
        (is_secret(key) || hints_at_password(key) || key == "http-data" || key.starts_with("http-header") ||
         !nearest(key, {"password", "secret", "passphrase"}).empty()))
        return {};
    // The name of a script, but none of its lines.
    if (is_script(key) && !all_of(value, "-._")) return {};
    const bool single = value.find_first_of("=: \t\"") == std::string_view::npos;
    if (!single && hints_at_password(value)) return {};
    return without_user(value);
}

std::string shown(const Command& command) {
    if (command.script) return "(script)";
    std::string out = command.absolute ? "/" : "";
    for (const auto& raw : command.words) {
        const auto word = showable("", raw).value_or("***");
        if (!out.empty() && out != "/") out += ' ';
        const auto text = quoted(word, kLongestShown);
        out += all_of(word, "-._:/,@+*<>") ? word.substr(0, kLongestShown) : text;
    }
    for (const auto& argument : command.arguments) {
        if (!out.empty()) out += ' ';
        if (argument.form == Argument::Form::unset) out += '!';
        if (!argument.key.empty())
            out += all_of(argument.key, "-._") ? argument.key.substr(0, kLongestShown)
                                               : quoted(argument.key, kLongestShown);
        if (argument.form == Argument::Form::unset) continue;
        if (!argument.key.empty()) out += '=';
        out += shown_value(argument);
    }
    return out + (command.has_where ? " where ..." : "");
}

std::string command_line(std::span<const std::string> words) {
    if (words.size() == 1) return words.front();
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + command_word(word);
    return out;
}

}  // namespace ppp::ctl::ros
