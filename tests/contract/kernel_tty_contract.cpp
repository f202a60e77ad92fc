// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PppKernel promises of serial lines, tried on the fake and on the two ends of a pseudo-terminal.
#include <sys/ioctl.h>
#include "contract/kernel_bench.hpp"
#include "link/tty_ioctl.hpp"

namespace ppp::test {
namespace {

struct FakeTtyWorld : FakeWorld {
    Wire wire() {
        auto [left, right] = kernel_of(*this).socket_pair(true);
        const auto key = FakePpp::key(left);
        return {std::move(left), std::move(right), key};
    }
    static FakePpp& kernel_of(FakeWorld& world) { return static_cast<FakePpp&>(world.kernel()); }
};

struct LinuxTtyWorld : LinuxWorld {
    struct Wire {
        Fd left, right;
    };
    static Wire wire() {
        auto out = bare_wire();
        for (const auto* end : {&out.left, &out.right}) REQUIRE(link::tty::enter_ppp(*end));
        return out;
    }
    /// Neither end is in PPP yet.
    static Wire bare_wire() {
        Wire out{.left = Fd{}, .right = Fd{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)}};
        REQUIRE(::unlockpt(out.right.get()) == 0);
        out.left = Fd{::ioctl(out.right.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
        REQUIRE(out.left);
        REQUIRE(link::tty::set_raw(out.left, {}));
        return out;
    }
};

}  // namespace

TEST_CASE_TEMPLATE("the two ends of a serial line carry frames and data between two interfaces", World,
                   FakeTtyWorld, LinuxTtyWorld) {
    Bench<World> bench;
    REQUIRE(bench.left.channel->send(kEcho));
    REQUIRE(bench.right.channel->send(kIpcp));
    REQUIRE(bench.world.wait(
        [&] { return bench.right.on_channel.got(kEcho) && bench.left.on_channel.got(kIpcp); }));
    bench.make_units();
    for (auto* end : {&bench.left, &bench.right}) {
        bench.world.bring_up(end->unit->name());
        REQUIRE(end->unit->pass(kernel::NetworkProtocol::ipv4, true));
    }
    bench.world.transmit_ipv4("west", ipv4_packet());
    CHECK(bench.world.wait([&] { return bench.world.received("east") == 1; }));
}

TEST_CASE_TEMPLATE("frames arrive whatever options the two ends of a serial line are given", World,
                   FakeTtyWorld, LinuxTtyWorld) {
    Bench<World> bench;
    const kernel::AsyncOptions agreed{.send_map = 0,
                                      .receive_map = 0,
                                      .own_mru = 1400,
                                      .compress_protocol = true,
                                      .compress_address = true};
    REQUIRE(bench.left.channel->set_async(agreed));
    REQUIRE(bench.right.channel->set_async(agreed));
    const Bytes chap{0xc2, 0x23, 1, 1, 0, 8, 0x11, 0x13, 0x7e, 0x7d};
    REQUIRE(bench.left.channel->send(chap));
    REQUIRE(bench.world.wait([&] { return bench.right.on_channel.got(chap); }));
    REQUIRE(bench.left.channel->set_async({}));
    REQUIRE(bench.right.channel->set_async({}));
    REQUIRE(bench.left.channel->send(kOtherEcho));
    CHECK(bench.world.wait([&] { return bench.right.on_channel.got(kOtherEcho); }));
}

TEST_CASE_TEMPLATE("what is not a serial line has none of its options", World, FakeWorld, LinuxWorld) {
    Bench<World> bench;
    const auto set = bench.left.channel->set_async({});
    REQUIRE_FALSE(set);
    CHECK(set.error().sys == ENOTTY);
}

TEST_CASE("what is agreed is seen on the wire") {
    LinuxTtyWorld world;
    auto wire = LinuxTtyWorld::bare_wire();
    REQUIRE(link::tty::enter_ppp(wire.left));
    End left;
    left.attach(world, std::move(wire.left));
    REQUIRE(left.channel);
    const auto sent = [&](const Bytes& frame) {
        REQUIRE(left.channel->send(frame));
        std::array<std::uint8_t, 256> octets{};
        ssize_t n = -1;
        REQUIRE(world.wait(
            [&] { return n > 0 || (n = ::read(wire.right.get(), octets.data(), octets.size())) > 0; }));
        return Bytes(octets.begin(), octets.begin() + n);
    };
    const Bytes chap{0xc2, 0x23, 3, 1, 0, 4};
    const Bytes head(sent(chap));
    const Bytes escaped{0x7e, 0xff, 0x7d, 0x23, 0xc2, 0x23, 0x7d, 0x23, 0x7d, 0x21, 0x7d, 0x20, 0x7d, 0x24};
    REQUIRE(head.size() > escaped.size());
    CHECK(Bytes(head.begin(), head.begin() + static_cast<ssize_t>(escaped.size())) == escaped);
    REQUIRE(left.channel->set_async({.send_map = 2, .receive_map = 0, .compress_address = true}));
    const Bytes plain{0xc2, 0x23, 3, 0x7d, 0x21, 0, 4};
    const auto after = sent(chap);
    CHECK(std::ranges::search(after, plain).begin() != after.end());
    CHECK(std::ranges::count(after, 0xff) == 0);
    left.channel.reset();
    wire.right.reset();
    CHECK(world.leftovers() == 0);
}

}  // namespace ppp::test
