// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs that show what there is.
#include <CLI/CLI.hpp>
#include "dbus/pppctl/doctor/doctor.hpp"
#include "dbus/pppctl/verbs.hpp"

namespace ppp::ctl {

namespace {

CLI::App* subcommand(const Verbs& verbs, const char* name, const char* help, const std::string& examples) {
    auto* sub = verbs.app.add_subcommand(name, help)->group(verbs.topic);
    sub->footer("Examples:\n" + examples);
    return sub;
}

}  // namespace

CLI::App* Verbs::add(const char* name, const char* help, const std::string& examples, Verb run) const {
    auto* sub = subcommand(*this, name, help, examples);
    sub->callback([&verb = chosen.verb, run = std::move(run)] { verb = run; });
    return sub;
}

void Verbs::add_show_secrets(CLI::App* verb) const {
    verb->add_flag("--show-secrets", arguments.show_secrets, "with the passwords, if polkit permits");
}

CLI::App* Verbs::add_busless(const char* name, const char* help, const std::string& examples,
                             BuslessVerb run) const {
    auto* sub = subcommand(*this, name, help, examples);
    sub->callback([&verb = chosen.busless, run = std::move(run)] { verb = run; });
    return sub;
}

void add_status_verbs(const Verbs& verbs) {
    auto& a = verbs.arguments;
    verbs
        .add("status", "all clients and servers, or everything about one",
             "  pppctl status\n  pppctl status pppoe-out1\n  pppctl --json status | jq '.clients[].status'",
             [&](Context& c) { return status(c, a.name); })
        ->add_option("NAME", a.name, "a client or server");
    verbs
        .add("list", "clients, servers, or the objects of one kind as a table",
             "  pppctl list\n  pppctl list clients\n  pppctl list secret --json",
             [&](Context& c) { return list(c, a.kind); })
        ->add_option("KIND", a.kind, "clients, servers, kinds, or a kind of object; without it the kinds");
    auto* show_verb = verbs.add("show", "one object of the configuration with all its properties",
                                "  pppctl show pppoe-out1\n  pppctl show profile default --json\n"
                                "  pppctl show secret bob --show-secrets",
                                [&](Context& c) { return show(c, a.change.words, a.show_secrets); });
    show_verb
        ->add_option("[KIND] NAME", a.change.words, "an object; the kind where the name alone is not enough")
        ->required();
    verbs.add_show_secrets(show_verb);
    verbs
        .add("explain", "the properties of a kind: what they mean, what they take",
             "  pppctl explain pppoe-client", [&](Context& c) { return explain_kind(c, a.kind); })
        ->add_option("KIND", a.kind, "a kind; see: pppctl list")
        ->required();
    verbs
        .add("active", "the sessions that are up",
             "  pppctl active\n  pppctl active where service=pppoe server=lan\n  pppctl active "
             "caller-id=02:00:00:00:00:07",
             [&](Context& c) { return active(c, a.conditions); })
        ->add_option("CONDITION", a.conditions,
                     "[where] key=value ...: all must hold; keys are those of --json");
    verbs
        .add_busless(
            "doctor", "what keeps a session from working, and what to do about it",
            "  pppctl doctor\n  sudo pppctl doctor pppoe-out1\n"
            "  pppctl doctor --json | jq '.findings[] | select(.verdict != \"ok\")'",
            [&](Outcome<Bus>& bus, const Screen& screen) { return doctor::run(bus, screen, a.json, a.name); })
        ->add_option("NAME", a.name, "a client or server; without it all of them");
}

}  // namespace ppp::ctl
