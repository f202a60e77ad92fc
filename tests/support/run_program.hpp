// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Runs a program and keeps what it says; on a terminal of its own when asked.
#pragma once
#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

namespace ppp::test {

struct Finished {
    int status = -1;  ///< exit status, or 128 + signal
    std::string out, err;
};

/// A running program; killed when this goes and it still runs.
class Program {
public:
    /// @param columns of its terminal; 0 is a pipe. On a terminal `err` stays empty: both are one.
    explicit Program(std::vector<std::string> words, unsigned short columns = 0) {
        int out[2] = {-1, -1}, err[2] = {-1, -1};
        if (columns == 0) {
            if (::pipe(out) != 0 || ::pipe(err) != 0) std::abort();
            pid_ = ::fork();
        } else {
            winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
            pid_ = ::forkpty(&out_, nullptr, nullptr, &size);
        }
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (columns == 0) {
                ::dup2(out[1], STDOUT_FILENO);
                ::dup2(err[1], STDERR_FILENO);
            }
            for (int fd = 3; fd < 256; ++fd) ::close(fd);
            std::vector<char*> argv;
            for (auto& w : words) argv.push_back(w.data());
            argv.push_back(nullptr);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        if (columns != 0) return;
        ::close(out[1]);
        ::close(err[1]);
        out_ = out[0];
        err_ = err[0];
    }
    Program(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        if (out_ >= 0) ::close(out_);
        if (err_ >= 0) ::close(err_);
    }

    void interrupt() const { ::kill(pid_, SIGINT); }
    [[nodiscard]] const std::string& out() const { return result_.out; }
    [[nodiscard]] const std::string& err() const { return result_.err; }
    /// Reads until the condition on out() or err() holds or the program is silent for ever. @return whether
    /// it held.
    bool read_until(const std::function<bool()>& condition) {
        while (!condition())
            if (!read_some()) return condition();
        return true;
    }
    Finished finish() {
        while (read_some()) {
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return result_;
    }

private:
    bool read_some() {
        std::array<pollfd, 2> fds{pollfd{.fd = out_, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = err_, .events = POLLIN, .revents = 0}};
        if (out_ < 0 && err_ < 0) return false;
        if (::poll(fds.data(), fds.size(), -1) < 0) return false;
        if (fds[0].revents != 0) take(out_, result_.out);
        if (fds[1].revents != 0) take(err_, result_.err);
        return out_ >= 0 || err_ >= 0;
    }
    static void take(int& fd, std::string& into) {
        std::array<char, 4096> octets{};
        const auto n = ::read(fd, octets.data(), octets.size());
        if (n > 0) {
            into.append(octets.data(), static_cast<std::size_t>(n));
            return;
        }
        ::close(fd);  // a terminal ends with EIO
        fd = -1;
    }
    pid_t pid_ = -1;
    int out_ = -1, err_ = -1;
    Finished result_;
};

}  // namespace ppp::test
