// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Bench: two attached channels that face each other, and what they heard.
#pragma once
#include <doctest/doctest.h>
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>
#include "contract/kernel_worlds.hpp"

TYPE_TO_STRING_AS("FakeWorld", ppp::test::FakeWorld);
TYPE_TO_STRING_AS("LinuxWorld", ppp::test::LinuxWorld);

namespace ppp::test {
using wire::Bytes;
using wire::ByteView;

inline const Bytes kEcho{0xc0, 0x21, 9, 1, 0, 8, 1, 2, 3, 4};
inline const Bytes kOtherEcho{0xc0, 0x21, 9, 2, 0, 8, 5, 6, 7, 8};
inline const Bytes kIpcp{0x80, 0x21, 1, 1, 0, 10, 3, 6, 192, 0, 2, 1};
inline const Bytes kIpv6cp{0x80, 0x57, 1, 1, 0, 4};

inline Bytes ipv4_packet() {
    Bytes packet(60);
    packet[0] = 0x45;
    packet[3] = 60;
    packet[8] = 64;
    packet[9] = 17;
    return packet;
}

struct Recorder final : kernel::FrameHandler {
    void on_frame(ByteView frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        if (then) std::exchange(then, {})();
    }
    void on_gone() override {
        ++gone;
        if (then) std::exchange(then, {})();
    }
    [[nodiscard]] bool got(const Bytes& frame) const { return std::ranges::count(frames, frame) > 0; }
    std::vector<Bytes> frames;
    int gone = 0;
    Callback<void()> then;  ///< run inside the next call
};

/// One end of a session.
struct End {
    Recorder on_channel, on_unit;
    std::unique_ptr<kernel::Channel> channel;
    std::unique_ptr<kernel::Unit> unit;
    std::optional<Error> error;
    bool answered = false;
    std::size_t frames_before = 0;  ///< frames heard when the channel was made
    Pending pending;

    template <class World>
    void attach(World& world, Fd socket) {
        error.reset();
        channel.reset();
        answered = false;
        pending = world.kernel().attach(std::move(socket), on_channel, [this](auto made) {
            answered = true;
            frames_before = on_channel.frames.size();
            if (made)
                channel = *std::move(made);
            else
                error = made.error();
        });
        REQUIRE(world.wait([&] { return answered; }));
    }
    template <class World>
    void make_unit(World& world, kernel::UnitSpec spec) {
        error.reset();
        pending = world.kernel().create_unit(std::move(spec), *channel, on_unit, [this](auto made) {
            if (made)
                unit = *std::move(made);
            else
                error = made.error();
        });
        REQUIRE(world.wait([&] { return unit || error; }));
    }
};

/// Two attached channels that face each other.
template <class World>
struct Bench {
    World world;
    typename World::Wire wire = world.wire();
    End left, right;

    Bench() {
        left.attach(world, std::move(wire.left));
        right.attach(world, std::move(wire.right));
        REQUIRE(left.channel);
        REQUIRE(right.channel);
    }
    ~Bench() {
        left.unit.reset();
        right.unit.reset();
        left.channel.reset();
        right.channel.reset();
        CHECK(world.leftovers() == 0);
    }
    /// Both ends get an interface.
    void make_units() {
        left.make_unit(world, {.name = "west", .mtu = 1492});
        right.make_unit(world, {.name = "east", .mtu = 1492});
        REQUIRE(left.unit);
        REQUIRE(right.unit);
    }
    /// What was sent before has arrived or was dropped.
    void exchange_markers() {
        const auto l = left.on_channel.frames.size(), r = right.on_channel.frames.size();
        REQUIRE(left.channel->send(kEcho));
        REQUIRE(right.channel->send(kEcho));
        REQUIRE(world.wait(
            [&] { return left.on_channel.frames.size() > l && right.on_channel.frames.size() > r; }));
    }
};

}  // namespace ppp::test
