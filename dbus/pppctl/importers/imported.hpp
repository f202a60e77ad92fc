// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the importers of other programs' files make of them: edits, and a note on every line.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/edit.hpp"

namespace ppp::ctl::importers {

using edits::Edit;
using edits::Properties;

enum class Verdict : std::uint8_t {
    taken,       ///< it is in an edit; the message says as what
    not_needed,  ///< what it asks for is so without it
    not_taken,   ///< it is left out; the message says why
    wrong        ///< nothing can be imported while it is there
};
/// "taken", "not needed"
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// What became of one option, entry or line.
struct Note {
    std::string file;      ///< as it was named: any octets
    std::size_t line = 0;  ///< from 1; 0 is the file as a whole
    std::string text;      ///< as the file has it, printable, passwords as ***
    Verdict verdict = Verdict::taken;
    std::string message;  ///< printable; names no password
};

struct Imported {
    std::vector<Note> notes;  ///< in the order of the lines; those of an included file behind its option
    std::vector<Edit> edits;  ///< have passwords: never to be shown
    [[nodiscard]] bool failed() const;
};

struct Source {
    std::string path, text;
};
/// Gives the text of a file, or nullopt when it cannot be read.
using Reader = std::function<std::optional<std::string>(const std::string& path)>;

/// A name that an interface can have, made of any text: "my/isp" to "my-isp". "" when nothing is left.
[[nodiscard]] std::string interface_name(std::string_view text);
/// The part behind the last slash.
[[nodiscard]] std::string_view base_name(std::string_view path);
/// The keepalive-timeout of who asks each `interval` seconds and gives up after `failure` questions: ours
/// asks after that time and gives up after as long again.
[[nodiscard]] std::string keepalive(std::uint64_t interval, std::uint64_t failure);
/// All of the text as a number in C's notation (0x10, 010).
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text);
/// Four numbers with dots.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace ppp::ctl::importers
