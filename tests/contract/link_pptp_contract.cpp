// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What PptpSockets promises, tried on the fake table and on the kernel's.
#include <doctest/doctest.h>
#include <cstdlib>
#include "base/event_loop.hpp"
#include "contract/netlink_hosts.hpp"
#include "link/pptp_sockets.hpp"
#include "support/fake_pptp.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::link;

namespace {
constexpr std::uint32_t kHere = 0xc0000201, kPeer = 0xc0000202;

struct FakeTable {
    test::FakePptp sockets;
};
struct KernelTable {
    KernelTable() {
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test
        REQUIRE(std::system("ip link set lo up && ip address add 192.0.2.1/24 dev lo") == 0);
    }
    test::NetworkNamespace space;
    std::unique_ptr<EventLoop> loop = *EventLoop::create();
    std::unique_ptr<WorkerPool> handoff = *WorkerPool::create(*loop, 1, "handoff");
    KernelPptp sockets{*handoff};
};
}  // namespace

TEST_CASE_TEMPLATE("a Call ID has one owner, and a far end's is connected once", Table, FakeTable,
                   KernelTable) {
    Table table;
    auto& sockets = table.sockets;
    const auto first = sockets.bind_call(kHere, 4711);
    REQUIRE_MESSAGE(first, first.error().what);
    const auto same = sockets.bind_call(kHere, 4711);
    REQUIRE_FALSE(same);
    CHECK(same.error().code == Errc::refused);
    CHECK(same.error().sys == EBUSY);
    const auto second = sockets.bind_call(kHere, 4712);
    REQUIRE(second);
    CHECK(sockets.connect_call(*first, kPeer, 7));
    const auto taken = sockets.connect_call(*second, kPeer, 7);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().sys == EALREADY);
    CHECK(sockets.connect_call(*second, kPeer, 8));
    test::SeededRng rng;
    const auto any = sockets.bind_any(rng, kHere);
    REQUIRE(any);
    CHECK(any->id != 0);
}
