// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppmanagerd: puts the pieces together and runs the loop.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/file.h>
#include <systemd/sd-daemon.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include "base/event_loop.hpp"
#include "base/file_limit.hpp"
#include "base/file_watch.hpp"
#include "base/journal.hpp"
#include "base/message_ids.hpp"
#include "base/signals.hpp"
#include "base/watchdog.hpp"
#include "base/worker_pool.hpp"
#include "dbus/bus_service.hpp"
#include "guard/nft_guard.hpp"
#include "keeper/keeper_link.hpp"
#include "kernel/linux_ppp.hpp"
#include "link/linux_ttys.hpp"
#include "link/pptp_control.hpp"
#include "link/serial_lines.hpp"
#include "link/tcp_sockets.hpp"
#include "netlink/rtnetlink.hpp"
#include "session/keeping.hpp"
#include "session/manager.hpp"

namespace {
using namespace ppp;
using namespace std::chrono_literals;

constexpr int kExitFailed = 1;
constexpr int kExitConfig = 78;              // EX_CONFIG of sysexits.h, which systemd shows by name
constexpr std::uint16_t kPppLinkType = 512;  // ARPHRD_PPP: sessions watch their own units
constexpr unsigned kHandoffThreads = 64;  // each sleeps 10 ms in the kernel for a session: thousands a second
constexpr Duration kEditing = 300ms;      // files that are written together are read together
constexpr Duration kFarewell = 4s;        // for Terminate-Acks when the service stops
constexpr Duration kKeeperPatience = 2s;  // a keeper that hangs must not keep us from starting or ending
constexpr Duration kSessionsPatience = 20s;  // where it has sessions, and may be on its way up itself
constexpr int kLeave = SIGUSR2;              // another process carries the sessions on

struct Options {
    std::string config = "/etc/pppmanager";
    std::string state = "/var/lib/pppmanager";
    std::string run = "/run/pppmanager";
    bool check = false;
    bool verbose = false;
};

/// The workers and the kernel's half, in the order in which they depend on each other.
struct Host {
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<Signals> signals;
    std::unique_ptr<WorkerPool> handoff, rtnl, guard;
    std::unique_ptr<net::RtNetwork> network;
    std::unique_ptr<kernel::LinuxPpp> kernel;
    std::unique_ptr<link::LinuxTtys> ttys;
};

/// Of the file of any kind of link.
void hang_up(int file) {
    if (!link::LinuxTtys::hang_up(file)) link::KernelPppox::hang_up(file);
}

Result<Host> make_host(Callback<void(int)> on_signal) {
    Host host;
    PPP_TRY(host.loop, EventLoop::create());
    // Before the first thread: they inherit the signal mask.
    PPP_TRY(host.signals, Signals::create(*host.loop, std::move(on_signal)));
    PPP_TRY(host.handoff, WorkerPool::create(*host.loop, kHandoffThreads, "ppp-handoff"));
    PPP_TRY(host.rtnl, WorkerPool::create(*host.loop, 1, "ppp-rtnl"));
    PPP_TRY(host.guard, WorkerPool::create(*host.loop, 1, "ppp-guard"));
    PPP_TRY(host.network, net::RtNetwork::create(*host.loop, *host.rtnl, {.hidden_link_type = kPppLinkType}));
    PPP_TRY(host.kernel, kernel::LinuxPpp::create(*host.loop, *host.handoff, *host.rtnl, &hang_up));
    PPP_TRY(host.ttys, link::LinuxTtys::create(*host.loop, *host.handoff));
    return host;
}

int check_only(const Options& options) {
    std::vector<config::Problem> problems;
    config::Vault vault;
    vault.load(std::getenv("CREDENTIALS_DIRECTORY"));
    const auto loaded = config::Store(options.config, 1, &vault).load(problems);
    if (loaded && vault.has_key() && !loaded->locked.empty()) {
        fmt::print(stderr, "{}\n", config::to_string(loaded->locked));
        return kExitConfig;
    }
    if (loaded) {
        if (!loaded->locked.empty())
            fmt::print("{} sealed passwords were not tried: their key is with the service\n",
                       loaded->locked.size());
        for (const auto& path : loaded->missing) fmt::print("{} is not there: taken as empty\n", path);
        fmt::print("{}: no problems\n", options.config);
        return 0;
    }
    fmt::print(stderr, "{}\n", loaded.error().what);
    return kExitConfig;
}

/// What sessions outlive this process by.
struct Survival {
    Fd lock;
    std::unique_ptr<keeper::KeeperLink> link;
    std::unique_ptr<link::PacketSockets> ether;
    std::unique_ptr<session::Keeping> keeping;
    session::Inheritance inheritance;
};

/// @return nothing to survive by where there is no directory for it: then sessions end with the service.
Result<Survival> survive(const Options& options, EventLoop& loop, Rng& rng, const Log& log) {
    Survival out;
    out.ether = std::make_unique<link::PacketSockets>(loop);
    if (options.run.empty()) return out;
    std::error_code ignored;
    std::filesystem::create_directory(options.run, ignored);
    // Before anything of it is read or written: what is there may be a living daemon's.
    out.lock = Fd{::open((options.run + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (out.lock && ::flock(out.lock.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::refused, "another pppmanagerd is running with " + options.run);
    session::StateJournal::Entries entries;
    const auto path = options.run + "/state";
    auto journal = session::StateJournal::open(path, entries);
    if (!journal && journal.error().code == Errc::config) {
        // Of a version that is newer, or damaged: its sessions cannot be carried on, those to come can.
        log.warning(journal.error().what + ": the sessions that it tells of are ended");
        std::filesystem::remove(path, ignored);
        journal = session::StateJournal::open(path, entries);
    }
    if (!journal) {
        log.warning(journal.error().what + ": sessions will not survive a restart of this service");
        return out;
    }
    const auto patience = session::tells_of_sessions(entries) ? kSessionsPatience : kKeeperPatience;
    auto kept = keeper::KeeperLink::open(loop, options.run + "/keeper.sock", log, patience);
    if (!kept && kept.error().code == Errc::refused) return fail(std::move(kept).error());
    if (!kept) {
        log.warning(kept.error().what + ": sessions will not survive a restart of this service");
        return out;
    }
    auto& opened = *kept;
    out.link = std::move(opened.first);
    out.ether = std::make_unique<link::PacketSockets>(loop, out.link.get(), &opened.second);
    out.keeping = std::make_unique<session::Keeping>(*out.link, std::move(*journal), rng, log);
    out.inheritance = out.keeping->inherit(std::move(opened.second), entries);
    return out;
}

int serve(const Options& options, const Log& log) {
    raise_file_limit();
    // One arena: the workers allocate next to nothing, and an arena each would cost more than all sessions.
    ::mallopt(M_ARENA_MAX, 1);
    const auto refused = as_event(log, message_id::kConfigurationRefused);
    session::Manager* manager = nullptr;
    EventLoop* loop = nullptr;
    bool stopping = false;
    bool leaving = false;
    keeper::Custody* custody = nullptr;
    const session::Keeping* keeping = nullptr;
    auto host = make_host([&](int signal) {
        if (!manager) return;
        if (signal == SIGHUP) {
            sd_notify(0, "RELOADING=1");
            if (auto reloaded = manager->reload(); !reloaded)
                refused.error("the configuration was not reloaded, the running one goes on:\n" +
                              reloaded.error().what);
            sd_notify(0, "READY=1");
            return;
        }
        if (signal == kLeave && !stopping) {
            leaving = custody && keeping->complete() && custody->flush(kKeeperPatience);
            if (leaving) {
                sd_notify(0, "STOPPING=1");
                manager->leave();
                return loop->quit(0);
            }
            log.notice("no keeper has the sessions: they would end without a word");
        }
        as_event(log, message_id::kServiceStopping).info("stopping: ending all sessions");
        sd_notify(0, "STOPPING=1");
        stopping = true;
        manager->stop(kFarewell, [&] { loop->quit(0); });
    });
    if (!host) {
        log.error(host.error().what);
        return kExitFailed;
    }
    loop = host->loop.get();

    SystemRng rng;
    aaa::Secrets secrets(*loop);
    link::KernelPppox pppox;
    auto resolver = link::SystemResolver::create(*loop);
    if (!resolver) {
        log.error(resolver.error().what);
        return kExitFailed;
    }
    link::TcpSockets tcp(*loop);
    link::KernelPptp pptp_sockets(*host->handoff);
    link::PptpFarewells farewells(*loop);
    const link::PptpPorts pptp{.time = *loop,
                               .rng = rng,
                               .tcp = tcp,
                               .sockets = pptp_sockets,
                               .resolver = **resolver,
                               .network = *host->network,
                               .farewells = farewells,
                               .log = &log};
    auto survival = survive(options, *loop, rng, log);
    if (!survival) {
        log.error(survival.error().what);
        return kExitFailed;
    }
    custody = survival->link.get();
    keeping = survival->keeping.get();
    guard::NftGuard guard(*loop, *host->guard, guard::nftables_runner(), log);
    session::Ports ports{*loop,   rng, *host->kernel,           *host->network,
                         secrets, log, survival->keeping.get(), &guard};
    // The wall clock as the first revision: one that somebody read before a restart does not fit by chance.
    config::Vault vault;
    vault.load(std::getenv("CREDENTIALS_DIRECTORY"));
    config::Store store(options.config, static_cast<std::uint64_t>(std::time(nullptr)), &vault);
    if (survival->keeping) store.keep_copies_in(options.run + "/config");
    session::LastSessions memory(options.state);
    link::SerialLines serial(*loop, *host->ttys);
    session::Manager sessions(
        {.ports = ports,
         .pppoe = {.time = *loop,
                   .rng = rng,
                   .ether = *survival->ether,
                   .pppox = pppox,
                   .log = &log,
                   .cookie_secret = survival->keeping ? &survival->keeping->cookie_secret() : nullptr},
         .secrets = secrets,
         .store = store,
         .memory = memory,
         .pptp = &pptp,
         .serial = &serial});
    const auto load = [&] {
        if (survival->keeping) sessions.inherit(std::move(survival->inheritance));
        auto loaded = sessions.reload();
        if (!loaded) refused.error("the configuration is not usable:\n" + loaded.error().what);
        // Where the module is not loaded there is nothing of an earlier process, and it shall stay so.
        if (loaded && std::filesystem::exists("/sys/module/nf_tables")) guard.settle();
        return loaded.has_value();
    };
    // A second daemon must not speak to the peers of the one that runs. The keeper serves one at a time, and
    // whoever it serves answers the peers of his sessions first; else the name on the bus tells.
    const bool alone = survival->link && survival->link->connected();
    if (alone && !load()) return kExitConfig;
    auto bus = dbus::BusService::create(*loop, sessions, log);
    if (!bus) {
        log.error(bus.error().what);
        if (alone) std::_Exit(kExitFailed);  // the sessions stay with the keeper
        return kExitFailed;
    }
    if (!alone && !load()) return kExitConfig;
    manager = &sessions;
    as_event(log, message_id::kServiceReady).info("ready");
    sd_notify(0, "READY=1");
    const auto reread = [&] {
        if (stopping) return;
        const auto before = sessions.revision();
        if (auto reloaded = sessions.reload(); !reloaded)
            refused.error("the configuration was edited and is not usable, the running one goes on:\n" +
                          reloaded.error().what);
        else if (sessions.revision() != before)
            log.notice("the configuration was edited and is in force");
    };
    auto edited = FileWatch::create(*loop, options.config, {"config.json", "secrets.json"}, kEditing, reread);
    if (!edited) log.warning(edited.error().what + ": changed files are read on SIGHUP only");
    const Watchdog watchdog(*loop);
    const int status = loop->run();
    if (leaving) {
        log.info("leaving: the sessions stay with the keeper");
        // Nothing may be destroyed now: the end of a session's objects is the session's end.
        std::_Exit(0);
    }
    log.info("stopped");
    return status;
}

}  // namespace

// NOLINTNEXTLINE(bugprone-exception-escape): what is left to throw is a lack of memory, which ends us
int main(int argc, char** argv) {
    Options options;
    CLI::App app{"The service of the machine's PPP sessions. People steer it with pppctl(1)."};
    app.set_version_flag("--version", "pppmanagerd " PPPMANAGER_VERSION);
    app.add_option("--config", options.config, "Directory of config.json and secrets.json")
        ->capture_default_str();
    app.add_option("--state", options.state, "Directory for what lasts over a restart of the machine")
        ->capture_default_str();
    app.add_option("--run", options.run,
                   "Directory for what lasts over a restart of the service only, with the keeper's socket; "
                   "with '' sessions end with this process")
        ->capture_default_str();
    app.add_flag("--check", options.check, "Check the configuration, print all problems and exit");
    app.add_flag("--verbose,-v", options.verbose, "Also log debug messages, with every control packet");
    CLI11_PARSE(app, argc, argv);
    if (options.check) return check_only(options);
    const auto sink = make_log_sink(options.verbose ? Level::debug : Level::info);
    return serve(options, Log(*sink));
}
