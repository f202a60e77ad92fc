// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/session.hpp"
#include <algorithm>
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"

namespace ppp::ctl::ros {
namespace {

std::string_view done(Edit::Verb verb) {
    switch (verb) {
        case Edit::Verb::add:
            return "added ";
        case Edit::Verb::set:
            return "changed ";
        case Edit::Verb::remove:
            return "removed ";
    }
    return "";
}

void say(std::string& message, std::string_view text, std::string_view between = "; ") {
    if (text.empty()) return;
    if (!message.empty()) message += between;
    message += text;
}

/// The weightiest of several steps names the whole.
void raise(Report& report, Report::Kind kind, bool first) {
    if (first || report.kind == Report::Kind::answer) report.kind = kind;
}

}  // namespace

std::string_view to_string(Report::Kind kind) {
    switch (kind) {
        case Report::Kind::menu:
            return "menu";
        case Report::Kind::changed:
            return "changed";
        case Report::Kind::done:
            return "done";
        case Report::Kind::answer:
            return "answer";
        case Report::Kind::failed:
            return "failed";
    }
    return "";
}

std::size_t Outcome::count(Report::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(reports.begin(), reports.end(), [&](const Report& r) { return r.kind == kind; }));
}

Result<> Interpreter::take(const Step& step, Report& report) {
    if (const auto* edit = std::get_if<Edit>(&step)) {
        PPP_CHECK(backend_.edit(*edit));
        say(report.message, std::string(done(edit->verb)) + edit->kind + ' ' + quoted(edit->name));
    } else if (const auto* action = std::get_if<Action>(&step)) {
        PPP_TRY(auto shown, backend_.act(*action));
        say(report.message, shown.text);
        report.data = std::move(shown.data);
    } else if (const auto* answer = std::get_if<Answer>(&step)) {
        const auto text = answer->tool.empty() ? answer->text : answer->tool + ": " + answer->text;
        // Below what an action shows, which may have lines of its own.
        say(report.message, text, report.kind == Report::Kind::done ? "\n" : "; ");
        say(report.notes, text);
    }
    return {};
}

Report Interpreter::run(const Command& command) {
    Report report{.line = command.at.line,
                  .column = command.at.column,
                  .command = shown(command),
                  .kind = Report::Kind::failed,
                  .message = {},
                  .data = {},
                  .notes = {}};
    if (command.script) {
        report.kind = Report::Kind::answer;
        report.message = "sh: RouterOS' language is not run here; write a shell script that calls pppctl";
        return report;
    }
    const auto place = locate(command, menu_);
    if (!place) {
        report.message = place.error().what;
        return report;
    }
    if (place->verb.empty() && place->arguments.empty()) {
        menu_ = place->path;
        report.kind = Report::Kind::menu;
        report.message = "in /" + menu_;
        return report;
    }
    const auto steps = translate({command, *place, backend_, options_, replaced_});
    if (!steps) {
        report.message = steps.error().what;
        return report;
    }
    bool first = true;
    for (const auto& step : *steps) {
        if (auto taken = take(step, report); !taken) {
            report.kind = Report::Kind::failed;
            say(report.message, taken.error().what);
            return report;
        }
        raise(report,
              std::holds_alternative<Edit>(step)     ? Report::Kind::changed
              : std::holds_alternative<Action>(step) ? Report::Kind::done
                                                     : Report::Kind::answer,
              first);
        first = false;
    }
    return report;
}

Outcome Interpreter::run(std::string_view text) {
    Outcome outcome;
    Parser parser(text);
    while (const auto item = parser.next()) {
        if (const auto* error = std::get_if<ParseError>(&*item))
            outcome.reports.push_back({.line = error->at.line,
                                       .column = error->at.column,
                                       .command = {},
                                       .kind = Report::Kind::failed,
                                       .message = error->text,
                                       .data = {},
                                       .notes = {}});
        else
            outcome.reports.push_back(run(std::get<Command>(*item)));
    }
    return outcome;
}

}  // namespace ppp::ctl::ros
