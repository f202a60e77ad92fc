// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/linux_ttys.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <set>
#include "link/tty_ioctl.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;

// A program that has died leaves its lock file, and nobody tells of that.
constexpr Duration kLookAtLocks = 10s;

struct Looker {
    std::string device;
    std::shared_ptr<Callback<void()>> changed;
};

Result<Fd> open_device(const std::string& device, const TtySettings& settings) {
    // Without O_NONBLOCK open() would wait for a carrier.
    Fd file{::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (!file && errno == EBUSY)
        return fail({Errc::refused, EBUSY, device + ": another program has it, and leaves no lock file"});
    if (!file) return fail_errno("cannot open " + device);
    if (::isatty(file.get()) == 0) return fail(Errc::refused, device + " is not a tty");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return fail({Errc::refused, errno, device + ": another program has locked it (flock)"});
    if (auto raw = tty::set_raw(file, settings); !raw)
        return fail({raw.error().code, raw.error().sys, device + ": " + raw.error().what});
    tty::set_exclusive(file, true);
    tty::flush(file);
    return file;
}

}  // namespace

/// An open line as jobs on workers share it.
struct LinuxTtys::Line {
    TtyLock lock;
    Fd file;  // after the lock: closed before that is given back
};

struct LinuxTtys::Shared : std::enable_shared_from_this<Shared> {
    Shared(EventLoop& l, WorkerPool& h, std::string d) : loop(l), handoff(h), locks(std::move(d)) {}

    [[nodiscard]] std::string key(const std::string& device) const { return lock_path(locks, device); }
    /// Hangs up and closes on a worker; then the line is free.
    void bury(const std::string& name, std::shared_ptr<Line> line) {
        closing.insert(name);
        auto end = [line = std::move(line)]() mutable {
            tty::flush(line->file);  // else close() waits for a far end that takes nothing
            tty::leave_ppp(line->file);
            tty::set_dtr(line->file, false);
            tty::set_exclusive(line->file, false);
            // Copies of the file would keep what close() gives back.
            ::flock(line->file.get(), LOCK_UN);
            line.reset();
        };
        handoff.submit(std::move(end), [self = shared_from_this(), name] { self->freed(name); });
    }
    void freed(const std::string& name) {
        closing.erase(name);
        if (auto next = waiting.extract(name)) return next.mapped()();
        busy.erase(name);
        look(&name);
    }
    /// @param name of the line that concerns them; null: all lookers.
    void look(const std::string* name) {
        std::vector<std::weak_ptr<Callback<void()>>> told;
        for (const auto* looker : lookers)
            if (!name || key(looker->device) == *name) told.emplace_back(looker->changed);
        for (const auto& weak : told)
            if (const auto changed = weak.lock()) (*changed)();
    }
    void look_later() {
        if (!looking.armed()) looking = loop.after(kLookAtLocks, [this] { look(nullptr); });
    }

    EventLoop& loop;
    WorkerPool& handoff;
    std::string locks;
    std::unique_ptr<DeviceWatch> devices;
    std::set<std::string> busy;                       // by key: open, being opened or being closed
    std::set<std::string> closing;                    // of these
    std::map<std::string, Callback<void()>> waiting;  // opens a line once it is closed
    std::set<const Looker*> lookers;
    Timer looking;
};

class LinuxTtys::Port final : public TtyPort {
public:
    Port(std::shared_ptr<Shared> shared, std::string device, std::string name, std::shared_ptr<Line> line,
         Owner& owner)
        : shared_(std::move(shared)),
          device_(std::move(device)),
          name_(std::move(name)),
          line_(std::move(line)),
          owner_(&owner) {}
    ~Port() override {
        watch_ = {};
        shared_->bury(name_, std::move(line_));
    }
    Result<> listen() {
        PPP_TRY(watch_, shared_->loop.watch(line_->file.get(), EPOLLIN,
                                            [this](std::uint32_t events) { on_events(events); }));
        return {};
    }

    void give_to(Owner& owner) override { owner_ = &owner; }
    Result<> write(wire::ByteView octets) override {
        const auto n = ::write(line_->file.get(), octets.data(), octets.size());
        if (n == static_cast<ssize_t>(octets.size())) return {};
        if (n >= 0 || errno == EAGAIN)
            return fail(Errc::timeout, device_ + " takes nothing: the far end holds it back (CTS)");
        return fail_errno("cannot write to " + device_);
    }
    Pending set_dtr(bool on, Callback<void()> done) override {
        return elsewhere([on](const Fd& file) { tty::set_dtr(file, on); }, std::move(done));
    }
    Pending ask_carrier(Callback<void(std::optional<bool>)> done) override {
        auto carrier = std::make_shared<std::optional<bool>>();
        return elsewhere([carrier](const Fd& file) { *carrier = tty::carrier(file); },
                         [carrier, done = std::move(done)] { done(*carrier); });
    }
    void obey_carrier() override {
        shared_->handoff.submit([line = line_] { tty::obey_carrier(line->file); }, [] {});
    }

