// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs that tell what has happened.
#include <CLI/CLI.hpp>
#include <memory>
#include "dbus/pppctl/log.hpp"
#include "dbus/pppctl/verbs.hpp"

namespace ppp::ctl {

void add_trace_verbs(const Verbs& verbs) {
    auto& a = verbs.arguments;
    verbs
        .add("ended", "sessions and attempts that are over, and why",
             "  pppctl ended\n  pppctl ended where server=lan opened=no\n"
             "  pppctl ended reason=auth-failed --json | jq '.[].name'",
             [&](Context& c) { return ended(c, a.conditions); })
        ->add_option("CONDITION", a.conditions,
                     "[where] key=value ...: all must hold; keys are those of --json");
    verbs
        .add("trace", "the last packets of a session, also when it is over",
             "  pppctl trace pppoe-out1\n  pppctl trace 4711\n"
             "  pppctl trace bob --json | jq '.packets[].packet'",
             [&](Context& c) { return trace(c, a.name); })
        ->add_option(
            "NAME", a.name,
            "a session by its ID, or whose: a client (its newest), a server (its last that failed), a user")
        ->required();
    verbs.add("statistics", "what the daemon did since it started, in sums",
              "  pppctl statistics\n  pppctl statistics --json | jq '.\"server-failed\"'",
              [](Context& c) { return statistics(c); });
    // Shared with the callback, which outlives this function.
    auto wanted = std::make_shared<LogWanted>();
    auto* log = verbs.add_busless(
        "log", "what the daemon wrote to the journal",
        "  pppctl log\n  pppctl log pppoe-out1 --since 1h\n  pppctl log 4711\n"
        "  pppctl log --follow --json | jq -c 'select(.level == \"warning\")'",
        [&a, wanted](Outcome<Bus>&, const Screen& screen) { return ppp::ctl::log(*wanted, screen, a.json); });
    log->add_option("NAME", wanted->name, "a client or server, or a session by its ID; without it all");
    log->add_option("--lines", wanted->lines, "only the newest so many (100 without --since)")
        ->type_name("N");
    log->add_option("--since", wanted->since, "2026-01-31 13:00, 13:00, today, yesterday, or an age: 1h30m")
        ->type_name("TIME");
    log->add_flag("--follow", wanted->follow, "go on with what comes, until Ctrl-C");
    log->add_option("--directory", wanted->directory, "the journal files of this directory")
        ->type_name("DIR");
    log->add_option("--file", wanted->file, "this journal file")->type_name("FILE");
}

}  // namespace ppp::ctl
