// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PppKernel promises about ends: of peers, units, channels and requests, tried on the fake and on
/// the kernel.
#include <fcntl.h>
#include "contract/kernel_bench.hpp"

namespace ppp::test {

TEST_CASE_TEMPLATE("a name is free again as soon as its unit is destroyed", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.left.make_unit(bench.world, {.name = "west"});
    REQUIRE(bench.left.unit);
    bench.left.unit.reset();
    bench.right.make_unit(bench.world, {.name = "west"});
    REQUIRE_MESSAGE(bench.right.unit, bench.right.error->what);
    bench.world.run_for(50ms);
    CHECK(bench.world.exists("west"));
}

TEST_CASE_TEMPLATE("a destroyed unit takes its interface with it, alone or with others", World, FakeWorld,
                   LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    bench.left.unit.reset();
    REQUIRE(bench.world.wait([&] { return !bench.world.exists("west"); }));
    CHECK(bench.world.exists("east"));
    bench.right.unit.reset();
    REQUIRE(bench.world.wait([&] { return !bench.world.exists("east"); }));

    auto wire = bench.world.wire();
    bench.left.attach(bench.world, std::move(wire.left));
    bench.right.attach(bench.world, std::move(wire.right));
    bench.make_units();
    bench.left.unit.reset();
    bench.right.unit.reset();
    REQUIRE(bench.world.wait([&] { return !bench.world.exists("west") && !bench.world.exists("east"); }));
}

TEST_CASE_TEMPLATE("a far end that hangs up is reported once, to the channel and to the unit", World,
                   FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    bench.world.hang_up_left(bench.wire);
    REQUIRE(
        bench.world.wait([&] { return bench.left.on_channel.gone == 1 && bench.left.on_unit.gone == 1; }));
    CHECK(bench.left.channel->send(kEcho));
    CHECK(bench.left.unit->send(kIpcp));
    bench.world.run_for(50ms);
    CHECK(bench.left.on_channel.gone == 1);
    CHECK(bench.left.on_unit.gone == 1);
    CHECK(bench.right.on_channel.gone == 0);
    CHECK(bench.world.exists("west"));
}

TEST_CASE_TEMPLATE("an interface that somebody deletes is gone for its unit, not for its channel", World,
                   FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    bench.world.remove("west");
    REQUIRE(bench.world.wait([&] { return bench.left.on_unit.gone == 1; }));
    bench.world.run_for(50ms);
    CHECK(bench.left.on_unit.gone == 1);
    CHECK(bench.left.on_channel.gone == 0);
    CHECK_FALSE(bench.left.unit->counters());
}

TEST_CASE_TEMPLATE("a handler may destroy channel and unit while they deliver", World, FakeWorld,
                   LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    auto destroy = [&] {
        bench.left.unit.reset();
        bench.left.channel.reset();
    };
    SUBCASE("a frame to the channel") {
        bench.left.on_channel.then = destroy;
        REQUIRE(bench.right.channel->send(kEcho));
        REQUIRE(bench.right.channel->send(kEcho));
        REQUIRE(bench.world.wait([&] { return !bench.left.channel; }));
        CHECK(bench.left.on_channel.frames.size() == 1);
    }
    SUBCASE("a frame to the unit") {
        bench.left.on_unit.then = destroy;
        REQUIRE(bench.right.unit->send(kIpcp));
        REQUIRE(bench.world.wait([&] { return !bench.left.channel; }));
    }
    SUBCASE("the end of the far end") {
        bench.left.on_channel.then = destroy;
        bench.left.on_unit.then = destroy;
        bench.world.hang_up_left(bench.wire);
        REQUIRE(bench.world.wait([&] { return !bench.left.channel; }));
        bench.world.run_for(30ms);
        CHECK(bench.left.on_channel.gone + bench.left.on_unit.gone == 1);
    }
    REQUIRE(bench.world.wait([&] { return !bench.world.exists("west"); }));
}

TEST_CASE_TEMPLATE("a socket that is no PPP socket is refused and closed", World, FakeWorld, LinuxWorld) {
    World world;
    End end;
    end.attach(world, Fd{::open("/dev/null", O_RDWR | O_CLOEXEC)});
    CHECK_FALSE(end.channel);
    CHECK(end.error.has_value());
    CHECK(world.leftovers() == 0);
}

TEST_CASE_TEMPLATE("an attach that is withdrawn answers nobody and leaves nothing", World, FakeWorld,
                   LinuxWorld) {
    World world;
    auto wire = world.wire();
    End left, right;
    bool answered = false;
    auto pending =
        world.kernel().attach(std::move(wire.left), left.on_channel, [&](auto) { answered = true; });
    pending.withdraw();
    right.attach(world, std::move(wire.right));
    world.run_for(50ms);
    CHECK_FALSE(answered);
    right.channel.reset();
    CHECK(world.leftovers() == 0);
}

TEST_CASE_TEMPLATE(
    "a unit that is withdrawn answers nobody and leaves nothing, though its channel dies first", World,
    FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bool answered = false;
    auto pending = bench.world.kernel().create_unit({.name = "west"}, *bench.left.channel, bench.left.on_unit,
                                                    [&](auto) { answered = true; });
    pending.withdraw();
    bench.left.channel.reset();
    bench.world.run_for(50ms);
    REQUIRE(bench.world.wait([&] { return !bench.world.exists("west"); }));
    CHECK_FALSE(answered);
}

TEST_CASE_TEMPLATE("a kernel that ends in the midst of everything leaves nothing", World, FakeWorld,
                   LinuxWorld) {
    World world;
    End idle;
    std::vector<std::unique_ptr<End>> busy;
    auto wire = world.wire();
    idle.attach(world, std::move(wire.left));
    idle.make_unit(world, {.name = "west"});
    REQUIRE(idle.unit);
    for (int i = 0; i < 20; ++i) {
        auto more = world.wire();
        auto& end = *busy.emplace_back(std::make_unique<End>());
        end.attach(world, std::move(more.left));
        end.pending = world.kernel().create_unit({}, *end.channel, end.on_unit, [](auto) {});
        auto& other = *busy.emplace_back(std::make_unique<End>());
        other.pending = world.kernel().attach(std::move(more.right), other.on_channel, [](auto) {});
    }
    idle.unit.reset();
    idle.channel.reset();
    wire.right.reset();
    busy.clear();
    CHECK(world.leftovers() == 0);
}

TEST_CASE_TEMPLATE("many units can be made and destroyed at the same time", World, FakeWorld, LinuxWorld) {
    constexpr int kMany = 40;
    World world;
    std::vector<std::unique_ptr<End>> ends;
    int attached = 0, made = 0;
    for (int i = 0; i < kMany; ++i) {
        auto wire = world.wire();
        for (auto* socket : {&wire.left, &wire.right}) {
            auto& end = *ends.emplace_back(std::make_unique<End>());
            end.pending = world.kernel().attach(std::move(*socket), end.on_channel, [&, i](auto channel) {
                REQUIRE(channel);
                end.channel = *std::move(channel);
                ++attached;
                const auto name =
                    "unit" + std::to_string(i) + (&end == ends[2 * std::size_t(i)].get() ? "a" : "b");
                end.pending =
                    world.kernel().create_unit({.name = name}, *end.channel, end.on_unit, [&](auto unit) {
                        REQUIRE_MESSAGE(unit, unit.error().what);
                        end.unit = *std::move(unit);
                        ++made;
                    });
            });
        }
    }
    REQUIRE(world.wait([&] { return made == 2 * kMany; }));
    CHECK(attached == 2 * kMany);
    for (auto& end : ends) CHECK(world.exists(end->unit->name()));
    for (auto& end : ends) CHECK(end->unit->send(kIpcp));
    REQUIRE(
        world.wait([&] { return std::ranges::all_of(ends, [](auto& e) { return e->on_unit.got(kIpcp); }); }));
    ends.clear();
    CHECK(world.leftovers() == 0);
}

}  // namespace ppp::test