    [[nodiscard]] int file() const override { return line_->file.get(); }
    Pending enter_ppp(Callback<void(Result<Fd>)> done) override {
        watch_ = {};
        struct Job {
            std::shared_ptr<Line> line;
            Callback<void(Result<Fd>)> done;
            Pending::Ticket ticket{};
            Result<Fd> file = Fd{};
        };
        auto job = std::make_unique<Job>(Job{.line = line_, .done = std::move(done)});
        auto [pending, ticket] = Pending::make();
        job->ticket = std::move(ticket);
        auto* running = job.get();
        const auto run = [running] {
            if (auto set = tty::enter_ppp(running->line->file); !set) {
                running->file = fail(std::move(set).error());
                return;
            }
            running->file = Fd{::fcntl(running->line->file.get(), F_DUPFD_CLOEXEC, 0)};
            if (!*running->file) running->file = fail_errno("cannot copy its file");
        };
        shared_->handoff.submit(run, [job = std::move(job), device = device_] {
            if (!job->ticket.settle()) return;
            if (!job->file) job->file.error().what.insert(0, device + ": ");
            job->done(std::move(job->file));
        });
        return std::move(pending);
    }

    Pending leave_ppp(Callback<void()> done) override {
        return elsewhere([](const Fd& file) { tty::leave_ppp(file); },
                         [this, done = std::move(done)] {
                             // On a line that is dead already nothing more is to be heard.
                             (void)listen();
                             done();
                         });
    }

private:
    /// `run` gets the line's file on a worker, then `done` runs on the loop.
    template <class Run>
    Pending elsewhere(Run run, Callback<void()> done) {
        auto [pending, ticket] = Pending::make();
        shared_->handoff.submit([line = line_, run = std::move(run)] { run(line->file); },
                                [ticket = std::move(ticket), done = std::move(done)]() mutable {
                                    if (ticket.settle()) done();
                                });
        return std::move(pending);
    }
    void on_events(std::uint32_t) {
        // Few at a time: what floods us shall not keep the loop from its other work.
        std::array<std::uint8_t, 256> octets{};
        const auto n = ::read(line_->file.get(), octets.data(), octets.size());
        if (n > 0) return owner_->tty_received(wire::ByteView(octets).first(static_cast<std::size_t>(n)));
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        const int error = n < 0 ? errno : 0;
        watch_ = {};
        owner_->tty_gone(::access(device_.c_str(), F_OK) != 0 ? device_ + " was pulled out"
                         : error == 0 || error == EIO         ? device_ + " was hung up"
                                                      : fmt::format("{}: {}", device_, std::strerror(error)));
    }

    std::shared_ptr<Shared> shared_;
    std::string device_;
    std::string name_;
    std::shared_ptr<Line> line_;
    Owner* owner_;
    Watch watch_;  // after line_: it must end first
};

