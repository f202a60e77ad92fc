// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/program.hpp"
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <csignal>
#include "base/fd.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every C library's header

namespace ppp::ctl {
namespace {

volatile sig_atomic_t running = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): handler

void pass_on(int number) {
    if (running > 0) (void)::kill(running, number);
}

/// SIGINT and SIGTERM go to the program as long as this lives.
class PassingOn {
public:
    explicit PassingOn(pid_t child) {
        running = child;
        struct sigaction action {};
        action.sa_handler = pass_on;
        (void)::sigaction(SIGINT, &action, &interrupt_);
        (void)::sigaction(SIGTERM, &action, &terminate_);
    }
    PassingOn(const PassingOn&) = delete;
    PassingOn& operator=(const PassingOn&) = delete;
    ~PassingOn() {
        (void)::sigaction(SIGINT, &interrupt_, nullptr);
        (void)::sigaction(SIGTERM, &terminate_, nullptr);
        running = 0;
    }

private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

std::string read_all(int fd) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto n = ::read(fd, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace

Outcome<Ended> run_program(const std::vector<std::string>& words, bool capture) {
    std::array<int, 2> ends{-1, -1};
    if (capture && ::pipe2(ends.data(), O_CLOEXEC) != 0) return problem(Exit::failed, "cannot make a pipe");
    Fd read_end(ends[0]), write_end(ends[1]);
    // A file and no second pipe: what nobody reads meanwhile must not stop the program.
    const Fd errors(capture ? ::memfd_create("errors", MFD_CLOEXEC) : -1);
    if (capture && errors.get() < 0) return problem(Exit::failed, "cannot make a file in memory");
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    arguments.reserve(copies.size() + 1);
    for (auto& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    (void)::posix_spawn_file_actions_init(&actions);
    if (capture) {
        (void)::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
        (void)::posix_spawn_file_actions_adddup2(&actions, errors.get(), STDERR_FILENO);
    }
    // What this process has blocked for its loop must reach the program.
    posix_spawnattr_t attributes;
    sigset_t none;
    (void)::sigemptyset(&none);
    (void)::posix_spawnattr_init(&attributes);
    (void)::posix_spawnattr_setsigmask(&attributes, &none);
    (void)::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t child = -1;
    const int error =
        ::posix_spawnp(&child, words.front().c_str(), &actions, &attributes, arguments.data(), environ);
    (void)::posix_spawnattr_destroy(&attributes);
    (void)::posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT)
        return problem(Exit::failed, "the program '" + words.front() + "' is not installed; install it");
    if (error != 0) return problem(Exit::failed, "cannot run '" + words.front() + "'");
    const PassingOn passing(child);
    write_end = Fd();
    Ended ended;
    if (capture) ended.output = read_all(read_end.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (capture && ::lseek(errors.get(), 0, SEEK_SET) == 0) ended.errors = read_all(errors.get());
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

}  // namespace ppp::ctl
