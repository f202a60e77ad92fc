// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Session ids: never used twice at a time, rested, and spread over the kernel's buckets.
#include <doctest/doctest.h>
#include <map>
#include <set>
#include "link/session_ids.hpp"
#include "support/hosts.hpp"
#include "support/seeded_rng.hpp"
#include "support/seeds.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::link;
using ppp::test::host;
using namespace std::chrono_literals;

namespace {
/// hash_item() of drivers/net/ppp/pppoe.c with PPPOE_HASH_BITS 4, as the kernel writes it.
unsigned kernel_bucket(const MacAddress& mac, std::uint16_t sid) {
    unsigned char hash = 0;
    for (auto octet : mac) hash = static_cast<unsigned char>(hash ^ octet);
    for (unsigned i = 0; i < 16; i += 8) hash = static_cast<unsigned char>(hash ^ sid >> i);
    for (unsigned i = 8; (i >>= 1) >= 4;) hash = static_cast<unsigned char>(hash ^ hash >> i);
    return hash & 15;
}
}  // namespace

TEST_CASE("the bucket of a session is the kernel's") {
    test::SeededRng rng;
    for (int i = 0; i < 10000; ++i) {
        const auto mac = rng.octets<6>();
        const auto id = static_cast<std::uint16_t>(rng.u32());
        REQUIRE(PppoeBuckets::bucket(mac, id) == kernel_bucket(mac, id));
    }
}

TEST_CASE("sessions of many hosts fill the sixteen buckets evenly") {
    test::SeededRng rng;
    PppoeBuckets buckets;
    SessionIds ids(buckets, rng);
    for (std::uint32_t n = 0; n < 1600; ++n) REQUIRE(ids.take(host(n), TimePoint{1h}));
    for (auto load : buckets.load()) CHECK(load == 100);
}

TEST_CASE("two interfaces share the buckets but not the ids") {
    test::SeededRng rng;
    PppoeBuckets buckets;
    {
        SessionIds one(buckets, rng), two(buckets, rng);
        for (std::uint32_t n = 0; n < 160; ++n) {
            REQUIRE(one.take(host(1), TimePoint{1h}));
            REQUIRE(two.take(host(1), TimePoint{1h}));
        }
        for (auto load : buckets.load()) CHECK(load == 20);
    }
    for (auto load : buckets.load()) CHECK(load == 0);  // given back with the interface
}

TEST_CASE("one host can hold every id but 0 and 0xffff, and then none more") {
    test::SeededRng rng;
    PppoeBuckets buckets;
    SessionIds ids(buckets, rng);
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 65534; ++i) {
        const auto id = ids.take(host(1), TimePoint{1h});
        REQUIRE(id);
        REQUIRE(*id != 0);
        REQUIRE(*id != 0xffff);
        REQUIRE(seen.insert(*id).second);
    }
    CHECK_FALSE(ids.take(host(1), TimePoint{1h}));
    CHECK(ids.take(host(2), TimePoint{1h}));
    CHECK(ids.in_use() == 65535);
}

TEST_CASE("a released id rests for a minute before the same host gets it again") {
    test::SeededRng rng;
    PppoeBuckets buckets;
    SessionIds ids(buckets, rng);
    auto now = TimePoint{1h};
    for (int i = 0; i < 65533; ++i) (void)ids.take(host(1), now);
    const auto last = ids.take(host(1), now);
    REQUIRE(last);
    ids.release(host(1), *last, now);
    CHECK(ids.in_use() == 65533);
    CHECK_FALSE(ids.take(host(1), now + SessionIds::kRest - 1ms));
    CHECK(ids.take(host(1), now + SessionIds::kRest) == last);
}

TEST_CASE("whatever comes and goes, no id of a host is in use twice or within a minute") {
    test::for_seeds(20, [](std::uint32_t seed) {
        CAPTURE(seed);
        test::SeededRng rng(seed + 1);
        PppoeBuckets buckets;
        SessionIds ids(buckets, rng);
        auto now = TimePoint{1h};
        std::map<std::uint64_t, TimePoint> released;
        std::vector<std::pair<MacAddress, std::uint16_t>> open;
        std::set<std::uint64_t> in_use;
        for (int step = 0; step < 5000; ++step) {
            now += std::chrono::milliseconds(rng.below(100));
            if (rng.below(2) || open.empty()) {
                const auto mac = host(rng.below(3));
                const auto id = ids.take(mac, now);
                REQUIRE(id);
                const auto key = SessionIds::key(mac, *id);
                REQUIRE(in_use.insert(key).second);
                if (released.contains(key)) REQUIRE(now - released[key] >= SessionIds::kRest);
                open.emplace_back(mac, *id);
            } else {
                std::swap(open[rng.below(static_cast<std::uint32_t>(open.size()))], open.back());
                const auto [mac, id] = open.back();
                open.pop_back();
                ids.release(mac, id, now);
                in_use.erase(SessionIds::key(mac, id));
                released[SessionIds::key(mac, id)] = now;
            }
            REQUIRE(ids.in_use() == open.size());
        }
        std::uint32_t total = 0;
        for (auto load : buckets.load()) total += load;
        CHECK(total == open.size());
    });
}

TEST_CASE("resting ids are bounded: the oldest make room") {
    test::SeededRng rng;
    PppoeBuckets buckets;
    SessionIds ids(buckets, rng);
    const auto now = TimePoint{1h};
    for (std::uint32_t n = 0; n < SessionIds::kMaxResting + 100; ++n)
        ids.release(host(n), *ids.take(host(n), now), now);
    CHECK(ids.in_use() == 0);
}