LinuxTtys::LinuxTtys(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

LinuxTtys::~LinuxTtys() { shared_->looking.cancel(); }

Result<std::unique_ptr<LinuxTtys>> LinuxTtys::create(EventLoop& loop, WorkerPool& handoff,
                                                     std::string locks) {
    auto shared = std::make_shared<Shared>(loop, handoff, std::move(locks));
    PPP_TRY(shared->devices, DeviceWatch::create(loop));
    return std::unique_ptr<LinuxTtys>(new LinuxTtys(std::move(shared)));
}

Pending LinuxTtys::open(std::string device, TtySettings settings, TtyPort::Owner& owner,
                        Callback<void(Result<std::unique_ptr<TtyPort>>)> done) {
    struct Job {
        std::shared_ptr<Shared> shared;
        std::string device, name;
        TtySettings settings;
        TtyPort::Owner& owner;
        Callback<void(Result<std::unique_ptr<TtyPort>>)> done;
        Pending::Ticket ticket{};
        std::shared_ptr<Line> line{};
        std::optional<Error> error{};

        Result<> make() {
            auto made = std::make_shared<Line>();
            auto lock = TtyLock::take(name);
            if (!lock) {
                auto why = std::move(lock).error();
                why.what.insert(0, device + ": ");
                return fail(std::move(why));
            }
            made->lock = *std::move(lock);
            PPP_TRY(made->file, open_device(device, settings));
            line = std::move(made);
            return {};
        }
        void run() {
            if (auto made = make(); !made) error = std::move(made).error();
        }
        void finish() {
            const bool wanted = ticket.settle();
            if (error) {
                shared->busy.erase(name);
                if (wanted) done(fail(*std::move(error)));
                return;
            }
            if (!wanted) return shared->bury(name, std::move(line));
            auto port = std::make_unique<Port>(shared, device, name, std::move(line), owner);
            if (auto listening = port->listen(); !listening)
                return done(fail(Errc::refused, device + " cannot be waited for: is it a tty?"));
            done(std::unique_ptr<TtyPort>(std::move(port)));
        }
    };
    auto [pending, ticket] = Pending::make();
    auto name = shared_->key(device);
    auto job = std::make_unique<Job>(Job{.shared = shared_,
                                         .device = std::move(device),
                                         .name = name,
                                         .settings = settings,
                                         .owner = owner,
                                         .done = std::move(done)});
    job->ticket = std::move(ticket);
    const bool closing = shared_->closing.contains(name) && !shared_->waiting.contains(name);
    if (!closing && shared_->busy.contains(name)) {
        shared_->handoff.submit(
            [] {},
            [job = std::move(job)] {
                if (job->ticket.settle())
                    job->done(
                        fail(Errc::refused, job->device + " is in use by another object of this service"));
            });
        return std::move(pending);
    }
    auto begin = [job = std::move(job)]() mutable {
        auto* running = job.get();
        running->shared->handoff.submit([running] { running->run(); },
                                        [job = std::move(job)] { job->finish(); });
    };
    if (closing) {
        shared_->waiting.emplace(std::move(name), std::move(begin));
    } else {
        shared_->busy.insert(std::move(name));
        begin();
    }
    return std::move(pending);
}

Result<std::unique_ptr<TtyPort>> LinuxTtys::adopt(std::string device, Fd file, TtyPort::Owner& owner) {
    auto name = shared_->key(device);
    auto line = std::make_shared<Line>();
    line->file = std::move(file);
    // Where the device has gone there is nothing to lock, and the session is about to notice.
    if (auto lock = TtyLock::inherit(name)) line->lock = *std::move(lock);
    shared_->busy.insert(name);
    return std::unique_ptr<TtyPort>(
        std::make_unique<Port>(shared_, std::move(device), std::move(name), std::move(line), owner));
}

std::optional<std::string> LinuxTtys::obstacle(const std::string& device) {
    struct stat status {};
    if (::stat(device.c_str(), &status) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? fmt::format("{} does not exist: is the device plugged in?", device)
                   : fmt::format("{}: {}", device, std::strerror(errno));
    if (!S_ISCHR(status.st_mode)) return device + " is not a tty";
    if (::access(device.c_str(), R_OK | W_OK) != 0)
        return fmt::format("{} may not be opened by this service: {}", device, std::strerror(errno));
    const auto name = shared_->key(device);
    if (shared_->busy.contains(name) && !shared_->closing.contains(name))
        return device + " is in use by another object of this service";
    if (auto holder = lock_holder(name)) {
        shared_->look_later();
        return fmt::format("{}: {}", device, *holder);
    }
    return std::nullopt;
}

namespace {
class Looking final : public TtyPorts::Subscription {
public:
    Looking(std::set<const Looker*>& all, std::shared_ptr<void> keeps, Looker looker)
        : keeps_(std::move(keeps)), all_(all), looker_(std::move(looker)) {
        all_.insert(&looker_);
    }
    ~Looking() override { all_.erase(&looker_); }
    Looking(const Looking&) = delete;
    Looking& operator=(const Looking&) = delete;

private:
    std::shared_ptr<void> keeps_;  // before what it keeps
    std::set<const Looker*>& all_;
    Looker looker_;

public:
    DeviceWatch::Subscription device, lock;
};
}  // namespace

std::unique_ptr<TtyPorts::Subscription> LinuxTtys::on_change(std::string device, Callback<void()> changed) {
    auto call = std::make_shared<Callback<void()>>(std::move(changed));
    auto out = std::make_unique<Looking>(shared_->lookers, shared_, Looker{device, call});
    out->lock = shared_->devices->subscribe(shared_->key(device), [call] { (*call)(); });
    out->device = shared_->devices->subscribe(std::move(device), [call] { (*call)(); });
    return out;
}

bool LinuxTtys::hang_up(int file) {
    if (::isatty(file) == 0) return false;
    const Fd copy{::fcntl(file, F_DUPFD_CLOEXEC, 0)};
    if (copy) tty::leave_ppp(copy);
    return true;
}

}  // namespace ppp::link
