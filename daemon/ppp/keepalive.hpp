// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Keepalive: finds out that the peer is gone, asking only when nothing else is heard of it.
#pragma once
#include <optional>
#include "base/scheduler.hpp"

namespace ppp {

/// After `timeout` of silence one Echo-Request goes out every second; after as much silence again the peer is
/// dead, so it is found dead at most 2 x timeout + 1 s after its last sign of life. Data counts as such.
class Keepalive {
public:
    class Owner {
    public:
        /// Sends an Echo-Request. @return its identifier, nullopt when it could not be sent.
        virtual std::optional<std::uint8_t> send_echo() = 0;
        /// How long no data has been received; nullopt when unknown. Whole seconds are precise enough. Asked
        /// rarely: once per timeout, then once a second while silent.
        [[nodiscard]] virtual std::optional<Duration> data_silence() = 0;
        /// Called once; the Keepalive has stopped. Must not destroy it from within.
        virtual void peer_dead() = 0;

    protected:
        ~Owner() = default;
    };

    /// Does nothing until start(). @param timeout 0 or less: never.
    Keepalive(Scheduler& time, Owner& owner, Duration timeout)
        : time_(time), owner_(owner), timeout_(timeout) {}

    /// Now counts as a sign of life.
    void start();
    void stop();
    /// Any frame of the peer came in; costs no timer and no system call.
    void received() { last_life_ = time_.now(); }
    /// The answer to the Echo-Request `id`; a sign of life as well.
    void echo_replied(std::uint8_t id);

    /// Round-trip time of the last answered Echo-Request.
    [[nodiscard]] std::optional<Duration> rtt() const { return rtt_; }

private:
    void check();

    Scheduler& time_;
    Owner& owner_;
    Duration timeout_;
    Timer timer_;
    TimePoint last_life_{};
    TimePoint echo_sent_{};
    std::optional<TimePoint> asking_;  ///< since then it is asked, without an answer
    std::optional<Duration> rtt_;
    std::optional<std::uint8_t> echo_id_;  ///< outstanding
};

}  // namespace ppp
