// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Child: one program that runs, with a time limit, and whose output goes to the log.
#pragma once
#include <sys/types.h>
#include <memory>
#include <string>
#include <vector>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "dbus/dispatcher/programs.hpp"

namespace ppp::dispatcher {

/// Runs in a session and process group of its own, in /, with an empty standard input, default signals and no
/// descriptor of ours. Destroying it kills the whole group at once.
class Child {
public:
    /// How a program ended: "" is well, else a sentence's end: "ended with exit status 3".
    using Done = Callback<void(std::string problem)>;

    struct Patience {
        Duration run = std::chrono::seconds(30);   ///< before SIGTERM
        Duration grace = std::chrono::seconds(3);  ///< between SIGTERM and SIGKILL
    };

    /// @param loop and what `log` writes to outlive it. @param log has each line of output at level info, at
    /// most 100 lines and 64 KiB; of the rest, how much it was.
    /// @param done runs once, from the loop, and may destroy the child.
    static Result<std::unique_ptr<Child>> start(EventLoop& loop, Log log, const Arguments& arguments,
                                                const std::vector<std::string>& environment,
                                                Patience patience, Done done);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// SIGTERM to the group, SIGKILL after the grace. @param why ends the sentence: "was ended: …".
    void end(std::string why);
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    Child(EventLoop& loop, Log log, std::string name, Patience patience, Done done)
        : loop_(loop),
          log_(std::move(log)),
          name_(std::move(name)),
          patience_(patience),
          done_(std::move(done)) {}
    Result<> spawn(const Arguments& arguments, const std::vector<std::string>& environment);
    Result<> follow();
    void read_output();
    /// @return false when there is nothing to read now, or never again.
    bool read_some();
    void take(std::string_view octets);
    void put_line();
    void ended();

    EventLoop& loop_;
    Log log_;
    std::string name_;
    Patience patience_;
    Done done_;
    pid_t pid_ = -1;  // -1 once it is reaped
    Fd process_, output_;
    Watch exit_, readable_;
    Timer limit_, kill_;
    std::string why_;   // it is being ended because of this
    std::string line_;  // so far
    std::size_t lines_ = 0, octets_ = 0, lines_left_out_ = 0, octets_left_out_ = 0;
};

}  // namespace ppp::dispatcher
