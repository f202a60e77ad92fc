// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/dispatcher/child.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <array>
#include <csignal>
#include <cstring>
#include "base/quoted.hpp"

namespace ppp::dispatcher {
namespace {

constexpr std::size_t kMaxLines = 100, kMaxOctets = 64UL * 1024;
constexpr int kReadsPerTurn = 8;  // of 8 KiB: a chatterer must not keep the others waiting

/// What posix_spawn(3) is told; freed with the object.
class Setup {
public:
    Setup() {
        ::posix_spawnattr_init(&attributes);
        ::posix_spawn_file_actions_init(&actions);
    }
    Setup(const Setup&) = delete;
    ~Setup() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    /// @param output becomes standard output and error.
    int prepare(int output) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        int failed = ::posix_spawnattr_setsigmask(&attributes, &none);
        if (failed == 0) failed = ::posix_spawnattr_setsigdefault(&attributes, &all);
        if (failed == 0)
            failed = ::posix_spawnattr_setflags(
                &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
        if (failed == 0)
            failed = ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
            if (failed == 0) failed = ::posix_spawn_file_actions_adddup2(&actions, output, fd);
        if (failed == 0) failed = ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        if (failed == 0) failed = ::posix_spawn_file_actions_addchdir_np(&actions, "/");
        return failed;
    }

    posix_spawnattr_t attributes{};
    posix_spawn_file_actions_t actions{};
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    out.reserve(words.size() + 1);
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

std::string describe_end(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED)
        return info.si_status == 0 ? std::string() : fmt::format("ended with exit status {}", info.si_status);
    return fmt::format("was killed by signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(EventLoop& loop, Log log, const Arguments& arguments,
                                            const std::vector<std::string>& environment, Patience patience,
                                            Done done) {
    std::unique_ptr<Child> self(
        new Child(loop, std::move(log), quoted(arguments.front(), kShown), patience, std::move(done)));
    PPP_CHECK(self->spawn(arguments, environment));
    PPP_CHECK(self->follow());
    self->limit_ = loop.after(patience.run, [child = self.get()] {
        child->end(
            fmt::format("did not end in {} s and was killed",
                        std::chrono::duration_cast<std::chrono::seconds>(child->patience_.run).count()));
    });
    return self;
}

Result<> Child::spawn(const Arguments& arguments, const std::vector<std::string>& environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("pipe");
    output_.reset(ends[0]);
    const Fd theirs(ends[1]);
    if (::fcntl(output_.get(), F_SETFL, O_NONBLOCK) != 0) return fail_errno("fcntl");
    Setup setup;
    if (const int failed = setup.prepare(theirs.get()); failed != 0)
        return fail_errno("prepare the start of a program", failed);
    auto words = arguments;
    auto variables = environment;
    const int failed = ::posix_spawn(&pid_, words.front().c_str(), &setup.actions, &setup.attributes,
                                     pointers(words).data(), pointers(variables).data());
    if (failed == 0) return {};
    pid_ = -1;
    return fail_errno("cannot be started", failed);
}

Result<> Child::follow() {
    // The header of glibc 2.36 cannot be used from C++.
    process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!process_) return fail_errno("pidfd_open");
    PPP_TRY(exit_, loop_.watch(process_.get(), EPOLLIN, [this](std::uint32_t) { ended(); }));
    PPP_TRY(readable_, loop_.watch(output_.get(), EPOLLIN, [this](std::uint32_t) { read_output(); }));
    return {};
}

Child::~Child() {
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    // It dies at once; what is not reaped would stay as a zombie.
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0 && errno == EINTR) {
    }
}

void Child::end(std::string why) {
    if (!why_.empty()) return;
    why_ = std::move(why);
    limit_ = {};
    ::kill(-pid_, SIGTERM);
    kill_ = loop_.after(patience_.grace, [this] { ::kill(-pid_, SIGKILL); });
}

void Child::read_output() {
    for (int i = 0; i < kReadsPerTurn; ++i)
        if (!read_some()) return;
}

bool Child::read_some() {
    std::array<char, 8192> octets{};
    const auto n = ::read(output_.get(), octets.data(), octets.size());
    if (n > 0) {
        take({octets.data(), static_cast<std::size_t>(n)});
        return true;
    }
    if (n == 0 || errno != EAGAIN) readable_ = {};
    return false;
}

void Child::take(std::string_view octets) {
    for (const char c : octets) {
        if (lines_ == kMaxLines || octets_ == kMaxOctets) {
            ++octets_left_out_;
            if (c == '\n') ++lines_left_out_;
            continue;
        }
        ++octets_;
        if (c == '\n')
            put_line();
        else
            line_ += c;
        // What is cut in its middle is shown as far as it went.
        if (octets_ == kMaxOctets && !line_.empty()) put_line();
    }
}

void Child::put_line() {
    ++lines_;
    log_.info(fmt::format("{}: {}", name_, cleaned(line_, kMaxOctets)));
    line_.clear();
}

void Child::ended() {
    // What it has said is in the pipe already; others of its group may go on writing for ever.
    for (std::size_t i = 0; i <= 2 * kMaxOctets / 8192 && read_some(); ++i) {
    }
    if (!line_.empty()) put_line();
    if (octets_left_out_ > 0)
        log_.info(fmt::format("{}: {} more lines ({} octets) are left out", name_, lines_left_out_,
                              octets_left_out_));
    // Before it is reaped, while the group's number is surely its own.
    if (!why_.empty()) ::kill(-pid_, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED);
    pid_ = -1;
    limit_ = {};
    kill_ = {};
    exit_ = {};
    readable_ = {};
    const auto done = std::move(done_);
    done(why_.empty() ? describe_end(info) : why_);
}

}  // namespace ppp::dispatcher
