// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Dispatcher: runs the programs of events, a few at a time, those of one interface one after the
/// other.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "dbus/dispatcher/child.hpp"
#include "dbus/dispatcher/event.hpp"
#include "dbus/dispatcher/programs.hpp"

namespace ppp::dispatcher {

class Dispatcher {
public:
    struct Limits {
        std::size_t programs = 8;  ///< at once
        std::size_t queue = 4096;  ///< events that have not begun
        Child::Patience program{};
    };

    /// @param loop and what `log` writes to outlive it.
    Dispatcher(EventLoop& loop, Log log, Trust trust, Limits limits);
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    /// Kills what still runs.
    ~Dispatcher();

    /// Takes an event. What is over the limit of the queue pushes the oldest event out that has not begun.
    void add(Event event);
    /// Gives what has begun, what waits and what still comes its time, and then ends what is left; asked
    /// again, ends it now. What add() gets after that is only counted.
    /// @param done runs once, from the loop, when nothing runs any more.
    void stop(Duration patience, Callback<void()> done);

    /// Events that have not begun, and those whose programs run.
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
    [[nodiscard]] std::size_t running() const { return jobs_.size(); }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

private:
    /// An event whose programs run, one after the other.
    struct Job {
        Event event;
        std::vector<std::string> environment;
        std::deque<Arguments> left;
        std::unique_ptr<Child> child;
    };
    struct Lane {
        std::deque<std::uint64_t> waiting;  // keys of queue_
        bool busy = false;
    };
    void begin_some();
    void begin(std::uint64_t key);
    void next_program(const std::string& interface);
    /// @return whether it runs.
    bool run(Job& job, const Arguments& arguments);
    void finished(const std::string& interface);
    void drop_oldest();
    void count_dropped(std::size_t events);
    void report_dropped();
    void check_stopped();
    void out_of_time();
    [[nodiscard]] Log log(const Event& event) const;

    EventLoop& loop_;
    Log log_;
    Trust trust_;
    Limits limits_;
    std::uint64_t next_ = 0;
    std::map<std::uint64_t, Event> queue_;         // in the order of arrival
    std::unordered_map<std::string, Lane> lanes_;  // by interface, while there is anything to do for it
    std::set<std::uint64_t> ready_;                // the first event of each lane that is not busy
    std::map<std::string, Job> jobs_;              // by interface
    std::vector<std::unique_ptr<Child>> ended_;    // whose callbacks may still be on the stack
    std::uint64_t dropped_ = 0, unreported_ = 0;
    bool stopping_ = false, over_ = false;
    Callback<void()> stopped_;
    Timer report_, sweep_, patience_, quiet_;
};

}  // namespace ppp::dispatcher
