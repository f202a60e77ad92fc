// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Keepalive: quiet while anything is heard, and never later than promised.
#include <doctest/doctest.h>
#include <random>
#include "ppp/keepalive.hpp"
#include "support/seeds.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {
struct Owner final : Keepalive::Owner {
    explicit Owner(VirtualTime& t) : time(t) {}
    VirtualTime& time;
    int echoes = 0, dead = 0, asked = 0;
    bool can_send = true;
    std::optional<TimePoint> last_data;
    TimePoint died{};

    std::optional<std::uint8_t> send_echo() override {
        ++echoes;
        if (!can_send) return std::nullopt;
        return static_cast<std::uint8_t>(echoes);
    }
    std::optional<Duration> data_silence() override {
        ++asked;
        if (!last_data) return std::nullopt;
        return std::chrono::floor<std::chrono::seconds>(time.now() - *last_data);  // as the kernel counts
    }
    void peer_dead() override {
        ++dead;
        died = time.now();
    }
};
struct Fixture {
    VirtualTime time;
    Owner owner{time};
    Keepalive keepalive{time, owner, 10s};
};
}  // namespace

TEST_CASE("ten seconds of silence, then an echo each second, dead after twenty") {
    Fixture f;
    f.keepalive.start();
    f.time.advance(9999ms);
    CHECK(f.owner.echoes == 0);
    f.time.advance(1ms);
    CHECK(f.owner.echoes == 1);
    f.time.advance(1s);
    CHECK(f.owner.echoes == 2);
    f.time.advance(8999ms);
    CHECK(f.owner.dead == 0);
    f.time.advance(1ms);
    CHECK(f.owner.dead == 1);
    CHECK(f.owner.echoes == 10);
    f.time.advance(1h);
    CHECK(f.owner.dead == 1);
    CHECK(f.owner.echoes == 10);
}

TEST_CASE("a frame, an answered echo or data is a sign of life; the clock starts anew") {
    Fixture f;
    f.keepalive.start();
    f.time.advance(15s);
    const auto echoes = f.owner.echoes;
    SUBCASE("a frame") { f.keepalive.received(); }
    SUBCASE("an answer") { f.keepalive.echo_replied(1); }
    SUBCASE("data") { f.owner.last_data = f.time.now(); }
    f.time.advance(9s);
    CHECK(f.owner.echoes <= echoes + 1);  // data is noticed at the next look
    f.time.advance(10s);
    CHECK(f.owner.dead == 0);
    CHECK(f.owner.echoes > echoes + 1);
}

TEST_CASE("a link with steady data costs one look per timeout and no echo") {
    Fixture f;
    f.keepalive.start();
    for (int i = 0; i < 1000; ++i) {
        f.owner.last_data = f.time.now();
        f.time.advance(1s);
    }
    CHECK(f.owner.echoes == 0);
    CHECK(f.owner.asked <= 120);
}

TEST_CASE("a look at the data that fails ends no link that answers when it is asked") {
    Fixture f;
    f.keepalive.start();
    for (int i = 0; i < 25; ++i) {
        f.owner.last_data = f.time.now();
        f.time.advance(1s);
    }
    f.owner.last_data.reset();
    for (int i = 0; i < 10; ++i) {
        const auto asked = f.owner.echoes;
        f.time.advance(1s);
        if (f.owner.echoes > asked) f.keepalive.echo_replied(static_cast<std::uint8_t>(f.owner.echoes));
    }
    CHECK(f.owner.echoes > 0);
    CHECK(f.owner.dead == 0);
}

TEST_CASE("a timeout of zero means never") {
    VirtualTime time;
    Owner owner{time};
    Keepalive keepalive{time, owner, 0s};
    keepalive.start();
    time.advance(24h);
    CHECK(owner.echoes + owner.dead + owner.asked == 0);
}

TEST_CASE("after stop nothing happens") {
    Fixture f;
    f.keepalive.start();
    f.time.advance(12s);
    f.keepalive.stop();
    const auto echoes = f.owner.echoes;
    f.time.advance(1h);
    CHECK(f.owner.echoes == echoes);
    CHECK(f.owner.dead == 0);
}

TEST_CASE("echoes that cannot be sent still let the peer be found dead") {
    Fixture f;
    f.owner.can_send = false;
    f.keepalive.start();
    f.time.advance(20s);
    CHECK(f.owner.dead == 1);
}

TEST_CASE("the round-trip time is that of the answered echo, not of a stray one") {
    Fixture f;
    f.keepalive.start();
    f.time.advance(10s);
    CHECK(!f.keepalive.rtt());
    f.time.advance(40ms);
    f.keepalive.echo_replied(99);
    CHECK(!f.keepalive.rtt());
    f.keepalive.echo_replied(1);
    CHECK(f.keepalive.rtt() == 40ms);
}

TEST_CASE(
    "property: whenever the peer dies, it is found dead between 2 x timeout - 1 s and 2 x timeout + 1 s "
    "later") {
    for_seeds(2000, [](std::uint32_t seed) {
        CAPTURE(seed);
        std::mt19937 rng{seed};
        VirtualTime time;
        Owner owner{time};
        const Duration timeout = std::chrono::milliseconds(1000 + rng() % 60000);
        Keepalive keepalive{time, owner, timeout};
        keepalive.start();
        auto last = time.now();
        for (auto n = rng() % 50; n > 0; --n) {
            time.advance(std::chrono::milliseconds(rng() % static_cast<std::uint32_t>(timeout / 1ms)));
            last = time.now();
            if (rng() % 2)
                keepalive.received();
            else
                owner.last_data = last;
        }
        REQUIRE(owner.dead == 0);
        time.advance(2 * timeout + 1s);
        REQUIRE(owner.dead == 1);
        CHECK(owner.died - last <= 2 * timeout + 1s);
        CHECK(owner.died - last >= 2 * timeout - 1s);
    });
}
