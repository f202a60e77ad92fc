// SPDX-License-Identifier: GPL-2.0-or-later
/// @file turn_until(): lets a real loop work until something has happened.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <functional>
#include "base/event_loop.hpp"

namespace ppp::test {

/// A thread of the test that waits cannot be taken back, so the test program ends.
inline void stuck() {
    std::fputs("nothing came in a minute\n", stderr);
    std::abort();
}

/// Turns the loop until the condition holds; fails after a minute.
inline void turn_until(EventLoop& loop, const std::function<bool()>& condition) {
    struct Probe final : EventLoop::Source {
        std::optional<TimePoint> prepare() override {
            if (holds()) turned.quit(0);
            // What is waited for may be a sibling's doing that wakes nobody.
            return turned.now() + std::chrono::milliseconds(5);
        }
        Probe(EventLoop& l, const std::function<bool()>& c) : turned(l), holds(c) { l.add_source(*this); }
        ~Probe() override { turned.remove_source(*this); }
        EventLoop& turned;
        const std::function<bool()>& holds;
    } probe(loop, condition);
    auto timer = loop.after(std::chrono::seconds(60), stuck);
    loop.run();
}

}  // namespace ppp::test
