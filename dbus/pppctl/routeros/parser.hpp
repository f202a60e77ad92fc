// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Parser: a text of RouterOS commands, one after the other.
///
/// It knows no menu and no property. Hostile input costs time in proportion to its length, and no recursion.
#pragma once
#include <optional>
#include <string_view>
#include "dbus/pppctl/routeros/ast.hpp"
#include "dbus/pppctl/routeros/reader.hpp"

namespace ppp::ctl::ros {

class Parser {
public:
    static constexpr std::size_t kMaxText = std::size_t{8} << 20U;
    static constexpr std::size_t kMaxArguments = 512;  ///< of one command

    /// @param text must outlive the parser; lines end with LF or CR LF.
    explicit Parser(std::string_view text);

    /// The next command or mistake; nullopt behind the last. After a mistake it goes on with the next line
    /// that does not continue the wrong one, or ends when an open brace makes it unclear where that is.
    [[nodiscard]] std::optional<Item> next();

private:
    bool read(Command& command);
    bool read_argument(Command& command);
    bool read_value(Argument& argument);
    bool read_script(Command& command);
    bool read_brackets(Argument& argument, Argument::Form found);
    void skip_comment();
    bool expect_blank();

    Reader reader_;
    bool too_long_;
};

/// Reads a condition up to the end of the command (or of the reader's text).
/// @return nullopt with the reader's error set.
[[nodiscard]] std::optional<Query> read_query(Reader& reader);

}  // namespace ppp::ctl::ros
