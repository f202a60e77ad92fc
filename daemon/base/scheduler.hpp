// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scheduler: time as protocol code sees it. EventLoop in the daemon, VirtualTime in tests.
#pragma once
#include <cassert>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include "base/callback.hpp"

namespace ppp {

using Clock = std::chrono::steady_clock;  ///< CLOCK_MONOTONIC; wall time is for people only
using Duration = Clock::duration;
using TimePoint = Clock::time_point;

class TimerQueue;

/// Owns one pending call. Destroying or re-assigning it cancels the call.
class [[nodiscard]] Timer {
public:
    Timer() = default;
    Timer(Timer&& o) noexcept : queue_(std::exchange(o.queue_, nullptr)), key_(std::move(o.key_)) {}
    Timer& operator=(Timer&& o) noexcept {
        if (this != &o) {
            cancel();
            queue_ = std::exchange(o.queue_, nullptr);
            key_ = std::move(o.key_);
        }
        return *this;
    }
    ~Timer() { cancel(); }
    void cancel() noexcept;
    [[nodiscard]] bool armed() const noexcept;

private:
    friend class TimerQueue;
    using Key = std::pair<TimePoint, std::uint64_t>;
    Timer(TimerQueue& q, Key k) : queue_(&q), key_(std::move(k)) {}
    TimerQueue* queue_ = nullptr;
    Key key_{};
};

/// Ordered by (deadline, arming order), so equal deadlines fire in the order they were armed.
class TimerQueue {
public:
    TimerQueue() = default;
    TimerQueue(const TimerQueue&) = delete;
    ~TimerQueue() { assert(pending_.empty() && "a Timer outlived its queue"); }

    Timer arm(TimePoint at, Callback<void()> fn) {
        Timer::Key key{at, ++serial_};
        pending_.emplace(key, std::move(fn));
        return Timer{*this, key};
    }
    [[nodiscard]] std::optional<TimePoint> next() const {
        return pending_.empty() ? std::nullopt : std::optional(pending_.begin()->first.first);
    }
    /// Runs what is due at `now`, one at a time: a handler may arm or cancel any other timer.
    void fire(TimePoint now) {
        while (!pending_.empty() && pending_.begin()->first.first <= now) {
            auto fn = std::move(pending_.extract(pending_.begin()).mapped());
            fn();
        }
    }

private:
    friend class Timer;
    std::map<Timer::Key, Callback<void()>> pending_;
    std::uint64_t serial_ = 0;
};

inline void Timer::cancel() noexcept {
    if (auto* q = std::exchange(queue_, nullptr)) q->pending_.erase(key_);
}
inline bool Timer::armed() const noexcept { return queue_ && queue_->pending_.contains(key_); }

class Scheduler {
public:
    virtual ~Scheduler() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Calls `fn` once, no earlier than `delay` from now, unless the Timer is destroyed first.
    virtual Timer after(Duration delay, Callback<void()> fn) = 0;
};

}  // namespace ppp
