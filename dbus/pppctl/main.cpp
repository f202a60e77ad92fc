// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl: shows and steers pppmanagerd over D-Bus.
#include <algorithm>
#include <array>
#include <CLI/CLI.hpp>
#include <span>
#include "dbus/pppctl/complete.hpp"
#include "dbus/pppctl/help.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/speech.hpp"
#include "dbus/pppctl/text.hpp"
#include "dbus/pppctl/verbs.hpp"

namespace {

using namespace ppp::ctl;

constexpr const char* kExits =
    "Exit status: 0 done; 1 failed; 2 wrong usage; 3 pppmanagerd or the bus is not\n"
    "running; 4 no such object; 5 timed out; 6 not permitted.\n\n"
    "A RouterOS command is taken as it stands: pppctl /ppp active print\n"
    "Examples: pppctl VERB --help; more: man pppctl";

/// "secret add bob" is "add secret bob". @param words those behind the options that stand first.
void put_verb_first(const CLI::App& app, std::span<std::string> words) {
    constexpr std::array<std::string_view, 8> verbs{"add",     "set",  "remove", "enable",
                                                    "disable", "show", "list",   "explain"};
    if (words.size() < 2) return;
    const auto known = app.get_subcommands([&](const CLI::App* sub) { return sub->get_name() == words[0]; });
    if (known.empty() && std::ranges::find(verbs, words[1]) != verbs.end()) std::swap(words[0], words[1]);
}

int finish(const Outcome<>& outcome) {
    if (outcome) return static_cast<int>(Exit::ok);
    // The daemon's sentences may have several lines: the mistakes of a configuration.
    std::string text = outcome.error().text;
    std::string shown;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto newline = std::min(text.find('\n', begin), text.size());
        shown += (begin == 0 ? "" : "\n") + printable(text.substr(begin, newline - begin));
        begin = newline + 1;
    }
    put_aside("pppctl: " + shown + "\n");
    return static_cast<int>(outcome.error().status);
}

int run(int argc, char** argv) {
    CLI::App app{"Shows and steers the PPP sessions of this machine (pppmanagerd)."};
    app.name("pppctl");
    app.formatter(std::make_shared<HelpText>());
    app.set_help_flag("-h,--help", "this text");
    Arguments a;
    Chosen chosen;
    app.add_flag("--json", a.json, "machine-readable output; keys never change their meaning");
    app.add_flag("--no-color,--no-colour", a.no_colour, "no colours on the terminal (as NO_COLOR=1)");
    app.add_option("--address", a.address, "another bus than the system bus")->type_name("BUS");
    app.set_version_flag("--version", PPPMANAGER_VERSION, "the version");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(kExits);
    add_status_verbs({app, a, chosen, "See what is there"});
    add_change_verbs({app, a, chosen, "Change the configuration"});
    add_session_verbs({app, a, chosen, "Steer and watch sessions"});
    add_trace_verbs({app, a, chosen, "See what has happened"});
    // A word that begins with a slash begins a RouterOS command: all behind it is its own.
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words.front() == "__complete")
        return finish(print_candidates(app, {words.begin() + 1, words.end()}));
    auto first = words.begin();
    while (first != words.end() && first->starts_with('-'))
        first += *first == "--address" && words.end() - first > 1 ? 2 : 1;
    const std::vector<std::string> command(first, words.end());
    if (!command.empty() && command.front().starts_with('/')) {
        words.resize(words.size() - command.size());
        app.require_subcommand(0);
        chosen.verb = [&command](Context& c) { return speak(c, command); };
    } else {
        put_verb_first(app, {first, words.end()});
    }
    std::ranges::reverse(words);  // as the parser wants them
    try {
        app.parse(std::move(words));
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    auto bus = Bus::connect(a.address);
    const auto screen = Screen::of_stdout(a.no_colour);
    Outcome<> outcome;
    if (chosen.busless) {
        outcome = chosen.busless(bus, screen);
    } else {
        if (!bus) return finish(ppp::detail::unexpected<Problem>(bus.error()));
        Context context{*bus, screen, a.json, Exit::failed};
        outcome = chosen.verb(context);
    }
    if (outcome && !all_put()) return finish(problem(Exit::failed, "cannot write all of the output"));
    return finish(outcome);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        put_aside(std::string("pppctl: ") + e.what() + "\n");
        return static_cast<int>(Exit::failed);
    }
}
