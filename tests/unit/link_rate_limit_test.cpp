// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Rate limits of hosts: burst, refill, fairness, bounded memory.
#include <doctest/doctest.h>
#include "link/rate_limit.hpp"
#include "support/hosts.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::link;
using ppp::test::host;
using namespace std::chrono_literals;

namespace {
constexpr TimePoint kNow{1h};
}  // namespace

TEST_CASE("a bucket gives its burst at once and then its rate") {
    TokenBucket bucket;
    const TokenBucket::Rate rate{.burst = 3, .per_second = 2};
    int got = 0;
    for (int i = 0; i < 10; ++i) got += bucket.take(rate, kNow);
    CHECK(got == 3);
    CHECK_FALSE(bucket.take(rate, kNow + 400ms));
    CHECK(bucket.take(rate, kNow + 600ms));
    CHECK_FALSE(bucket.take(rate, kNow + 600ms));
    got = 0;
    for (int i = 0; i < 10; ++i) got += bucket.take(rate, kNow + 1h);
    CHECK(got == 3);  // no more than the burst is saved up
}

TEST_CASE("a host that sends too much costs only itself") {
    test::SeededRng rng;
    HostRateLimiter limiter({.burst = 5, .per_second = 1}, {.burst = 100, .per_second = 100}, rng);
    int greedy = 0;
    for (int i = 0; i < 1000; ++i) greedy += limiter.allow(host(1), kNow);
    CHECK(greedy == 5);
    for (std::uint32_t n = 2; n < 90; ++n) CHECK(limiter.allow(host(n), kNow));
}

TEST_CASE("a flood from invented addresses is bounded by the interface's rate") {
    test::SeededRng rng;
    HostRateLimiter limiter({.burst = 5, .per_second = 1}, {.burst = 100, .per_second = 50}, rng);
    int got = 0;
    for (std::uint32_t n = 0; n < 100000; ++n) got += limiter.allow(host(n), kNow + n * 10us);  // one second
    CHECK(got >= 145);
    CHECK(got <= 151);
}

TEST_CASE("of a full set the host that was silent for longest is forgotten") {
    test::SeededRng rng;
    HostRateLimiter limiter({.burst = 1, .per_second = 1}, {.burst = 1U << 30, .per_second = 1}, rng);
    CHECK(limiter.allow(host(0), kNow));
    std::uint32_t forgotten = 0;
    for (std::uint32_t n = 1; n <= 4 * HostRateLimiter::capacity(); ++n)
        forgotten += limiter.allow(host(n), kNow + n * 1us);
    CHECK(forgotten == 4 * HostRateLimiter::capacity());
    CHECK(limiter.allow(host(0), kNow + 100ms));  // its old bucket, which would be empty, is gone
}

TEST_CASE("each IPv4 address has a bucket of its own, whichever octet tells it from the others") {
    test::SeededRng rng;
    HostRateLimiter limiter({.burst = 1, .per_second = 1}, {.burst = 100, .per_second = 100}, rng);
    for (const std::uint32_t address : {0xc0000201U, 0xc0000202U, 0xc0000301U, 0xc0010201U, 0xc1000201U}) {
        CHECK(limiter.allow(address, kNow));
        CHECK_FALSE(limiter.allow(address, kNow));
    }
}
