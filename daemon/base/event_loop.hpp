// SPDX-License-Identifier: GPL-2.0-or-later
/// @file EventLoop: the daemon's only thread. epoll for descriptors, its timeout for all timers.
#pragma once
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "base/scheduler.hpp"

namespace ppp {

class EventLoop;

/// Keeps a descriptor watched; destroying it stops the callbacks at once, also from inside one.
class [[nodiscard]] Watch {
public:
    Watch() = default;
    Watch(Watch&& o) noexcept : loop_(std::exchange(o.loop_, nullptr)), id_(o.id_) {}
    Watch& operator=(Watch&& o) noexcept;
    ~Watch();
    /// Changes the wanted EPOLL* events; a no-op when they are the same.
    void set_events(std::uint32_t events);

private:
    friend class EventLoop;
    Watch(EventLoop& l, std::uint64_t id) : loop_(&l), id_(id) {}
    EventLoop* loop_ = nullptr;
    std::uint64_t id_ = 0;
};

class EventLoop final : public Scheduler {
public:
    using IoHandler = Callback<void(std::uint32_t events)>;
    /// Something that must look at itself before every sleep (the D-Bus connection).
    class Source {
    public:
        virtual ~Source() = default;
        /// Does all work that is ready. @return the time by which it wants to be called again.
        virtual std::optional<TimePoint> prepare() = 0;
    };

    static Result<std::unique_ptr<EventLoop>> create();
    ~EventLoop() override;

    [[nodiscard]] TimePoint now() const override { return Clock::now(); }
    Timer after(Duration delay, Callback<void()> fn) override;
    /// The descriptor stays the caller's and must outlive the Watch.
    Result<Watch> watch(int fd, std::uint32_t events, IoHandler handler);
    void add_source(Source& s) { sources_.push_back(&s); }
    void remove_source(Source& s) { std::erase(sources_, &s); }

    /// Runs until quit(). @return the exit status given to quit().
    int run();
    void quit(int status = 0) { status_ = status; }

private:
    friend class Watch;
    struct Entry {
        int fd;
        std::uint32_t events;
        std::shared_ptr<IoHandler> handler;
    };
    explicit EventLoop(Fd epoll) : epoll_(std::move(epoll)) {}
    void wait_until(std::optional<TimePoint> deadline);

    Fd epoll_;
    TimerQueue timers_;
    std::unordered_map<std::uint64_t, Entry> entries_;  // id -> entry; ids are never reused
    std::vector<Source*> sources_;
    std::uint64_t next_id_ = 1;
    std::optional<int> status_;
};

}  // namespace ppp
