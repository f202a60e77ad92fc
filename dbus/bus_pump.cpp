// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_pump.hpp"
#include <sys/epoll.h>

namespace ppp::dbus {
namespace {
// A flood of calls must not keep the sessions from their turn.
constexpr int kMessagesPerTurn = 32;
}  // namespace

BusPump::BusPump(EventLoop& loop, sdbus::IConnection& bus, Lost lost)
    : loop_(loop), bus_(bus), lost_(std::move(lost)) {
    loop_.add_source(*this);
}

std::optional<TimePoint> BusPump::prepare() {
    if (dead_) return std::nullopt;
    try {
        return drain();
    } catch (const std::exception& e) {
        give_up(e.what());
    }
    return std::nullopt;
}

std::optional<TimePoint> BusPump::drain() {
    for (int handled = 0;;) {
        const auto poll = bus_.getEventLoopPollData();
        const auto deadline = compat::deadline(poll);
        // sd-bus reports a deadline in the past while it holds messages that it has read already.
        const bool due = deadline && *deadline <= loop_.now();
        if (!ready_ && !due) {
            // POLLIN and POLLOUT have the values of EPOLLIN and EPOLLOUT.
            auto followed = follow(main_, main_fd_, poll.fd, static_cast<std::uint32_t>(poll.events));
            if (const int fd = compat::wakeup_fd(poll); fd >= 0 && followed)
                followed = follow(wakeup_, wakeup_fd_, fd, EPOLLIN);
            if (!followed) {
                give_up(followed.error().what);
                return std::nullopt;
            }
            return deadline;
        }
        if (handled++ == kMessagesPerTurn) return loop_.now();
        ready_ = compat::process_one(bus_);
    }
}

Result<> BusPump::follow(Watch& watch, int& current, int fd, std::uint32_t events) {
    if (fd == current) {
        watch.set_events(events);
        return {};
    }
    PPP_TRY(watch, loop_.watch(fd, events, [this](std::uint32_t) { ready_ = true; }));
    current = fd;
    return {};
}

void BusPump::give_up(const std::string& why) {
    dead_ = true;
    // A closed socket stays readable for ever: watching it on would spin.
    main_ = {};
    wakeup_ = {};
    lost_(why);
}

}  // namespace ppp::dbus
