// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What may come next on a command line: by the hidden verb, and as bash shows it.
#include <doctest/doctest.h>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include "dbus/pppctl/complete.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {

using Words = std::vector<std::string>;

Words lines_of(const std::string& text) {
    Words out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        out.push_back(text.substr(at, std::min(end, text.find('\t', at)) - at));
        at = end == std::string::npos ? text.size() : end + 1;
    }
    return out;
}

Words candidates(const Finished& finished) {
    CHECK(finished.status == 0);
    CHECK(finished.err.empty());
    return lines_of(finished.out);
}

struct CompletionBench : BusBench {
    CompletionBench() {
        service.add_client("wan1", [](auto& s) { s.parent = "eth1"; });
        service.add_server("lan", [](auto& s) { s.enabled = true; });
        service.open_session("ann", [](auto& row) { row.address = "10.1.0.7"; });
        serve();
        for (const Words& words : {Words{"add", "pool", "homes", "ranges=10.0.0.2-10.0.0.9"},
                                   Words{"add", "profile", "gold", "remote-address=homes"},
                                   Words{"add", "pppoe-client", "wan1", "interface=eth1", "user=ann"},
                                   Words{"add", "pool", "with blank", "ranges=10.0.1.2"}})
            REQUIRE(pppctl(words).status == 0);
    }
    Finished pppctl(Words words) {
        words.insert(words.begin(), PPPCTL_PATH);
        return run([&] { return Program(std::move(words)).finish(); });
    }
    Words after(Words words) {
        words.insert(words.begin(), "__complete");
        return candidates(pppctl(std::move(words)));
    }
    /// What a shell prints that runs `script` with a file of packaging/completion as $FILE and pppctl as
    /// $PPPCTL.
    Words shell(Words command, const char* file, const std::string& script, const std::string& line) {
        const auto path = std::filesystem::path(TEST_ROOT) / "../packaging/completion" / file;
        command.insert(command.begin(), {"/usr/bin/env", "HOME=/nonexistent", "FILE=" + path.string(),
                                         std::string("PPPCTL=") + PPPCTL_PATH, "LINE=" + line});
        command.push_back(script);
        return candidates(run([&] { return Program(command).finish(); }));
    }
    /// What bash has in COMPREPLY for a line, the cursor at its end.
    Words bash(const std::string& line) {
        return shell(
            {"bash", "-c"}, "pppctl.bash",
            "source \"$FILE\"; COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'; COMP_LINE=\"$PPPCTL $LINE\"; "
            "COMP_POINT=${#COMP_LINE}; _pppctl; "
            "((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"",
            line);
    }
    /// What the function for zsh hands to zsh's own, of the words of a line.
    Words zsh(const std::string& line) {
        return shell({"zsh", "-f", "-c"}, "_pppctl",
                     "_files() { print files }; _describe() { local n=$2; print -rl -- \"${(@P)n%%:*}\" }; "
                     "complete_it() { local -a words=(\"$PPPCTL\" \"${(@s: :)LINE}\"); "
                     "local CURRENT=$#words; source \"$FILE\" }; complete_it | sed '/^$/d'",
                     line);
    }
    /// What fish offers.
    Words fish(const std::string& line) {
        return shell({"fish", "--no-config", "-c"}, "pppctl.fish",
                     "source $FILE; complete -C \"$PPPCTL $LINE\"", line);
    }
};

