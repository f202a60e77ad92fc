// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/linux_ppp.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>
#include <array>
#include "base/random.hpp"
#include "kernel/dev_ppp.hpp"
#include "kernel/linux_objects.hpp"

namespace ppp::kernel {
namespace {
// Below lie the kernel's own interface numbers, which count up from 1. The start is random, so that a daemon
// that was started again does not walk through those of the units that lived on.
constexpr std::uint32_t kLowestIndex = 0x1000'0000, kIndexes = 0x6000'0000;

struct AttachJob {
    std::shared_ptr<Shared> shared;
    Fd socket;
    FrameHandler* handler = nullptr;
    PppKernel::ChannelDone done;
    Pending::Ticket ticket{};
    Result<Fd> file = Fd{};
    std::vector<wire::Bytes> early{};

    /// On a hand-off worker.
    void run() {
        if (!shared->stopping) file = make();
        if (shared->stopping) file = fail(Errc::cancelled, "the service is stopping");
        // A socket that is of no use closes here, where waiting hurts nobody.
        if (!file) socket.reset();
    }
    Result<Fd> make() {
        rescue_frames();
        PPP_TRY(const int channel, dev_ppp::channel_of(socket));
        PPP_TRY(Fd made, dev_ppp::open());
        PPP_CHECK(dev_ppp::become_channel(made, channel));
        return made;
    }
    /// Frames that wait on the socket: older kernels strand them there when it becomes a channel.
    void rescue_frames() {
        constexpr std::size_t kMost = 8;  // whoever sends more before he is heard is flooding
        std::array<std::uint8_t, 2048> frame{};
        while (early.size() < kMost) {
            const auto n = ::recv(socket.get(), frame.data(), frame.size(), MSG_DONTWAIT);
            if (n <= 0) return;
            early.emplace_back(frame.data(), frame.data() + n);
        }
    }
    /// On the loop.
    void finish() {
        if (!ticket.settle()) return shared->close_socket(std::move(socket));
        if (!file) return done(fail(std::move(file).error()));
        auto channel = std::make_unique<LinuxChannel>(shared, std::move(socket), *std::move(file), *handler);
        if (auto started = channel->start(std::move(early)); !started)
            return done(fail(std::move(started).error()));
        done(std::unique_ptr<Channel>(std::move(channel)));
    }
};

struct UnitJob {
    std::shared_ptr<Shared> shared;
    UnitSpec spec;
    FrameHandler* handler = nullptr;
    PppKernel::UnitDone done;
    Pending::Ticket ticket{};
    LinuxChannel::User first{};
    int channel_file = -1;
    Result<MadeUnit> made = MadeUnit{};

    ~UnitJob() { LinuxChannel::give_back(first); }
    /// On the rtnl thread.
    void run() {
        if (shared->stopping)
            made = fail(Errc::cancelled, "the service is stopping");
        else
            made = shared->rtnl.make(spec, channel_file);
    }
    /// On the loop.
    void finish() {
        LinuxChannel::give_back(first);
        const bool wanted = ticket.settle();
        if (!made) {
            if (wanted) done(fail(std::move(made).error()));
            return;
        }
        // One that nobody waits for any more dies like all others.
        auto unit = std::make_unique<LinuxUnit>(shared, *std::move(made), shared->loop.now(), *handler);
        if (!wanted) return;
        if (auto started = unit->start(); !started) return done(fail(std::move(started).error()));
        done(std::unique_ptr<Unit>(std::move(unit)));
    }
};

struct CountersJob {
    std::shared_ptr<Shared> shared;
    Callback<void(Result<std::vector<PppKernel::LinkCounters>>)> done;
    Pending::Ticket ticket{};
    Result<std::vector<PppKernel::LinkCounters>> counters = std::vector<PppKernel::LinkCounters>{};

