// SPDX-License-Identifier: GPL-2.0-or-later
/// @file VirtualTime: a Scheduler whose clock moves only when a test says so.
#pragma once
#include "base/scheduler.hpp"
namespace ppp::test {
class VirtualTime final : public Scheduler {
public:
    [[nodiscard]] TimePoint now() const override { return now_; }
    Timer after(Duration d, Callback<void()> fn) override { return queue_.arm(now_ + d, std::move(fn)); }
    /// Nothing is armed.
    [[nodiscard]] bool idle() const { return !queue_.next(); }
    void advance(Duration d) {
        auto end = now_ + d;
        while (auto t = queue_.next()) {
            if (*t > end) break;
            now_ = std::max(now_, *t);
            queue_.fire(now_);
        }
        now_ = end;
    }

private:
    TimePoint now_{std::chrono::hours(1)};
    TimerQueue queue_;
};
}  // namespace ppp::test