bool offers(const Words& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("what a property takes is read out of the daemon's own words") {
    using ctl::enumerated;
    CHECK(enumerated("yes or no") == Words{"yes", "no"});
    CHECK(enumerated("any, pppoe, pptp or l2tp") == Words{"any", "pppoe", "pptp", "l2tp"});
    CHECK(enumerated("a list of ppp, login and dot1x") == Words{"ppp", "login", "dot1x"});
    CHECK(enumerated("a number from 68 to 65535 or auto") == Words{"auto"});
    CHECK(enumerated("a duration from 1s to 1d such as 30, 30s or 1h30m").empty());
    CHECK(enumerated("a text of at most 255 octets").empty());
    CHECK(enumerated("").empty());
}

TEST_CASE_FIXTURE(CompletionBench,
                  "verbs and options are those of the program, and hidden ones stay hidden") {
    const auto verbs = after({""});
    for (const auto* verb : {"status", "doctor", "add", "up", "import", "kick"}) CHECK(offers(verbs, verb));
    CHECK_FALSE(offers(verbs, "__complete"));
    CHECK(after({"mon"}) == Words{"monitor"});
    CHECK(after({"--json", "mon"}) == Words{"monitor"});
    CHECK(after({"--address", "/none", "mon"}) == Words{"monitor"});
    CHECK(after({"up", "--t"}) == Words{"--timeout"});
    CHECK(offers(after({"up", "--"}), "--json"));
    CHECK(after({"up", "--timeout", ""}).empty());
    CHECK(after({"fly", "x"}).empty());
    CHECK(after({}) == verbs);
}

TEST_CASE_FIXTURE(CompletionBench, "names are those that the verb takes") {
    CHECK(after({"up", ""}) == Words{"wan1"});
    CHECK(after({"up", "wan1", ""}).empty());
    CHECK(after({"status", ""}) == Words{"lan", "wan1"});
    CHECK(after({"doctor", "l"}) == Words{"lan"});
    CHECK(after({"kick", ""}) == Words{"1"});
    CHECK(after({"import", ""}) == Words{":files"});
    CHECK(after({"explain", "pppoe-c"}) == Words{"pppoe-client"});
    CHECK(after({"list", "cl"}) == Words{"clients"});
    CHECK(after({"list", "poo"}) == Words{"pool"});
    CHECK(after({"active", "where", "na"}) == Words{"name="});
    CHECK(after({"active", "name=x", "serv"}) == Words{"server=", "service="});
}

TEST_CASE_FIXTURE(CompletionBench, "objects are of the kind that was typed, or of any") {
    CHECK(after({"show", "pool", ""}) == Words{"homes"});  // a name with a blank is typed by hand
    CHECK(after({"show", "go"}) == Words{"gold"});
    CHECK(after({"remove", "prof"}) == Words{"profile"});
    CHECK(after({"add", "profile", ""}) == after({"add", "profile", "new", ""}));
    CHECK(offers(after({"add", "profile", "new", ""}), "only-one="));
}

TEST_CASE_FIXTURE(CompletionBench, "properties and their values are those of the kind") {
    CHECK(after({"set", "wan1", "max-m"}) == Words{"max-mru=", "max-mtu="});
    CHECK(after({"set", "pppoe-client", "wan1", "passw"}) == Words{"password", "password-storage="});
    CHECK(after({"set", "wan1", "!max-mtu"}) == Words{"!max-mtu"});
    CHECK(after({"set", "wan1", "disabled="}) == Words{"disabled=no", "disabled=yes"});
    CHECK(after({"set", "wan1", "max-mtu=1480", "profile=g"}) == Words{"profile=gold"});
    CHECK(after({"set", "profile", "gold", "remote-address=h"}) == Words{"remote-address=homes"});
    CHECK(offers(after({"add", "pppoe-client", "x", "interface="}), "interface=lo") == false);
    CHECK(after({"set", "nothing", ""}).empty());
}

TEST_CASE_FIXTURE(CompletionBench, "bash gets the rest of a word behind its own cuts") {
    CHECK(bash("mon") == Words{"monitor"});
    CHECK(bash("--json up w") == Words{"wan1"});
    CHECK(bash("set wan1 disabled=") == Words{"no", "yes"});
    CHECK(bash("set wan1 max-m") == Words{"max-mru=", "max-mtu="});
    CHECK(bash("kick ") == Words{"1"});
    CHECK(bash("import ").empty());
    CHECK(bash("fly me to ").empty());
}

TEST_CASE_FIXTURE(CompletionBench, "zsh and fish offer the same") {
    for (const auto& offer : {std::function([&](const std::string& l) { return zsh(l); }),
                              std::function([&](const std::string& l) { return fish(l); })}) {
        CHECK(offer("mon") == Words{"monitor"});
        CHECK(offer("--json up w") == Words{"wan1"});
        CHECK(offer("set wan1 max-m") == Words{"max-mru=", "max-mtu="});
        CHECK(offer("set wan1 disabled=") == Words{"disabled=no", "disabled=yes"});
        CHECK(offer("fly me to ").empty());
    }
    CHECK(zsh("import ") == Words{"files"});
}

TEST_CASE("without a daemon, and without a bus, the words that are always there come all the same") {
    const auto ask = [](Words words) {
        words.insert(words.begin(), {PPPCTL_PATH, "__complete"});
        const auto before = std::chrono::steady_clock::now();
        auto found = candidates(Program(std::move(words)).finish());
        CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
        return found;
    };
    {
        PrivateBus bus;
        CHECK(ask({"mon"}) == Words{"monitor"});
        CHECK(ask({"up", ""}).empty());
        CHECK(ask({"list", ""}) == Words{"clients", "kinds", "servers"});
    }
    CHECK(ask({"mon"}) == Words{"monitor"});
    CHECK(ask({"--address", "unix:path=/nonexistent/bus", "set", "x", ""}).empty());
}
