// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs of the command line by topic: their words, options, help and examples. A verb is added in
/// one place here; help and completion are taken from it.
#pragma once
#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/import.hpp"

namespace ppp::ctl {

/// What was typed; a verb looks at what it asked for.
struct Arguments {
    bool json = false, no_colour = false, no_wait = false, show_secrets = false;
    std::string address, name, interface, kind;
    std::vector<std::string> conditions;
    Change change;
    ImportWish wish;
    std::uint32_t seconds = 5, timeout = 60;
    std::uint64_t session = 0;
};

using Verb = std::function<Outcome<>(Context&)>;
/// A verb that works without a bus too; `bus` is the connection, or why there is none.
using BuslessVerb = std::function<Outcome<>(Outcome<Bus>& bus, const Screen& screen)>;

/// The verb that was typed: one of the two.
struct Chosen {
    Verb verb;
    BuslessVerb busless;
};

/// Fills an app with verbs. `app`, `arguments` and `chosen` outlive the parsing.
struct Verbs {
    CLI::App& app;
    Arguments& arguments;
    Chosen& chosen;
    std::string topic{};  ///< the heading in `pppctl --help`

    /// @param examples whole lines, each begun by two blanks.
    /// @param run what the verb does when it is the one that was typed.
    CLI::App* add(const char* name, const char* help, const std::string& examples, Verb run) const;
    /// Lets a verb show passwords.
    void add_show_secrets(CLI::App* verb) const;
    CLI::App* add_busless(const char* name, const char* help, const std::string& examples,
                          BuslessVerb run) const;
};

/// status, list, show, explain, active, doctor.
void add_status_verbs(const Verbs& verbs);
/// add, set, remove, enable, disable, import, export, check, reload.
void add_change_verbs(const Verbs& verbs);
/// up, down, scan, monitor, kick.
void add_session_verbs(const Verbs& verbs);
/// ended, trace, statistics, log.
void add_trace_verbs(const Verbs& verbs);

}  // namespace ppp::ctl
