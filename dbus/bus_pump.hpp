// SPDX-License-Identifier: GPL-2.0-or-later
/// @file BusPump: lets an sdbus-c++ connection live on our EventLoop. Builds against 1.2 and 2.x.
#pragma once
#include <sdbus-c++/IConnection.h>
#include <sys/epoll.h>
#include <climits>
#include "base/event_loop.hpp"

namespace ppp::dbus {
namespace compat {  // the only place that knows which sdbus-c++ this is
template <class C>
bool process_one(C& c) {
    if constexpr (requires { c.processPendingEvent(); })
        return c.processPendingEvent();  // 2.x
    else
        return c.processPendingRequest();  // 1.x
}
template <class P>
std::optional<TimePoint> deadline(const P& p) {
    using std::chrono::microseconds;
    if constexpr (requires { p.timeout_usec; }) {  // 1.x: UINT64_MAX is "never"
        if (p.timeout_usec == UINT64_MAX) return std::nullopt;
        return TimePoint{microseconds(p.timeout_usec)};
    } else {  // 2.x: microseconds::max() is "never"
        if (p.timeout == microseconds::max()) return std::nullopt;
        return TimePoint{p.timeout};
    }
}
template <class P>
int wakeup_fd(const P& p) {
    if constexpr (requires { p.eventFd; })
        return p.eventFd;
    else
        return -1;
}
}  // namespace compat

/// sd-bus may hold parsed messages while its descriptor is quiet, so readiness alone is not enough:
/// before every sleep the connection is drained, then asked anew what it waits for.
class BusPump final : public EventLoop::Source {
public:
    BusPump(EventLoop& loop, sdbus::IConnection& bus) : loop_(loop), bus_(bus) { loop_.add_source(*this); }
    ~BusPump() override { loop_.remove_source(*this); }

    std::optional<TimePoint> prepare() override {
        while (compat::process_one(bus_)) {
        }
        const auto poll = bus_.getEventLoopPollData();
        follow(main_, main_fd_, poll.fd,
               static_cast<std::uint32_t>(poll.events));  // POLLIN/OUT == EPOLLIN/OUT
        if (int fd = compat::wakeup_fd(poll); fd >= 0) follow(wakeup_, wakeup_fd_, fd, EPOLLIN);
        return compat::deadline(poll);
    }

private:
    void follow(Watch& watch, int& current, int fd, std::uint32_t events) {
        if (fd == current) return watch.set_events(events);
        auto fresh = loop_.watch(fd, events, [](std::uint32_t) {});  // prepare() does the work
        if (!fresh) return;
        watch = std::move(*fresh);
        current = fd;
    }
    EventLoop& loop_;
    sdbus::IConnection& bus_;
    Watch main_, wakeup_;
    int main_fd_ = -1, wakeup_fd_ = -1;
};

}  // namespace ppp::dbus
