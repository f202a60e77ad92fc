// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a Source may do to its loop.
#include <doctest/doctest.h>
#include "base/event_loop.hpp"

using namespace ppp;

TEST_CASE("a loop without descriptors and timers ends at once when a source quits it") {
    auto loop = std::move(EventLoop::create().value());
    struct Quitter final : EventLoop::Source {
        explicit Quitter(EventLoop& l) : loop(l) { loop.add_source(*this); }
        ~Quitter() override { loop.remove_source(*this); }
        std::optional<TimePoint> prepare() override {
            loop.quit(7);
            return std::nullopt;
        }
        EventLoop& loop;
    } quitter(*loop);
    CHECK(loop->run() == 7);
}
