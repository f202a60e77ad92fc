// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Interpreter: runs RouterOS commands against a backend and reports on every one of them.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "dbus/pppctl/routeros/parser.hpp"
#include "dbus/pppctl/routeros/translate.hpp"

namespace ppp::ctl::ros {

/// What became of one command.
struct Report {
    enum class Kind : std::uint8_t {
        menu,     ///< it went to a menu
        changed,  ///< objects were changed
        done,     ///< something was shown or done
        answer,   ///< nothing was done here; the message says what does it
        failed    ///< nothing was done, or not all of it; the message says why
    };
    std::size_t line = 0, column = 0;  ///< from 1
    std::string command;               ///< one line without passwords; "" of what could not be read
    Kind kind = Kind::failed;
    std::string message;  ///< may have several lines only where an action shows something
    std::string data;     ///< what an action shows as one JSON value, where that was asked for
    std::string notes;    ///< of the message what is not the list of changed objects
};
/// "changed", "answer"
[[nodiscard]] std::string_view to_string(Report::Kind kind);

struct Outcome {
    std::vector<Report> reports;  ///< one for each command, in their order
    [[nodiscard]] std::size_t count(Report::Kind kind) const;
    [[nodiscard]] bool failed() const { return count(Report::Kind::failed) != 0; }
};

/// Remembers the menu from one run to the next, as a console does.
///
/// Edits reach the backend one by one, as they are met, and a failed command does not stop the next: whoever
/// wants all or nothing lets the backend collect the edits and commits them when the outcome has not failed.
class Interpreter {
public:
    /// @param backend outlives the interpreter.
    explicit Interpreter(Backend& backend, Options options = {})
        : backend_(backend), options_(std::move(options)) {}

    Outcome run(std::string_view text);
    /// The menu that relative commands begin in: "interface pppoe-client"; "" is the root.
    [[nodiscard]] const std::string& menu() const { return menu_; }

private:
    Report run(const Command& command);
    Result<> take(const Step& step, Report& report);

    Backend& backend_;
    Options options_;
    std::string menu_;
    std::set<std::pair<std::string, std::string>> replaced_;
};

}  // namespace ppp::ctl::ros
