// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/keepalive.hpp"
#include <algorithm>

namespace ppp {

using namespace std::chrono_literals;

void Keepalive::start() {
    received();
    echo_id_.reset();
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

    if (silence >= 2 * timeout_) return owner_.peer_dead();
    auto next = timeout_ - silence;
    if (silence >= timeout_) {
        echo_sent_ = now;
        echo_id_ = owner_.send_echo();
        next = std::min<Duration>(1s, 2 * timeout_ - silence);
    }
    timer_ = time_.after(next, [this] { check(); });
}

}  // namespace ppp
