// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MemoryLink: a duplex wire with latency, loss, duplication and reordering, driven by virtual time.
#pragma once
#include <functional>
#include <list>
#include <random>
#include "support/virtual_time.hpp"
#include "wire/bytes.hpp"

namespace ppp::test {

class MemoryLink {
public:
    using Receiver = std::function<void(wire::ByteView)>;
    /// Probabilities from 0 to 1. The same seed gives the same faults.
    struct Faults {
        double loss = 0;
        double duplicate = 0;
        double reorder = 0;  ///< of being delayed by up to `late`, so that later frames overtake
        Duration late = std::chrono::seconds(4);
        std::uint32_t seed = 1;
    };

    explicit MemoryLink(Scheduler& t) : time_(t) {}
    void set_faults(Faults f) {
        faults_ = f;
        rng_.seed(f.seed);
    }
    Receiver left, right;                               ///< what each end does with a frame that arrives
    std::function<void(char dir, wire::ByteView)> tap;  ///< every frame sent: '>' left to right, '<' back
    void send_left(wire::ByteView p) {
        carry('>', p, [this](wire::ByteView v) { right(v); });
    }
    void send_right(wire::ByteView p) {
        carry('<', p, [this](wire::ByteView v) { left(v); });
    }

private:
    void carry(char dir, wire::ByteView p, const Receiver& to) {
        if (tap) tap(dir, p);
        if (chance(faults_.loss)) return;
        for (int n = chance(faults_.duplicate) ? 2 : 1; n-- > 0;) {
            std::erase_if(flying_, [](const Timer& t) { return !t.armed(); });
            Duration delay = std::chrono::milliseconds(10);
            if (chance(faults_.reorder))
                delay +=
                    Duration(std::uniform_int_distribution<Duration::rep>{0, faults_.late.count()}(rng_));
            flying_.push_back(time_.after(delay, [to, copy = wire::Bytes(p.begin(), p.end())] { to(copy); }));
        }
    }
    bool chance(double p) { return std::uniform_real_distribution<>{}(rng_) < p; }
    Scheduler& time_;
    Faults faults_;
    std::mt19937 rng_{1};
    std::list<Timer> flying_;
};

}  // namespace ppp::test
