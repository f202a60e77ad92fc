// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Events with real programs: order, limits, time, output.
#include <doctest/doctest.h>
#include <signal.h>
#include <algorithm>
#include <sstream>
#include "dbus/dispatcher/dispatcher.hpp"
#include "support/log_capture.hpp"
#include "support/scripts.hpp"
#include "support/turn_until.hpp"

using namespace ppp;
using namespace ppp::dispatcher;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

struct RunBench {
    LogCapture log;
    Scripts scripts;
    std::unique_ptr<EventLoop> loop = std::move(EventLoop::create().value());
    std::unique_ptr<Dispatcher> dispatcher;

    explicit RunBench(Dispatcher::Limits limits = {}) {
        dispatcher = std::make_unique<Dispatcher>(*loop, Log(log), scripts.trust(), limits);
    }
    void event(bool up, const std::string& interface, const std::string& command = {}) const {
        Event e;
        e.up = up;
        e.interface = interface;
        e.command = command;
        dispatcher->add(std::move(e));
    }
    void until(const std::function<bool()>& condition) const { turn_until(*loop, condition); }
    void settle() const {
        until([&] { return dispatcher->running() == 0 && dispatcher->waiting() == 0; });
    }
    [[nodiscard]] long lines(std::string_view part) const {
        return std::ranges::count_if(log.lines,
                                     [&](const auto& l) { return l.second.find(part) != std::string::npos; });
    }
};

