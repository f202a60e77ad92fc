// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PppoxSockets promises, tried on the fake table and on the kernel's.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <cstdlib>
#include "contract/netlink_hosts.hpp"
#include "link/pppox.hpp"
#include "support/fake_pppox.hpp"

using namespace ppp;
using namespace ppp::link;

namespace {
constexpr MacAddress kPeer{0x02, 0, 0, 0, 0, 0x22}, kOther{0x02, 0, 0, 0, 0, 0x33};

struct FakeTable {
    test::FakePppox sockets;
};
struct KernelTable {
    KernelTable() {
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test
        REQUIRE(std::system("ip link add west type veth peer name east && ip link set east up &&"
                            " ip link set west up") == 0);
    }
    test::NetworkNamespace space;
    KernelPppox sockets;
};
}  // namespace

TEST_CASE_TEMPLATE("a session id is connected once per interface and peer", Table, FakeTable, KernelTable) {
    Table table;
    auto& sockets = table.sockets;
    const auto first = sockets.connect_pppoe("west", kPeer, 7);
    REQUIRE_MESSAGE(first, first.error().what);
    const auto same = sockets.connect_pppoe("west", kPeer, 7);
    REQUIRE_FALSE(same);
    CHECK(same.error().code == Errc::refused);
    CHECK(same.error().sys == EALREADY);
    CHECK(same.error().what ==
          "PPPoE session 7 with 02:00:00:00:00:22 on west: the session id is already in use");
    CHECK_FALSE(
        sockets.connect_pppoe("west", kPeer, 7));  // whoever failed has not taken the first one's place
    const auto next = sockets.connect_pppoe("west", kPeer, 8);
    const auto peer = sockets.connect_pppoe("west", kOther, 7);
    const auto interface = sockets.connect_pppoe("east", kPeer, 7);
    CHECK((next && peer && interface));
}

TEST_CASE("a socket that is hung up gives its session id back, whoever has a copy of it") {
    KernelTable table;
    const auto first = table.sockets.connect_pppoe("west", kPeer, 7);
    REQUIRE(first);
    const Fd copy{::fcntl(first->get(), F_DUPFD_CLOEXEC, 0)};
    REQUIRE(copy);
    SUBCASE("while it is connected") {}
    SUBCASE("when its interface has taken its far end away") {
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test
        REQUIRE(std::system("ip link set west down && ip link set west up") == 0);
    }
    CHECK_FALSE(table.sockets.connect_pppoe("west", kPeer, 7));
    KernelPppox::hang_up(first->get());
    const auto again = table.sockets.connect_pppoe("west", kPeer, 7);
    CHECK_MESSAGE(again, again.error().what);
}

TEST_CASE("the kernel refuses an interface that is missing or down, and frees an id with its socket") {
    KernelTable table;
    const auto missing = table.sockets.connect_pppoe("eth9", kPeer, 7);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::not_found);
    CHECK(missing.error().what == "eth9: no such interface, or it is down");
    auto first = table.sockets.connect_pppoe("west", kPeer, 7);
    REQUIRE(first);
    CHECK_FALSE(table.sockets.connect_pppoe("west", kPeer, 7));
    first->reset();
    CHECK(table.sockets.connect_pppoe("west", kPeer, 7));
    CHECK_FALSE(table.sockets.connect_pppoe("an-interface-of-many-letters", kPeer, 7));
}
