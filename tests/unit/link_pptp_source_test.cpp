// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The address that a PPTP client dials from.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include "base/event_loop.hpp"
#include "link/tcp_sockets.hpp"
#include "support/pptp_world.hpp"
#include "support/turn_until.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::test;
using namespace ppp::test::pptp_world;
using namespace std::chrono_literals;

namespace {
constexpr std::uint32_t kSecond = 0xc0000203, kNobodys = 0xc000024d, kLoopback = 0x7f000001;
}  // namespace

TEST_CASE("a call comes from the configured address, its GRE as well, and from the route's without one") {
    World w;
    w.home.tcp.more_addresses = {kSecond};
    auto by_route = w.dial();
    REQUIRE(by_route->ready == 1);
    CHECK(w.acceptor.calls.back()->link->info().caller() == "192.0.2.2");
    CHECK(w.home.calls.own_address == kHome);
    auto chosen = w.dial("192.0.2.1", kSecond);
    REQUIRE(chosen->ready == 1);
    CHECK(w.acceptor.calls.back()->link->info().caller() == "192.0.2.3");
    CHECK(w.home.calls.own_address == kSecond);
    CHECK(chosen->link->kept().info.own_address == kSecond);
}

TEST_CASE("a source address that the host does not have is named, and none of the server's is tried") {
    World w;
    w.home.resolver.names["vpn"] = {0xc0000211, kServer};
    auto client = w.dial("vpn", kNobodys);
    CHECK(client->reason == EndReason::parent_missing);
    CHECK(client->detail == "the source address 192.0.2.77 is not one of this host");
    CHECK(client->said.empty());
    CHECK(w.server.counters().connections == 0);
}

TEST_CASE("the kernel's TCP connects from the given address and refuses one that is not the host's") {
    const Fd listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(kLoopback);
    socklen_t size = sizeof here;
    void* octets = &here;
    auto* generic = static_cast<sockaddr*>(octets);
    REQUIRE(::bind(listening.get(), generic, size) == 0);
    REQUIRE(::listen(listening.get(), 1) == 0);
    REQUIRE(::getsockname(listening.get(), generic, &size) == 0);
    const TcpEndpoint server{.address = kLoopback, .port = ntohs(here.sin_port)};

    struct Connecting final : TcpStream::Handler {
        void on_connected() override { connected = true; }
        std::size_t on_octets(wire::ByteView all) override { return all.size(); }
        void on_closed(const Error&) override {}
        bool connected = false;
    } connecting;
    auto loop = EventLoop::create().value();
    TcpSockets tcp(*loop);
    const auto refused = tcp.connect(server, kNobodys);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::not_found);
    CHECK(refused.error().what == "the source address 192.0.2.77 is not one of this host");
    auto stream = tcp.connect(server, kLoopback + 4);
    REQUIRE(stream);
    (*stream)->handle(connecting);
    turn_until(*loop, [&] { return connecting.connected; });
    CHECK((*stream)->local().address == kLoopback + 4);
}
