// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppmanager-keeper: holds copies of the sessions' files while pppmanagerd is restarted.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <cstdlib>
#include "base/event_loop.hpp"
#include "base/file_limit.hpp"
#include "base/journal.hpp"
#include "base/signals.hpp"
#include "base/watchdog.hpp"
#include "base/worker_pool.hpp"
#include "keeper/handover.hpp"

namespace {
using namespace ppp;
using namespace ppp::keeper;

constexpr int kExitFailed = 1;
constexpr unsigned kClosers = 16;  // closing the last copy of a PPP file sleeps 12 ms in the kernel

struct Options {
    std::string socket = "/run/pppmanager/keeper.sock";
    unsigned patience = 120;
    int inherit = -1;
    bool verbose = false;
};

Disposal closing_in(WorkerPool& pool) {
    return [&pool](std::vector<Fd> files) {
        pool.submit([held = std::move(files)]() mutable { held.clear(); });
    };
}

/// PID 1, or whoever plays its part; nobody outside a service.
Notify service_manager() {
    if (std::getenv("NOTIFY_SOCKET") == nullptr) return {};
    return [](const std::string& text, std::span<const int> files) {
        (void)sd_pid_notify_with_fds(0, 0, text.c_str(), files.data(), static_cast<unsigned>(files.size()));
    };
}

std::vector<Box> stored_boxes() {
    std::vector<Box> boxes;
    char** names = nullptr;
    const int count = sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; ++i) {
        Fd file(SD_LISTEN_FDS_START + i);
        const std::string name = names[i];
        std::free(names[i]);  // NOLINT(cppcoreguidelines-no-malloc): sd_listen_fds_with_names(3) says so
        if (name.starts_with("vault-")) boxes.push_back({name, std::move(file)});
    }
    std::free(static_cast<void*>(names));  // NOLINT(cppcoreguidelines-no-malloc)
    return boxes;
}

std::vector<std::string> words_of(const Options& options) {
    std::vector<std::string> words{"--socket", options.socket, "--patience",
                                   std::to_string(options.patience)};
    if (options.verbose) words.emplace_back("--verbose");
    return words;
}

/// The socket, and the store filled with what an earlier keeper held.
Result<Server::Sockets> begin(const Options& options, Store& store, Vault& vault) {
    if (options.inherit >= 0) {
        PPP_TRY(auto inherited, adopt(options.inherit, store));
        vault.inherit(std::move(inherited.boxes), inherited.generation);
        return std::move(inherited.sockets);
    }
    // Before anybody can ask for it.
    vault.open(stored_boxes());
    PPP_TRY(auto listener, Server::listen(options.socket));
    return Server::Sockets{.listener = std::move(listener), .daemon = {}};
}

int serve(const Options& options, const std::string& path, const Log& log) {
    raise_file_limit();
    ::mallopt(M_ARENA_MAX, 1);
    Callback<void(int)> on_signal;
    auto loop = EventLoop::create();
    if (!loop) {
        log.error(loop.error().what);
        return kExitFailed;
    }
    // Before the first thread: they inherit the signal mask.
    auto signals = Signals::create(**loop, [&](int signal) { on_signal(signal); });
    auto pool = WorkerPool::create(**loop, kClosers, "keeper-close");
    if (!signals || !pool) {
        log.error(signals ? pool.error().what : signals.error().what);
        return kExitFailed;
    }
    Store store(closing_in(**pool));
    Vault vault(**loop, store, log, service_manager(), closing_in(**pool));
    auto sockets = begin(options, store, vault);
    if (!sockets) {
        log.error(sockets.error().what);
        return kExitFailed;
    }
    auto server = Server::create(**loop, store, log,
                                 {.path = options.socket, .patience = std::chrono::seconds(options.patience)},
                                 *std::move(sockets), [&] { vault.changed(); });
    if (!server) {
        log.error(server.error().what);
        return kExitFailed;
    }
    on_signal = [&](int signal) {
        if (signal != SIGHUP) return (*loop)->quit(0);
        (*server)->when_settled([&] {
            sd_notify(0, "RELOADING=1");
            const auto failed = hand_over(path, words_of(options), store, **server, vault);
            log.error("the keeper goes on as it is: " + failed.what);
            sd_notify(0, "READY=1");
        });
    };
    if (options.inherit >= 0)
        log.info(fmt::format("replaced in place, with the files of {} sessions", store.size()));
    sd_notify(0, "READY=1");
    const Watchdog watchdog(**loop);
    const int status = (*loop)->run();
    sd_notify(0, "STOPPING=1");
    (void)::unlink(options.socket.c_str());
    vault.give_up();
    return status;
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): what is left to throw is a lack of memory, which ends us
int main(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Holds a second copy of the files of every PPP session, so that a restart, an upgrade or a crash of\n"
        "pppmanagerd ends none of them. The daemon connects to it; people have nothing to do with it."};
    app.set_version_flag("--version", "pppmanager-keeper " PPPMANAGER_VERSION);
    app.add_option("--socket", options.socket, "Where pppmanagerd finds it")->capture_default_str();
    app.add_option("--patience", options.patience,
                   "Seconds without a pppmanagerd after which all sessions are let go")
        ->capture_default_str()
        ->check(CLI::Range(1, 86400));
    app.add_option("--inherit", options.inherit)->group("");  // only for its own use: see hand_over()
    app.add_flag("--verbose,-v", options.verbose, "Also log debug messages");
    app.footer(
        "Signals:\n"
        "  SIGHUP           executes the program that is now under the same path, in place: all files stay\n"
        "                   open and the connected pppmanagerd notices nothing. This is how it is upgraded.\n"
        "  SIGTERM, SIGINT  lets go of everything and exits: sessions that no pppmanagerd holds end.\n\n"
        "Only one pppmanagerd at a time is served, of the keeper's own user or of root. Under systemd\n"
        "(Type=notify, NotifyAccess=main, FileDescriptorStoreMax=4) a copy of everything is stored with PID "
        "1\n"
        "as well, so that the keeper itself may be killed. LimitNOFILE= must be well above all files of all\n"
        "sessions, three each, here and in pppmanagerd.");
    CLI11_PARSE(app, argc, argv);
    ::umask(077);
    const auto sink = make_log_sink(options.verbose ? Level::debug : Level::info);
    return serve(options, own_path(), Log(*sink));
}
