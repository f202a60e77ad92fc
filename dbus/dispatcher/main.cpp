// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppmanager-dispatcher: runs on-up, on-down and dispatcher.d when sessions of pppmanagerd come and
/// go.
#include <fmt/format.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include "base/event_loop.hpp"
#include "base/journal.hpp"
#include "base/signals.hpp"
#include "dbus/dispatcher/dispatcher.hpp"
#include "dbus/dispatcher/subscriber.hpp"

namespace {
using namespace ppp;
using namespace std::chrono_literals;

constexpr int kExitFailed = 1;
constexpr Duration kFarewell = 5s;  // for programs that run or wait when the service stops

struct Options {
    dispatcher::Trust trust;
    unsigned timeout = 30;
    bool verbose = false;
};

int serve(const Options& options, const Log& log) {
    auto loop = EventLoop::create();
    if (!loop) {
        log.error(loop.error().what);
        return kExitFailed;
    }
    dispatcher::Dispatcher programs(**loop, log, options.trust,
                                    {.program = {.run = std::chrono::seconds(options.timeout)}});
    auto signals = Signals::create(**loop, [&](int signal) {
        if (signal == SIGHUP) return;  // there is nothing to read again
        sd_notify(0, "STOPPING=1");
        programs.stop(kFarewell, [&] { (*loop)->quit(0); });
    });
    if (!signals) {
        log.error(signals.error().what);
        return kExitFailed;
    }
    auto sessions = dispatcher::Subscriber::create(
        **loop, log, [&](dispatcher::Event event) { programs.add(std::move(event)); });
    if (!sessions) {
        log.error(sessions.error().what);
        return kExitFailed;
    }
    sd_notify(0, "READY=1");
    return (*loop)->run();
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): what is left to throw is a lack of memory, which ends us
int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Runs programs when PPP sessions of pppmanagerd have come up and when they have ended."};
    app.set_version_flag("--version", "pppmanager-dispatcher " PPPMANAGER_VERSION);
    app.add_option("--directory", options.trust.directory, "Programs to run for every session")
        ->capture_default_str();
    app.add_option("--timeout", options.timeout, "Seconds that a program may run")
        ->capture_default_str()
        ->check(CLI::Range(1, 3600));
    app.add_flag("--verbose,-v", options.verbose, "Also log each program that is run");
    app.footer(
        "Examples:\n  pppmanager-dispatcher\n  pppmanager-dispatcher --timeout 120 --verbose\n"
        "Who may do this and how programs are called: pppmanager-dispatcher(8).");
    CLI11_PARSE(app, argc, argv);
    ::umask(022);
    // Whoever started us may ignore it, and then the end of a program could not be seen.
    std::signal(SIGCHLD, SIG_DFL);
    const auto sink = make_log_sink(options.verbose ? Level::debug : Level::info);
    return serve(options, Log(*sink));
}
