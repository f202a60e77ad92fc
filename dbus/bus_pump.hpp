// SPDX-License-Identifier: GPL-2.0-or-later
/// @file BusPump: lets an sdbus-c++ connection live on our EventLoop.
#pragma once
#include <string>
#include "base/event_loop.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {

/// Handles messages when the descriptor is ready or the library asks for time; a turn of the loop in which
/// nothing came costs no system call. Whoever sends needs not tell the pump: what could not leave at once is
/// seen before the next sleep.
class BusPump final : public EventLoop::Source {
public:
    /// Runs once, from inside prepare(), when the connection is lost; it must not destroy the pump.
    using Lost = Callback<void(const std::string& why)>;

    /// The connection must outlive the pump.
    BusPump(EventLoop& loop, sdbus::IConnection& bus, Lost lost);
    BusPump(const BusPump&) = delete;
    BusPump& operator=(const BusPump&) = delete;
    ~BusPump() override { loop_.remove_source(*this); }

    std::optional<TimePoint> prepare() override;

private:
    std::optional<TimePoint> drain();
    Result<> follow(Watch& watch, int& current, int fd, std::uint32_t events);
    void give_up(const std::string& why);

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    Lost lost_;
    Watch main_, wakeup_;
    int main_fd_ = -1, wakeup_fd_ = -1;
    bool ready_ = true;  // the handshake may have left messages behind
    bool dead_ = false;
};

}  // namespace ppp::dbus
