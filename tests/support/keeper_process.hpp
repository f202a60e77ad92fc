// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A real pppmanager-keeper beside the test, daemons that die, and files that can be told apart.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>
#include "base/file_limit.hpp"
#include "keeper/keeper_link.hpp"
#include "support/fake_pid1.hpp"
#include "support/log_capture.hpp"
#include "support/scratch_directory.hpp"
#include "support/turn_until.hpp"

namespace ppp::test {

inline Fd new_file() { return Fd(::memfd_create("test", MFD_CLOEXEC)); }
inline ino_t inode(int fd) {
    struct stat st {};
    REQUIRE(::fstat(fd, &st) == 0);
    return st.st_ino;
}
inline ino_t inode(const Fd& fd) { return inode(fd.get()); }

/// Of the greatest length, so that few of them fill a socket.
inline std::string long_key(int i) {
    auto key = std::to_string(i);
    return std::string(keeper::kMaxKey - key.size(), 'k') + key;
}

inline std::size_t count_files(pid_t pid) {
    std::error_code failed;
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd", failed);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

class KeeperProcess {
public:
    struct Setting {
        std::string program = KEEPER_PATH;
        std::string socket;
        std::string log;  ///< its standard error, appended
        std::vector<std::string> words;
        const FakePid1* manager = nullptr;
        uid_t user = 0;    ///< 0: the test's own
        rlim_t files = 0;  ///< the hard limit; 0: the test's own
    };

    explicit KeeperProcess(const Setting& setting) : setting_(setting), pid_(::fork()) {
        if (pid_ == 0) run();
        REQUIRE(pid_ > 0);
    }
    KeeperProcess(const KeeperProcess&) = delete;
    ~KeeperProcess() { kill(); }

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const { ::kill(pid_, number); }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        (void)wait();
    }
    /// @return its exit status, 128 + signal.
    int wait() {
        int status = 0;
        REQUIRE(::waitpid(std::exchange(pid_, -1), &status, 0) > 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    [[nodiscard]] bool said(const std::string& part) const {
        std::ifstream file(setting_.log);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        return text.find(part) != std::string::npos;
    }

private:
    [[noreturn]] void run() const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open(setting_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
        ::dup2(log, STDERR_FILENO);
        ::unsetenv("NOTIFY_SOCKET");
        std::string names;
        int next = 3;
        if (setting_.manager != nullptr) {
            ::setenv("NOTIFY_SOCKET", setting_.manager->path().c_str(), 1);
            std::vector<int> copies;  // out of the way of the numbers that they shall have
            for (const auto& [name, file] : setting_.manager->stored()) {
                copies.push_back(::fcntl(file.get(), F_DUPFD, 500));
                names += (names.empty() ? "" : ":") + name;
            }
            for (const int fd : copies) ::dup2(fd, next++);
        }
        ::close_range(static_cast<unsigned>(next), ~0U, 0);
        ::setenv("LISTEN_FDS", std::to_string(next - 3).c_str(), 1);
        ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        const rlimit limit{.rlim_cur = setting_.files, .rlim_max = setting_.files};
        if (setting_.files != 0 && ::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(120);
        if (setting_.user != 0 && ::setresuid(setting_.user, setting_.user, setting_.user) != 0) ::_exit(121);
        std::vector<std::string> words{setting_.program, "--socket", setting_.socket, "--verbose"};
        words.insert(words.end(), setting_.words.begin(), setting_.words.end());
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        ::execv(argv[0], argv.data());
        ::_exit(122);
    }

    Setting setting_;
    pid_t pid_;
};

using keeper::KeeperLink;
/// A process that has more files under way than a process of its user with the limit may add to.
class CrowdedUser {
public:
    static constexpr rlim_t kLimit = 300;
    /// Root is not held to the limit, so it plays somebody else.
    static uid_t user() { return ::geteuid() == 0 ? 65533 : ::geteuid(); }

    CrowdedUser() {
        std::array<int, 2> ready{-1, -1};
        REQUIRE(::pipe2(ready.data(), O_CLOEXEC) == 0);
        const Fd in(ready[0]);
        Fd out(ready[1]);
        pid_ = ::fork();
        if (pid_ == 0) crowd(out.get());
        out.reset();
        char octet = 0;
        REQUIRE(::read(in.get(), &octet, 1) == 1);
    }
    CrowdedUser(const CrowdedUser&) = delete;
    ~CrowdedUser() { leave(); }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void leave() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(std::exchange(pid_, -1), nullptr, 0);
    }

private:
    [[noreturn]] static void crowd(int ready) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        std::array<int, 2> pair{-1, -1};
        if (::setresuid(user(), user(), user()) != 0) ::_exit(1);
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()) != 0) ::_exit(2);
        const std::vector<int> many(keeper::kFilesInMessage, ready);
        for (int i = 0; i < 2; ++i)
            if (keeper::send(pair[0], wire::Bytes{1}, many) != keeper::Sent::yes) ::_exit(3);
        (void)!::write(ready, "x", 1);
        for (;;) ::pause();
    }
    pid_t pid_ = -1;
};

