// SPDX-License-Identifier: GPL-2.0-or-later
/// @file HostRateLimiter: how many packets one host and all hosts together may cost us; bounded memory.
#pragma once
#include <array>
#include <cstdint>
#include <vector>
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/transport.hpp"

namespace ppp::link {

class TokenBucket {
public:
    struct Rate {
        std::uint32_t burst, per_second;
    };
    /// Takes one token. A bucket that was never used is full.
    bool take(const Rate& rate, TimePoint now);
    [[nodiscard]] TimePoint last() const { return last_; }

private:
    TimePoint last_{};  // of the newest take, Clock's epoch before the first
    float tokens_ = 0;
};

/// Four-way set-associative: a host that comes into a full set takes the place of the one silent for longest.
class HostRateLimiter {
public:
    HostRateLimiter(TokenBucket::Rate per_host, TokenBucket::Rate all, Rng& rng);
    /// Whether a packet of this host may be answered now.
    bool allow(const MacAddress& host, TimePoint now);
    /// The same of an IPv4 address, in host order; one limiter counts hosts of one kind.
    bool allow(std::uint32_t address, TimePoint now);
    [[nodiscard]] static constexpr std::size_t capacity() { return kSets * kWays; }

private:
    static constexpr std::size_t kSets = 256, kWays = 4;
    struct Slot {
        MacAddress host{};
        TokenBucket bucket;
    };
    [[nodiscard]] std::size_t set_of(const MacAddress& host) const;

    TokenBucket::Rate per_host_, all_;
    TokenBucket everybody_;
    std::uint64_t seed_;  // so that nobody can aim at one set
    std::vector<Slot> slots_;
};

}  // namespace ppp::link
