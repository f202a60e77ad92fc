// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AC-Cookies: what proves a host, and everything that does not.
#include <doctest/doctest.h>
#include <set>
#include "link/ac_cookie.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace std::chrono_literals;

namespace {
constexpr MacAddress kHost{2, 0, 0, 0, 0, 1}, kOther{2, 0, 0, 0, 0, 2};
constexpr TimePoint kMade{1h + 1s};
}  // namespace

TEST_CASE("a cookie proves its host and brings its tag back") {
    test::SeededRng rng;
    AcCookie cookies("eth1", rng);
    const auto cookie = cookies.make(kHost, 0xbeef, kMade);
    const auto proof = cookies.check(kHost, cookie, kMade);
    REQUIRE(proof);
    CHECK(proof->tag == 0xbeef);
}

TEST_CASE("a cookie of another host, interface or daemon proves nothing") {
    test::SeededRng rng;
    AcCookie cookies("eth1", rng), elsewhere("eth1", rng);
    const auto cookie = cookies.make(kHost, 1, kMade);
    CHECK_FALSE(cookies.check(kOther, cookie, kMade));
    CHECK_FALSE(elsewhere.check(kHost, cookie, kMade));
    test::SeededRng same(5), again(5);
    AcCookie here("eth1", same), there("eth2", again);
    const auto of_here = here.make(kHost, 1, kMade);
    CHECK(here.check(kHost, of_here, kMade));
    CHECK_FALSE(there.check(kHost, of_here, kMade));
}

TEST_CASE("any changed bit and any other length make a cookie worthless") {
    test::SeededRng rng;
    AcCookie cookies("eth1", rng);
    const auto cookie = cookies.make(kHost, 1, kMade);
    for (std::size_t bit = 0; bit < 8 * cookie.size(); ++bit) {
        auto forged = cookie;
        forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ 1U << bit % 8);
        REQUIRE_FALSE(cookies.check(kHost, forged, kMade));
    }
    CHECK_FALSE(cookies.check(kHost, wire::ByteView{cookie}.first(23), kMade));
    CHECK_FALSE(cookies.check(kHost, {}, kMade));
}

TEST_CASE("a cookie lives for one slot at least and two at most") {
    test::SeededRng rng;
    AcCookie cookies("eth1", rng);
    const TimePoint start{1h};  // a slot begins
    const auto cookie = cookies.make(kHost, 1, start + AcCookie::kSlot - 1ms);
    CHECK(cookies.check(kHost, cookie, start + 2 * AcCookie::kSlot - 1ms));
    CHECK_FALSE(cookies.check(kHost, cookie, start + 2 * AcCookie::kSlot));
    // The slot's octet in the cookie comes round after 256 slots; the seal does not.
    CHECK_FALSE(cookies.check(kHost, cookie, start + 256 * AcCookie::kSlot));
}

TEST_CASE("every cookie is another, and knows the session it made while it is valid") {
    test::SeededRng rng;
    AcCookie cookies("eth1", rng);
    std::set<AcCookie::Value> all;
    for (int i = 0; i < 1000; ++i) CHECK(all.insert(cookies.make(kHost, 1, kMade)).second);
    const auto one = *cookies.check(kHost, *all.begin(), kMade);
    const auto two = *cookies.check(kHost, *all.rbegin(), kMade);
    cookies.spend(one, 77, kMade);
    CHECK(cookies.spent(one) == 77U);
    CHECK_FALSE(cookies.spent(two));
    cookies.spend(two, 78, kMade + AcCookie::kSlot);
    CHECK(cookies.spent(one) == 77U);  // one slot later both are valid
    const auto late = *cookies.check(kHost, cookies.make(kHost, 1, kMade + 5 * AcCookie::kSlot),
                                     kMade + 5 * AcCookie::kSlot);
    cookies.spend(late, 79, kMade + 5 * AcCookie::kSlot);
    CHECK_FALSE(cookies.spent(one));  // long expired: forgotten
    CHECK_FALSE(cookies.spent(two));
}
