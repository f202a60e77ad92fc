// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/rate_limit.hpp"
#include <algorithm>

namespace ppp::link {

bool TokenBucket::take(const Rate& rate, TimePoint now) {
    const auto burst = static_cast<float>(rate.burst);
    if (last_ == TimePoint{}) {
        tokens_ = burst;
    } else {
        const std::chrono::duration<float> elapsed = now - last_;
        tokens_ = std::min(burst, tokens_ + elapsed.count() * static_cast<float>(rate.per_second));
    }
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

HostRateLimiter::HostRateLimiter(TokenBucket::Rate per_host, TokenBucket::Rate all, Rng& rng)
    : per_host_(per_host),
      all_(all),
      seed_(std::uint64_t{rng.u32()} << 32 | rng.u32() | 1),
      slots_(capacity()) {}

std::size_t HostRateLimiter::set_of(const MacAddress& host) const {
    std::uint64_t value = 0;
    for (auto octet : host) value = value << 8 | octet;
    value = (value ^ value >> 24) * seed_;
    return static_cast<std::size_t>(value >> 56) % kSets;
}

bool HostRateLimiter::allow(const MacAddress& host, TimePoint now) {
    const auto set = std::span(slots_).subspan(set_of(host) * kWays, kWays);
    auto slot = std::ranges::find(set, host, &Slot::host);
    if (slot == set.end()) {
        slot = std::ranges::min_element(set, {}, [](const Slot& s) { return s.bucket.last(); });
        *slot = {host, {}};
    }
    // The host's own bucket first: what one host sends too much must not cost the others their tokens.
    return slot->bucket.take(per_host_, now) && everybody_.take(all_, now);
}

bool HostRateLimiter::allow(std::uint32_t address, TimePoint now) {
    MacAddress host{};
    for (auto octet = host.rbegin(); address != 0; ++octet, address >>= 8)
        *octet = static_cast<std::uint8_t>(address);
    return allow(host, now);
}

}  // namespace ppp::link
