// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl: shows and steers pppmanagerd over D-Bus.
#include <CLI/CLI.hpp>
#include <functional>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/speech.hpp"
#include "dbus/pppctl/text.hpp"

namespace {

using namespace ppp::ctl;
namespace ctl = ppp::ctl;

constexpr const char* kExits =
    "Exit status: 0 done; 1 failed; 2 wrong usage; 3 pppmanagerd or the bus is not running;\n"
    "4 no such object; 5 timed out; 6 not permitted.";

struct Arguments {
    bool json = false, no_colour = false, no_wait = false;
    std::string address, name, interface, kind;
    std::vector<std::string> conditions;
    Change change;
    std::uint32_t seconds = 5, timeout = 60;
    std::uint64_t session = 0;
};

using Verb = std::function<Outcome<>(Context&)>;

void add_verbs(CLI::App& app, Arguments& a, Verb& verb) {
    const auto add = [&](const char* name, const char* help, const char* examples, Verb run) {
        auto* sub = app.add_subcommand(name, help);
        sub->footer(std::string("Examples:\n") + examples);
        sub->callback([&verb, run = std::move(run)] { verb = run; });
        return sub;
    };
    add("status", "all clients and servers, or everything about one",
        "  pppctl status\n  pppctl status pppoe-out1\n  pppctl --json status | jq '.clients[].status'",
        [&](Context& c) { return status(c, a.name); })
        ->add_option("NAME", a.name, "a client or server");
    add("list", "clients, servers, or the objects of one kind as a table",
        "  pppctl list\n  pppctl list clients\n  pppctl list secret --json",
        [&](Context& c) { return list(c, a.kind); })
        ->add_option("KIND", a.kind, "clients, servers, kinds, or a kind of object; without it the kinds");
    add("show", "one object of the configuration with all its properties",
        "  pppctl show pppoe-out1\n  pppctl show profile default --json",
        [&](Context& c) { return show(c, a.change.words); })
        ->add_option("[KIND] NAME", a.change.words, "an object; the kind where the name alone is not enough")
        ->required();
    add("explain", "the properties of a kind: what they mean, what they take",
        "  pppctl explain pppoe-client", [&](Context& c) { return explain_kind(c, a.kind); })
        ->add_option("KIND", a.kind, "a kind; see: pppctl list")
        ->required();
    const auto add_change = [&](CLI::App* sub, const char* words) {
        sub->add_option(words, a.change.words)->required();
        sub->add_flag("--dry-run", a.change.dry_run, "say what would change and which sessions would end");
        sub->add_option("--revision", a.change.revision, "refuse unless this configuration is in force");
        sub->add_flag("--password-in-arguments", a.change.password_in_arguments,
                      "take password=... although every user can see it");
    };
    add_change(add("add", "a new object of the configuration",
                   "  pppctl add pppoe-client pppoe-out1 interface=eth1 user=me password disabled=no\n"
                   "  echo s3cret | pppctl add secret bob password service=pppoe profile=homes",
                   [&](Context& c) { return ctl::add(c, a.change); }),
               "KIND [NAME] key=value...");
    add_change(add("set", "new values for an object; !key gives a key its default again",
                   "  pppctl set pppoe-out1 max-mtu=1480\n  pppctl set secret bob password\n"
                   "  pppctl set profile homes '!rate-limit' --dry-run",
                   [&](Context& c) { return set(c, a.change); }),
               "[KIND] NAME key=value...");
    add_change(add("remove", "an object less", "  pppctl remove secret bob",
                   [&](Context& c) { return ctl::remove(c, a.change); }),
               "[KIND] NAME");
    add_change(add("enable", "let an object act", "  pppctl enable pppoe-out1",
                   [&](Context& c) { return enable(c, a.change, true); }),
               "[KIND] NAME");
    add_change(add("disable", "keep an object and let it do nothing", "  pppctl disable pppoe-out1",
                   [&](Context& c) { return enable(c, a.change, false); }),
               "[KIND] NAME");
    auto* importer = add("import", "RouterOS commands from a file, in one transaction",
                         "  pppctl import export.rsc --dry-run\n  pppctl import export.rsc",
                         [&](Context& c) { return import_file(c, a.name, a.change); });
    importer->add_option("FILE", a.name, "the file; - is standard input")->required();
    importer->add_flag("--dry-run", a.change.dry_run, "say what would change and which sessions would end");
    add("export", "the configuration as RouterOS commands, without passwords", "  pppctl export > export.rsc",
        [](Context& c) { return export_config(c); });
    add("check", "what a config.json would change, or what is wrong with it",
        "  pppctl check /etc/pppmanager/config.json.edited", [&](Context& c) { return check(c, a.name); })
        ->add_option("FILE", a.name, "the file; - is standard input")
        ->required();
    add("active", "the sessions that are up",
        "  pppctl active\n  pppctl active where service=pppoe server=lan\n  pppctl active "
        "caller-id=02:00:00:00:00:07",
        [&](Context& c) { return active(c, a.conditions); })
        ->add_option("CONDITION", a.conditions,
                     "[where] key=value ...: all must hold; keys are those of --json");
    const auto add_waiting = [&](CLI::App* sub) {
        sub->add_option("NAME", a.name, "a client")->required();
        sub->add_flag("--no-wait", a.no_wait, "do not wait for the result");
        sub->add_option("--timeout", a.timeout, "seconds to wait for the result (60)")
            ->check(CLI::Range(1, 86400));
    };
    add_waiting(add("up", "connect a client now and wait until it is connected",
                    "  pppctl up pppoe-out1\n  pppctl up pppoe-out1 --timeout 10 || echo still down",
                    [&](Context& c) {
                        return up(c, {a.name, !a.no_wait, a.timeout});
                    }));
    add_waiting(add("down", "disconnect a client and keep it down until `up`",
                    "  pppctl down pppoe-out1\n  pppctl down pppoe-out1 --no-wait", [&](Context& c) {
                        return down(c, {a.name, !a.no_wait, a.timeout});
                    }));
    auto* scanner = add("scan", "which PPPoE services are there on an interface",
                        "  pppctl scan eth1\n  pppctl scan eth1 --seconds 20 --json",
                        [&](Context& c) { return scan(c, a.interface, a.seconds); });
    scanner->add_option("INTERFACE", a.interface, "an Ethernet-like interface")->required();
    scanner->add_option("--seconds", a.seconds, "how long to listen, 1 to 60 (5)")->check(CLI::Range(1, 60));
    add("monitor", "one client or server, live, until Ctrl-C",
        "  pppctl monitor pppoe-out1\n  pppctl monitor pppoe-out1 --json | jq -c 'select(.state)'",
        [&](Context& c) { return monitor(c, a.name); })
        ->add_option("NAME", a.name, "a client or server")
        ->required();
    add("kick", "end one session",
        "  pppctl kick 4711\n  pppctl kick $(pppctl active name=ann --json | jq '.[0].id')",
        [&](Context& c) { return kick(c, a.session); })
        ->add_option("SESSION", a.session, "its ID in `pppctl active`")
        ->required();
    add("reload", "read the configuration files again", "  pppctl reload",
        [](Context& c) { return reload(c); });
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
    Arguments a;
    Verb verb;
    app.add_flag("--json", a.json, "machine-readable output; keys never change their meaning");
    app.add_flag("--no-color,--no-colour", a.no_colour, "no colours on the terminal (as NO_COLOR=1)");
    app.add_option("--address", a.address, "another bus than the system bus");
    app.set_version_flag("--version", PPPMANAGER_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(kExits);
    add_verbs(app, a, verb);
    // A word that begins with a slash begins a RouterOS command: all behind it is its own.
    const std::vector<std::string> words(argv + 1, argv + argc);
    auto first = words.begin();
    while (first != words.end() && first->starts_with('-'))
        first += *first == "--address" && words.end() - first > 1 ? 2 : 1;
    const std::vector<std::string> command(first, words.end());
    if (!command.empty() && command.front().starts_with('/')) {
        argc -= static_cast<int>(command.size());
        app.require_subcommand(0);
        verb = [&command](Context& c) { return speak(c, command); };
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    auto bus = Bus::connect(a.address);
    if (!bus) return finish(ppp::detail::unexpected<Problem>(bus.error()));
    Context context{*bus, Screen::of_stdout(a.no_colour), a.json, Exit::failed};
    const auto outcome = verb(context);
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