using keeper::Kept;

/// A directory, a loop, a log, and what a daemon needs.
struct KeeperBench {
    ScratchDirectory directory;
    LogCapture log;
    std::unique_ptr<EventLoop> loop = std::move(EventLoop::create().value());
    std::string socket = directory.path() / "keeper.sock";
    KeeperProcess::Setting setting{.program = KEEPER_PATH,
                                   .socket = socket,
                                   .log = directory.path() / "log",
                                   .words = {},
                                   .manager = nullptr,
                                   .user = 0,
                                   .files = 0};
    std::vector<Fd> files;  // of this daemon

    KeeperBench() { raise_file_limit(); }

    struct Daemon {
        std::unique_ptr<KeeperLink> link;
        Kept kept;
    };

    void until(const std::function<bool()>& condition) const { turn_until(*loop, condition); }
    /// Starts a keeper and waits until it listens.
    [[nodiscard]] std::unique_ptr<KeeperProcess> start() const {
        std::error_code ignored;
        const auto before = std::filesystem::last_write_time(socket, ignored);
        auto process = std::make_unique<KeeperProcess>(setting);
        until([&] {
            std::error_code failed;
            const auto now = std::filesystem::last_write_time(socket, failed);
            return !failed && (ignored || now != before);
        });
        return process;
    }
    [[nodiscard]] Daemon daemon() const {
        auto opened = KeeperLink::open(*loop, socket, Log(const_cast<LogCapture&>(log)), kPatience);
        REQUIRE_MESSAGE(opened.has_value(), opened.error().what);
        return {std::move(opened->first), std::move(opened->second)};
    }
    /// A new file, open until the bench ends.
    int file() {
        files.push_back(new_file());
        REQUIRE(files.back());
        return files.back().get();
    }
    /// A daemon in a process of its own that is killed when `life` returns true.
    void daemon_that_dies(const std::function<bool(Daemon&)>& life) const {
        const pid_t pid = ::fork();
        REQUIRE(pid >= 0);
        if (pid == 0) {
            auto own = std::move(EventLoop::create().value());
            LogCapture quiet;
            auto opened = KeeperLink::open(*own, socket, Log(quiet), kPatience);
            if (!opened) ::_exit(1);
            Daemon it{std::move(opened->first), std::move(opened->second)};
            if (!life(it)) ::_exit(2);
            ::raise(SIGKILL);
        }
        int status = 0;
        REQUIRE(::waitpid(pid, &status, 0) == pid);
        REQUIRE(WIFSIGNALED(status));
    }

    static constexpr Duration kPatience = std::chrono::seconds(30);
};

/// Inodes by key, to compare.
inline std::map<std::string, std::vector<ino_t>> inodes(const Kept& kept) {
    std::map<std::string, std::vector<ino_t>> all;
    for (const auto& [key, files] : kept)
        for (const auto& file : files) all[key].push_back(inode(file));
    return all;
}

}  // namespace ppp::test
