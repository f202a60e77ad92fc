// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/keepalive.hpp"
#include <algorithm>

namespace ppp {

using namespace std::chrono_literals;

void Keepalive::start() {
    received();
    echo_id_.reset();
    asking_.reset();
    if (timeout_ > 0s) timer_ = time_.after(timeout_, [this] { check(); });
}

void Keepalive::stop() { timer_.cancel(); }

void Keepalive::echo_replied(std::uint8_t id) {
    received();
    if (echo_id_ != id) return;
    rtt_ = time_.now() - echo_sent_;
    echo_id_.reset();
}

void Keepalive::check() {
    const auto now = time_.now();
    auto silence = now - last_life_;
    if (const auto data = owner_.data_silence())
        silence = std::min(silence, std::max(*data, Duration::zero()));

    auto next = timeout_ - silence;
    if (silence < timeout_) {
        asking_.reset();
    } else {
        // However long the silence seems to be: nobody is dead who was not asked.
        if (!asking_) asking_ = now;
        const auto asked = now - *asking_;
        if (asked >= timeout_) return owner_.peer_dead();
        echo_sent_ = now;
        echo_id_ = owner_.send_echo();
        next = std::min<Duration>(1s, timeout_ - asked);
    }
    timer_ = time_.after(next, [this] { check(); });
}

}  // namespace ppp