/// Waits in the file as well: orphans are reaped by whoever adopts them, perhaps never.
bool alive(const std::string& pid) {
    std::ifstream stat("/proc/" + pid + "/stat");
    std::string text;
    std::getline(stat, text);
    const auto name_end = text.rfind(')');
    return name_end != std::string::npos && text.at(name_end + 2) != 'Z';
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE_FIXTURE(RunBench, "a program has its arguments, a clean environment and nothing of ours") {
    ::setenv("LEAKED", "yes", 1);
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    ::signal(SIGHUP, SIG_IGN);
    const int leaked = ::dup(0);  // without close-on-exec
    const auto hook =
        scripts.add("hook",
                    "env > env; cat > stdin; ls -l /proc/self/fd > fds\n"
                    "grep -E 'Sig(Blk|Ign)' /proc/self/status > signals\n"
                    "cut -d' ' -f5,6 /proc/$$/stat > group; echo $$ > pid; readlink /proc/$PPID/cwd\n"
                    "printf '%s|' \"$@\" > arguments");
    event(true, "ppp0", hook + " one 'two words'");
    settle();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::signal(SIGHUP, SIG_DFL);
    ::close(leaked);
    ::unsetenv("LEAKED");
    CHECK(scripts.read("arguments") == "one|two words|");
    const auto env = scripts.read("env");
    CHECK(env.find("LEAKED") == std::string::npos);
    CHECK(env.find("PPP_INTERFACE=ppp0\n") != std::string::npos);
    CHECK(scripts.read("stdin").empty());
    // 0, 1, 2, and the directory that ls itself has open.
    const auto fds = scripts.read("fds");
    CHECK(fds.find(" 0 -> /dev/null") != std::string::npos);
    CHECK(std::ranges::count(fds, '>') == 4);
    std::istringstream signals(scripts.read("signals"));
    // The C library keeps signals 32 and 33 for itself.
    for (std::string name, mask; signals >> name >> mask;)
        CHECK((std::stoull(mask, nullptr, 16) & 0x7fffffff) == 0);
    const auto pid = first_line(scripts.read("pid"));
    CHECK(first_line(scripts.read("group")) == pid + " " + pid);
}

TEST_CASE_FIXTURE(RunBench, "a program runs in the root directory") {
    event(true, "ppp0", "/bin/pwd");
    settle();
    CHECK(log.has("'/bin/pwd': /"));
}

TEST_CASE_FIXTURE(RunBench,
                  "the profile's program comes first, then the directory's by name, up before down") {
    const auto hook = scripts.add("hook", "echo hook $PPP_EVENT >> order");
    scripts.add("dispatcher.d/20-b", "echo b $1 $2 >> order");
    scripts.add("dispatcher.d/10-a", "echo a $1 $2 >> order");
    event(true, "ppp0", hook);
    event(false, "ppp0", hook);
    settle();
    CHECK(scripts.read("order") == "hook up\na up ppp0\nb up ppp0\nhook down\na down ppp0\nb down ppp0\n");
}

TEST_CASE_FIXTURE(RunBench, "down waits for up of its interface, and other interfaces do not") {
    scripts.add("dispatcher.d/hook", "if [ $2.$1 = ppp0.up ]; then " + kWait + "fi\necho $2 $1 >> order");
    event(true, "ppp0");
    event(false, "ppp0");
    event(true, "ppp0");
    event(true, "ppp1");
    event(false, "ppp1");
    until([&] { return dispatcher->running() == 1; });
    CHECK(scripts.read("order") == "ppp1 up\nppp1 down\n");
    CHECK(dispatcher->waiting() == 2);
    scripts.open_gate();
    settle();
    CHECK(scripts.read("order") == "ppp1 up\nppp1 down\nppp0 up\nppp0 down\nppp0 up\n");
}

TEST_CASE_FIXTURE(RunBench, "at most eight programs run at once") {
    scripts.add("dispatcher.d/hook", "echo $$ >> pids\n" + kWait);
    for (int i = 0; i < 12; ++i) event(true, "ppp" + std::to_string(i));
    until([&] { return std::ranges::count(scripts.read("pids"), '\n') == 8; });
    CHECK(dispatcher->running() == 8);
    CHECK(dispatcher->waiting() == 4);
    scripts.open_gate();
    settle();
    CHECK(std::ranges::count(scripts.read("pids"), '\n') == 12);
}

TEST_CASE("over the limit the oldest events that have not begun are dropped, with one warning") {
    RunBench bench({.programs = 1, .queue = 3, .program = {}});
    bench.log.expect(
        "2 events were dropped, the oldest first, and nothing was run for them: more than 3 were "
        "waiting; the programs take too long");
    bench.scripts.add("dispatcher.d/hook", kWait + "echo $2 $1 >> order");
    bench.event(true, "a");  // begins
    bench.event(false, "a");
    bench.event(true, "b");
    for (const auto* name : {"c", "d", "e"}) bench.event(true, name);
    CHECK(bench.dispatcher->waiting() == 3);
    CHECK(bench.dispatcher->dropped() == 2);
    bench.scripts.open_gate();
    bench.settle();
    CHECK(bench.scripts.read("order") == "a up\nc up\nd up\ne up\n");
    bench.until([&] { return bench.lines("were dropped") == 1; });
}

TEST_CASE("a program that takes too long is killed with its whole process group") {
    RunBench bench({.program = {.run = 200ms, .grace = 100ms}});
    bench.log.expect("did not end in 0 s and was killed");
    const auto hook =
        bench.scripts.add("hook",
                          "trap '' TERM\n"
                          "(trap '' TERM; while [ -e dispatcher.d ]; do sleep 0.05; done) & echo $! > child\n"
                          "echo $$ > pid; while [ -e dispatcher.d ]; do sleep 0.05; done");
    bench.event(true, "ppp0", hook);
    bench.event(false, "ppp0", bench.scripts.add("next", "echo ran > next-ran"));
    bench.settle();
    CHECK(bench.lines("for up of ppp0 did not end in 0 s and was killed") == 1);
    CHECK(bench.scripts.read("next-ran") == "ran\n");
    const auto pid = first_line(bench.scripts.read("pid")), child = first_line(bench.scripts.read("child"));
    REQUIRE_FALSE(pid.empty());
    REQUIRE_FALSE(child.empty());
    bench.until([&] { return !alive(pid) && !alive(child); });
}

TEST_CASE("a program that obeys SIGTERM takes its disobedient children with it") {
    RunBench bench({.program = {.run = 200ms, .grace = 1h}});
    bench.log.expect("was killed");
    const auto hook = bench.scripts.add("hook",
                                        "(trap '' TERM; while [ -e dispatcher.d ]; do sleep 0.05; done) & "
                                        "echo $! > child\necho ready; sleep 1000");
    bench.event(true, "ppp0", hook);
    bench.settle();
    const auto child = first_line(bench.scripts.read("child"));
    REQUIRE_FALSE(child.empty());
    bench.until([&] { return !alive(child); });
}

TEST_CASE_FIXTURE(RunBench, "a program that fails is a warning that names it, the event and the interface") {
    const auto hook = scripts.add("hook", "exit 3");
    const auto dies = scripts.add("dispatcher.d/dies", "kill -9 $$");
    log.expect("'" + hook + "' for up of ppp0 ended with exit status 3");
    log.expect("'" + dies + "' for up of ppp0 was killed by signal 9 (Killed)");
    scripts.add("dispatcher.d/last", "echo ran > last-ran");
    event(true, "ppp0", hook);
    settle();
    CHECK(lines("ended with exit status 3") == 1);
    CHECK(lines("was killed by signal 9") == 1);
    CHECK(scripts.read("last-ran") == "ran\n");
}

TEST_CASE_FIXTURE(RunBench, "what may not or cannot be run is a warning, and the rest runs") {
    const auto open = scripts.add("dispatcher.d/10-open", "echo ran > open-ran", 0777);
    std::ofstream(scripts.at("dispatcher.d/20-text")) << "no program at all";
    ::chmod(scripts.at("dispatcher.d/20-text").c_str(), 0755);
    scripts.add("dispatcher.d/30-last", "echo ran > last-ran");
    log.expect("not run for up of ppp0: '" + open + "' may be written by others than root: chmod go-w");
    log.expect("not run for up of ppp0: '" + scripts.directory() +
               "/20-text' cannot be started: Exec format error");
    log.expect("not run for up of ppp0: there is no '" + scripts.at("none").string() + "'");
    event(true, "ppp0", scripts.at("none").string());
    settle();
    CHECK(lines("not run for up of ppp0") == 3);
    CHECK(scripts.read("open-ran").empty());
    CHECK(scripts.read("last-ran") == "ran\n");
}

TEST_CASE_FIXTURE(RunBench, "output is logged line by line, a hundred lines of it, and the rest is counted") {
    const auto hook = scripts.add(
        "hook", "i=0; while [ $i -lt 300 ]; do echo \"line $i.\"; i=$((i+1)); done; echo error >&2");
    event(true, "ppp0", hook);
    settle();
    CHECK(lines("'" + hook + "': line ") == 100);
    CHECK(log.has("'" + hook + "': line 0."));
    CHECK(log.has("'" + hook + "': line 99."));
    CHECK(log.has("'" + hook + "': 201 more lines (2006 octets) are left out"));
}

TEST_CASE_FIXTURE(RunBench, "a flood without an end of line is cut at 64 KiB and does not stop the program") {
    const auto hook =
        scripts.add("hook", "head -c 1000000 /dev/zero | tr '\\0' x; printf '\\033[2J'; echo done > ended");
    event(true, "ppp0", hook);
    settle();
    CHECK(scripts.read("ended") == "done\n");
    std::size_t longest = 0;
    for (const auto& [level, text] : log.lines) longest = std::max(longest, text.size());
    CHECK(longest >= 65536);
    CHECK(longest < 66000);
    CHECK(log.has("more lines (934468 octets) are left out"));
}

TEST_CASE_FIXTURE(RunBench, "control characters of a program do not reach the log") {
    event(true, "ppp0", scripts.add("hook", "printf 'a\\033[2Jb'"));
    settle();
    CHECK(log.has(": a\\x1b[2Jb"));
}

TEST_CASE_FIXTURE(RunBench, "a service that stops lets what runs and what waits come to its end") {
    scripts.add("dispatcher.d/hook", kWait + "echo $1 >> order");
    event(true, "ppp0");
    event(false, "ppp0");
    bool stopped = false;
    dispatcher->stop(1h, [&] { stopped = true; });
    event(true, "ppp0");  // the last signals of a daemon that stops come late
    scripts.open_gate();
    until([&] { return stopped; });
    CHECK(scripts.read("order") == "up\ndown\nup\n");
}

TEST_CASE_FIXTURE(RunBench,
                  "a service that stops kills what does not come to its end, and says what was not run") {
    log.expect("was killed: the service stops");
    log.expect("1 events were dropped, the oldest first, and nothing was run for them: the service stops");
    scripts.add("dispatcher.d/hook",
                "echo $$ > pid; trap 'echo asked > asked; exit 0' TERM\nwhile [ -e dispatcher.d ]; do sleep "
                "0.02; done");
    event(true, "ppp0");
    event(false, "ppp0");
    until([&] { return !scripts.read("pid").empty(); });
    bool stopped = false;
    dispatcher->stop(1s, [&] { stopped = true; });
    until([&] { return stopped; });
    CHECK(scripts.read("asked") == "asked\n");
    CHECK_FALSE(alive(first_line(scripts.read("pid"))));
}

TEST_CASE_FIXTURE(RunBench, "without anything to run an event costs nothing and is over at once") {
    for (int i = 0; i < 10000; ++i) event(i % 2 == 0, "ppp" + std::to_string(i % 7));
    CHECK(dispatcher->waiting() == 0);
    CHECK(dispatcher->running() == 0);
}
