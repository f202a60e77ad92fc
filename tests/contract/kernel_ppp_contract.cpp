// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PppKernel promises about frames, interfaces and counters, tried on the fake and on the kernel.
#include "contract/kernel_bench.hpp"

namespace ppp::test {

TEST_CASE_TEMPLATE("frames travel both ways between two channels, in order", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    REQUIRE(bench.left.channel->send(kEcho));
    REQUIRE(bench.left.channel->send(kOtherEcho));
    REQUIRE(bench.right.channel->send(kIpcp));
    REQUIRE(bench.world.wait([&] {
        return bench.right.on_channel.frames.size() == 2 && bench.left.on_channel.frames.size() == 1;
    }));
    CHECK(bench.right.on_channel.frames == std::vector<Bytes>{kEcho, kOtherEcho});
    CHECK(bench.left.on_channel.frames == std::vector<Bytes>{kIpcp});
}

TEST_CASE_TEMPLATE("a frame that came before the channel is delivered after it", World, FakeWorld,
                   LinuxWorld) {
    World world;
    auto wire = world.wire();
    End left, right;
    left.attach(world, std::move(wire.left));
    REQUIRE(left.channel);
    REQUIRE(left.channel->send(kEcho));
    REQUIRE(left.channel->send(kOtherEcho));
    world.run_for(10ms);
    right.attach(world, std::move(wire.right));
    CHECK(right.frames_before == 0);
    REQUIRE(world.wait([&] { return right.on_channel.frames.size() == 2; }));
    CHECK(right.on_channel.frames == std::vector<Bytes>{kEcho, kOtherEcho});
    left.channel.reset();
    right.channel.reset();
    CHECK(world.leftovers() == 0);
}

TEST_CASE_TEMPLATE("a channel may be destroyed by the first of several early frames", World, FakeWorld,
                   LinuxWorld) {
    World world;
    auto wire = world.wire();
    End left, right;
    left.attach(world, std::move(wire.left));
    REQUIRE(left.channel->send(kEcho));
    REQUIRE(left.channel->send(kOtherEcho));
    world.run_for(10ms);
    right.on_channel.then = [&] { right.channel.reset(); };
    right.attach(world, std::move(wire.right));
    REQUIRE(world.wait([&] { return !right.on_channel.frames.empty(); }));
    world.run_for(30ms);
    CHECK(right.on_channel.frames == std::vector<Bytes>{kEcho});
    left.channel.reset();
    CHECK(world.leftovers() == 0);
}

TEST_CASE_TEMPLATE("a unit is an interface with its final name and MTU, down", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.left.make_unit(bench.world, {.name = "pppoe-out1", .mtu = 1480});
    REQUIRE(bench.left.unit);
    CHECK(bench.left.unit->name() == "pppoe-out1");
    REQUIRE(bench.world.exists("pppoe-out1"));
    CHECK(bench.world.mtu("pppoe-out1") == 1480);
    CHECK_FALSE(bench.world.is_up("pppoe-out1"));
    CHECK(bench.left.unit->index() == bench.world.index("pppoe-out1"));
    CHECK(bench.left.on_unit.gone == 0);
}

TEST_CASE_TEMPLATE("a unit without a name is called after its number", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.left.make_unit(bench.world, {});
    REQUIRE(bench.left.unit);
    CHECK(bench.left.unit->name() == "ppp" + std::to_string(bench.left.unit->number()));
    CHECK(bench.world.exists(bench.left.unit->name()));
}

TEST_CASE_TEMPLATE("NCPs go to the unit once it is connected, LCP and authentication to the channel", World,
                   FakeWorld, LinuxWorld) {
    Bench<World> bench;
    REQUIRE(bench.right.channel->send(kIpcp));
    REQUIRE(bench.world.wait([&] { return bench.left.on_channel.got(kIpcp); }));
    bench.make_units();
    const Bytes chap{0xc2, 0x23, 1, 1, 0, 4};
    for (const auto& frame : {kIpcp, kIpv6cp}) REQUIRE(bench.right.unit->send(frame));
    for (const auto& frame : {kEcho, chap}) REQUIRE(bench.right.channel->send(frame));
    REQUIRE(bench.world.wait(
        [&] { return bench.left.on_unit.frames.size() == 2 && bench.left.on_channel.frames.size() == 3; }));
    CHECK(bench.left.on_unit.frames == std::vector<Bytes>{kIpcp, kIpv6cp});
    CHECK(bench.left.on_channel.frames == std::vector<Bytes>{kIpcp, kEcho, chap});
}

TEST_CASE_TEMPLATE("no data passes in or out before its protocol is let through", World, FakeWorld,
                   LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    bench.world.bring_up("west");
    bench.world.bring_up("east");
    using enum kernel::NetworkProtocol;

    bench.world.transmit_ipv4("west", ipv4_packet());
    bench.exchange_markers();
    CHECK(bench.right.unit->counters()->packets_in == 0);  // not even on the wire

    REQUIRE(bench.left.unit->pass(ipv4, true));
    REQUIRE(bench.right.unit->pass(ipv6, true));
    bench.world.transmit_ipv4("west", ipv4_packet());
    bench.exchange_markers();
    CHECK(bench.right.unit->counters()->packets_in == 1);  // counted, but let go no further
    CHECK(bench.world.received("east") == 0);

    REQUIRE(bench.right.unit->pass(ipv4, true));
    bench.world.transmit_ipv4("west", ipv4_packet());
    REQUIRE(bench.world.wait([&] { return bench.world.received("east") == 1; }));

    REQUIRE(bench.right.unit->pass(ipv4, false));
    bench.world.transmit_ipv4("west", ipv4_packet());
    bench.exchange_markers();
    CHECK(bench.world.received("east") == 1);
}

TEST_CASE_TEMPLATE("a taken name is EEXIST with the name in the text, and another name works", World,
                   FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.left.make_unit(bench.world, {.name = "west"});
    REQUIRE(bench.left.unit);
    bench.right.make_unit(bench.world, {.name = "west"});
    REQUIRE_FALSE(bench.right.unit);
    CHECK(bench.right.error->sys == EEXIST);
    CHECK(bench.right.error->what.find("west") != std::string::npos);
    bench.right.make_unit(bench.world, {.name = "east"});
    CHECK(bench.right.unit);
}

TEST_CASE_TEMPLATE("counters count packets and their octets, one by one and in the sweep", World, FakeWorld,
                   LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    for (auto* end : {&bench.left, &bench.right}) {
        bench.world.bring_up(end->unit->name());
        REQUIRE(end->unit->pass(kernel::NetworkProtocol::ipv4, true));
    }
    bench.world.transmit_ipv4("west", ipv4_packet());
    bench.world.transmit_ipv4("west", ipv4_packet());
    REQUIRE(bench.world.wait([&] { return bench.world.received("east") == 2; }));
    const auto out = bench.left.unit->counters(), in = bench.right.unit->counters();
    REQUIRE_MESSAGE(out, out.error().what);
    REQUIRE(in);
    CHECK(out->packets_out == 2);
    CHECK(out->octets_out == 120);
    CHECK(in->packets_in == 2);
    CHECK(in->octets_in == 120);

    std::optional<std::vector<kernel::PppKernel::LinkCounters>> all;
    auto pending = bench.world.kernel().all_counters([&](auto result) { all = *std::move(result); });
    REQUIRE(bench.world.wait([&] { return all.has_value(); }));
    REQUIRE(all->size() == 2);
    for (const auto& [index, counters] : *all) {
        const bool west = index == bench.left.unit->index();
        CHECK((west || index == bench.right.unit->index()));
        CHECK((west ? counters.octets_out : counters.octets_in) == 120);
    }
}

TEST_CASE_TEMPLATE("idle time is known in seconds", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    bench.make_units();
    const auto idle = bench.left.unit->idle();
    REQUIRE_MESSAGE(idle, idle.error().what);
    CHECK(idle->sent < 10s);
    CHECK(idle->received < 10s);
}

TEST_CASE_TEMPLATE("a frame too short to be one is refused", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    CHECK_FALSE(bench.left.channel->send(Bytes{0xc0}));
    CHECK_FALSE(bench.left.channel->send(Bytes{0xc0, 0x21, 9, 1}));
}

}  // namespace ppp::test
