// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What FakePpp offers beyond the contract: faults on demand, delays, names that others hold.
#include <doctest/doctest.h>
#include <memory>
#include <vector>
#include "support/fake_ppp.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {
struct FakePppRecorder final : kernel::FrameHandler {
    void on_frame(wire::ByteView frame) override { frames.emplace_back(frame.begin(), frame.end()); }
    void on_gone() override { ++gone; }
    std::vector<wire::Bytes> frames;
    int gone = 0;
};

struct FakePppBench {
    VirtualTime time;
    FakePpp ppp{time};
    FakePppRecorder handler;
    Pending pending;
    std::unique_ptr<kernel::Channel> channel;
    std::unique_ptr<kernel::Unit> unit;
    int error = 0;

    void attach(Fd socket) {
        pending = ppp.attach(std::move(socket), handler, [this](auto made) {
            if (made)
                channel = *std::move(made);
            else
                error = made.error().sys;
        });
        time.advance(1s);
    }
    void make_unit(const std::string& name) {
        error = 0;
        pending = ppp.create_unit({.name = name}, *channel, handler, [this](auto made) {
            if (made)
                unit = *std::move(made);
            else
                error = made.error().sys;
        });
        time.advance(1s);
    }
};
const wire::Bytes kEcho{0xc0, 0x21, 9, 1, 0, 4};
}  // namespace

TEST_CASE("the n-th call fails with the errno that was ordered, the others succeed") {
    FakePppBench bench;
    bench.ppp.fail_nth(FakePpp::Step::create_unit, 2, ENODEV);
    bench.ppp.fail_next(FakePpp::Step::attach, ENOMEM);
    bench.attach(bench.ppp.socket_pair().first);
    CHECK(bench.error == ENOMEM);
    bench.attach(bench.ppp.socket_pair().first);
    REQUIRE(bench.channel);
    bench.make_unit("one");
    CHECK(bench.unit);
    bench.unit.reset();
    bench.make_unit("two");
    CHECK(bench.error == ENODEV);
    CHECK_FALSE(bench.unit);
}

TEST_CASE("a name that somebody else holds is taken") {
    FakePppBench bench;
    bench.ppp.occupy("eth9");
    bench.attach(bench.ppp.socket_pair().first);
    bench.make_unit("eth9");
    CHECK(bench.error == EEXIST);
}

TEST_CASE("a call takes the time that was set and is open until then") {
    FakePppBench bench;
    bench.ppp.timing.attach = 5s;
    bench.attach(bench.ppp.socket_pair().first);
    CHECK_FALSE(bench.channel);
    CHECK(bench.ppp.open_calls() == 1);
    bench.time.advance(4s);
    CHECK(bench.channel);
    CHECK(bench.ppp.open_calls() == 0);
}

TEST_CASE("of the frames that wait for a channel the oldest are lost beyond 32") {
    FakePppBench bench;
    auto [left, right] = bench.ppp.socket_pair();
    for (std::uint8_t i = 0; i < 40; ++i)
        bench.ppp.inject(FakePpp::key(left), wire::Bytes{0xc0, 0x21, 9, i, 0, 4});
    bench.time.advance(1s);
    bench.attach(std::move(left));
    REQUIRE(bench.handler.frames.size() == 32);
    CHECK(bench.handler.frames.front()[3] == 8);
    CHECK(bench.handler.frames.back()[3] == 39);
}

TEST_CASE("a lossy wire loses what the test chooses, and the transcript still shows it") {
    FakePppBench bench;
    auto [left, right] = bench.ppp.socket_pair();
    int seen = 0;
    bench.ppp.tap = [&](FakePpp::Key, wire::ByteView) { ++seen; };
    bench.ppp.drop = [&](FakePpp::Key, wire::ByteView) { return seen == 1; };
    bench.attach(std::move(left));
    FakePppRecorder far;
    std::unique_ptr<kernel::Channel> far_channel;
    auto pending =
        bench.ppp.attach(std::move(right), far, [&](auto made) { far_channel = *std::move(made); });
    bench.time.advance(1s);
    REQUIRE(bench.channel->send(kEcho));
    REQUIRE(bench.channel->send(kEcho));
    bench.time.advance(1s);
    CHECK(seen == 2);
    CHECK(far.frames.size() == 1);
}

TEST_CASE("objects that live are counted, and a removed interface stays for a moment") {
    FakePppBench bench;
    bench.attach(bench.ppp.socket_pair().first);
    bench.make_unit("west");
    CHECK(bench.ppp.live_channels() == 1);
    CHECK(bench.ppp.live_units() == 1);
    bench.unit.reset();
    CHECK(bench.ppp.live_units() == 0);
    CHECK(bench.ppp.interfaces() == 1);
    bench.time.advance(20ms);
    CHECK(bench.ppp.interfaces() == 0);
    bench.channel.reset();
    CHECK(bench.ppp.live_channels() == 0);
}