    void run() {
        if (shared->stopping)
            counters = fail(Errc::cancelled, "the service is stopping");
        else
            counters = shared->rtnl.counters();
    }
    void finish() {
        if (ticket.settle()) done(std::move(counters));
    }
};

/// Runs job->run() in the pool, then job->finish() on the loop.
template <class Job>
Pending submit(WorkerPool& pool, std::unique_ptr<Job> job) {
    auto [pending, ticket] = Pending::make();
    job->ticket = std::move(ticket);
    auto* running = job.get();
    pool.submit([running] { running->run(); }, [job = std::move(job)] { job->finish(); });
    return std::move(pending);
}
}  // namespace

LinuxPpp::LinuxPpp(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

LinuxPpp::~LinuxPpp() { shared_->stop(); }

Result<std::unique_ptr<LinuxPpp>> LinuxPpp::create(EventLoop& loop, WorkerPool& handoff, WorkerPool& rtnl,
                                                   void (*hang_up)(int socket)) {
    PPP_TRY(const Fd probe, dev_ppp::open());
    PPP_TRY(auto socket, net::RequestSocket::create());
    Fd statistics{::open("/sys/devices/virtual/net", O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (!statistics) return fail_errno("cannot open /sys/devices/virtual/net");
    SystemRng rng;
    RtnlSide side(std::move(socket), kLowestIndex + rng.below(kIndexes));
    auto shared =
        std::make_shared<Shared>(loop, handoff, rtnl, std::move(side), std::move(statistics), hang_up);
    return std::unique_ptr<LinuxPpp>(new LinuxPpp(std::move(shared)));
}

Pending LinuxPpp::attach(Fd socket, FrameHandler& handler, ChannelDone done) {
    auto job = std::make_unique<AttachJob>(AttachJob{
        .shared = shared_, .socket = std::move(socket), .handler = &handler, .done = std::move(done)});
    return submit(shared_->handoff, std::move(job));
}

Pending LinuxPpp::create_unit(UnitSpec spec, Channel& first, FrameHandler& handler, UnitDone done) {
    // The rtnl thread works in order: a removal that is sent now is over when the name is needed.
    if (!spec.name.empty() && shared_->awaits_removal(spec.name)) shared_->flush();
    auto job = std::make_unique<UnitJob>();
    job->shared = shared_;
    job->spec = std::move(spec);
    job->handler = &handler;
    job->done = std::move(done);
    job->channel_file = static_cast<LinuxChannel&>(first).lend(job->first);
    return submit(shared_->rtnl_pool, std::move(job));
}

Result<PppKernel::Session> LinuxPpp::adopt(SessionFiles files, FrameHandler& handler) {
    // From here on every way out closes the files as those of any session.
    Session session{.channel = std::make_unique<LinuxChannel>(shared_, std::move(files.socket),
                                                              std::move(files.channel), handler),
                    .unit = nullptr};
    PPP_TRY(const int number, dev_ppp::unit_of(files.unit));
    std::array<char, IF_NAMESIZE> name{};
    if (!::if_indextoname(files.index, name.data()))
        return fail(Errc::not_found, fmt::format("the interface of PPP unit {} is gone", number));
    shared_->rtnl_pool.submit([shared = shared_, index = files.index] { shared->rtnl.claim(index); });
    auto unit = std::make_unique<LinuxUnit>(
        shared_,
        MadeUnit{.file = std::move(files.unit), .number = number, .index = files.index, .name = name.data()},
        files.made_at, handler);
    PPP_CHECK(unit->start());
    PPP_CHECK(static_cast<LinuxChannel&>(*session.channel).start({}));
    session.unit = std::move(unit);
    return session;
}

void LinuxPpp::discard(SessionFiles files) {
    shared_->close_socket(std::move(files.socket));
    std::array<char, IF_NAMESIZE> name{};
    if (files.index != 0 && ::if_indextoname(files.index, name.data()))
        return shared_->bury({.file = std::move(files.unit), .index = files.index, .name = name.data()});
    shared_->handoff.submit([unit = std::move(files.unit)]() mutable { unit.reset(); });
}

Pending LinuxPpp::all_counters(Callback<void(Result<std::vector<LinkCounters>>)> done) {
    auto job = std::make_unique<CountersJob>();
    job->shared = shared_;
    job->done = std::move(done);
    return submit(shared_->rtnl_pool, std::move(job));
}

}  // namespace ppp::kernel
