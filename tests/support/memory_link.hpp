// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MemoryLink: a duplex wire with latency, loss and duplication, driven by virtual time.
#pragma once
#include <list>
#include <random>
#include "virtual_time.hpp"
#include "wire/bytes.hpp"
namespace ppp::test {
class MemoryLink {
public:
    using Receiver = std::function<void(wire::ByteView)>;
    explicit MemoryLink(Scheduler& t) : time_(t) {}
    struct Faults {
        double loss = 0, duplicate = 0;
        std::uint32_t seed = 1;
    };
    void set_faults(Faults f) {
        faults_ = f;
        rng_.seed(f.seed);
    }
    Receiver left, right;
    std::function<void(char dir, wire::ByteView)> tap;  ///< transcript for golden tests
    void send_left(wire::ByteView p) {
        carry('>', p, [this](wire::ByteView v) { right(v); });
    }
    void send_right(wire::ByteView p) {
        carry('<', p, [this](wire::ByteView v) { left(v); });
    }

private:
    void carry(char dir, wire::ByteView p, Receiver to) {
        if (tap) tap(dir, p);
        if (chance(faults_.loss)) return;
        for (int n = chance(faults_.duplicate) ? 2 : 1; n-- > 0;) {
            std::erase_if(flying_, [](const Timer& t) { return !t.armed(); });
            flying_.push_back(time_.after(std::chrono::milliseconds(10),
                                          [to, copy = wire::Bytes(p.begin(), p.end())] { to(copy); }));
        }
    }
    bool chance(double p) { return std::uniform_real_distribution<>{}(rng_) < p; }
    Scheduler& time_;
    Faults faults_;
    std::mt19937 rng_{1};
    std::list<Timer> flying_;
};
}  // namespace ppp::test
