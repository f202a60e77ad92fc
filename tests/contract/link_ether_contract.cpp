// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What EtherPorts promises, tried on the fake segment and on packet sockets over a veth pair.
#include <doctest/doctest.h>
#include <array>
#include <cstdlib>
#include "contract/netlink_hosts.hpp"
#include "support/hex.hpp"
#include "support/pppoe_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;

namespace {
constexpr MacAddress kWest{0x02, 0, 0, 0, 0, 0x11}, kEast{0x02, 0, 0, 0, 0, 0x22};
constexpr MacAddress kElsewhere{0x02, 0, 0, 0, 0, 0x33};

class FakeWire {
public:
    FakeWire() {
        ports_.add("west", segment_, kWest);
        ports_.add("east", segment_, kEast);
    }
    EtherPorts& ports() { return ports_; }
    Scheduler& time() { return time_; }
    void set_up(bool up) { ports_.set_up("west", up); }
    void remove() { ports_.remove("west"); }
    template <class Condition>
    bool wait(const Condition& holds) {
        for (int i = 0; i < 2000 && !holds(); ++i) time_.advance(1ms);
        return holds();
    }
    void settle() { time_.advance(100ms); }

private:
    test::VirtualTime time_;
    test::FakeSegment segment_{time_};
    test::FakeEtherPorts ports_;
};

class VethWire {
public:
    VethWire() {
        auto loop = EventLoop::create();
        REQUIRE(loop);
        loop_ = *std::move(loop);
        ports_ = std::make_unique<PacketSockets>(*loop_);
        ip("link add west address " + to_string(kWest) + " type veth peer name east address " +
           to_string(kEast));
        ip("link set east up");
        set_up(true);
    }
    EtherPorts& ports() { return *ports_; }
    Scheduler& time() { return *loop_; }
    void set_up(bool up) { ip(up ? "link set west up" : "link set west down"); }
    void remove() { ip("link delete west"); }
    template <class Condition>
    bool wait(const Condition& holds) {
        const auto deadline = loop_->now() + 5s;
        while (!holds() && loop_->now() < deadline) {
            auto tick = loop_->after(1ms, [this] { loop_->quit(); });
            loop_->run();
        }
        return holds();
    }
    /// Everything that is on its way arrives, and time for what should not come.
    void settle() {
        auto end = loop_->after(100ms, [this] { loop_->quit(); });
        loop_->run();
    }

private:
    static void ip(const std::string& arguments) {
        const auto command = "ip " + arguments;
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test
        REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
    }
    test::NetworkNamespace space_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<PacketSockets> ports_;
};

struct Ears final : EtherPort::Handler {
    std::vector<std::string> heard;
    std::vector<Error> down;
    std::unique_ptr<EtherPort> port;
    bool drop = false;
    void on_ether_frame(wire::ByteView frame) override {
        heard.push_back(test::hex(frame));
        if (drop) port.reset();
    }
    void on_ether_down(const Error& why) override {
        down.push_back(why);
        if (drop) port.reset();
    }
};

wire::Bytes frame(const MacAddress& to, const MacAddress& from, std::uint16_t type, std::uint8_t code,
                  std::uint16_t protocol) {
    wire::Writer w;
    w.bytes(to).bytes(from).u16(type).u8(0x11).u8(code).u16(7).u16(4).u16(protocol).u16(0);
    while (w.size() < 60) w.u8(0);
    return std::move(w).take();
}

/// A frame that every filter of the test lets through or not; the last one heard shows that all are through.
wire::Bytes last_frame(EtherFilter::Want want) {
    switch (want) {
        case EtherFilter::Want::host:
        case EtherFilter::Want::concentrator:
            return frame(kWest, kEast, kDiscoveryEtherType, 0xa7, 0xffff);
        case EtherFilter::Want::session:
            return frame(kWest, kEast, kSessionEtherType, 0, 0xffff);
    }
    return {};
}
}  // namespace

TEST_CASE_TEMPLATE("a port hears exactly what its filter says", Wire, FakeWire, VethWire) {
    Wire wire;
    for (auto want : {EtherFilter::Want::host, EtherFilter::Want::concentrator, EtherFilter::Want::session}) {
        CAPTURE(static_cast<int>(want));
        Ears west, east;
        const EtherFilter filter{.want = want, .peer = kEast};
        auto to = wire.ports().open("west", filter, west);
        auto from = wire.ports().open("east", {}, east);
        REQUIRE((to && from));
        CHECK((*to)->own_mac() == kWest);
        CHECK((*to)->mtu() == 1500);
        CHECK((*to)->interface() == "west");
        std::vector<std::string> expected;
        const auto send = [&](const wire::Bytes& f) {
            if (filter.passes(kWest, f)) expected.push_back(test::hex(f));
            REQUIRE((*from)->send(f));
        };
        for (const auto& destination : {kWest, kBroadcast, kElsewhere})
            for (const auto& source : {kEast, kElsewhere})
                for (std::uint16_t type : {kDiscoveryEtherType, kSessionEtherType, std::uint16_t{0x0800}})
                    for (auto code : std::array<std::uint8_t, 7>{0x00, 0x07, 0x09, 0x19, 0x65, 0xa7, 0xd3})
                        for (auto protocol : std::array<std::uint16_t, 4>{0xc021, 0xc223, 0x8021, 0x0021})
                            send(frame(destination, source, type, code, protocol));
        // A frame of a VLAN without an interface, and one too short for its headers.
        auto vlan = frame(kWest, kEast, 0x8100, 0, 0);
        vlan[14] = 0, vlan[15] = 5, vlan[16] = 0x88, vlan[17] = 0x63, vlan[18] = 0x11, vlan[19] = 0xa7;
        send(vlan);
        send(wire::Bytes(frame(kWest, kEast, kDiscoveryEtherType, 0x09, 0)));
        send(last_frame(want));
        REQUIRE(wire.wait([&] { return west.heard.size() >= expected.size(); }));
        CHECK(west.heard == expected);
        CHECK(expected.size() > 3);
        CHECK((*to)->dropped() == 0);
    }
}

TEST_CASE_TEMPLATE("a port that is opened hears nothing of before", Wire, FakeWire, VethWire) {
    Wire wire;
    Ears west, east;
    auto from = wire.ports().open("east", {}, east);
    REQUIRE(from);
    const auto early = frame(kWest, kEast, kDiscoveryEtherType, 0x07, 0),
               late = last_frame(EtherFilter::Want::host);
    REQUIRE((*from)->send(early));
    wire.settle();
    auto to = wire.ports().open("west", {}, west);
    REQUIRE((*from)->send(late));
    REQUIRE(wire.wait([&] { return !west.heard.empty(); }));
    CHECK(west.heard == std::vector<std::string>{test::hex(late)});
}

TEST_CASE_TEMPLATE("an interface that goes down or away is told once", Wire, FakeWire, VethWire) {
    for (const bool remove : {false, true})
        for (const bool drop : {false, true}) {
            CAPTURE(remove);
            CAPTURE(drop);
            Wire wire;
            Ears west;
            west.drop = drop;
            auto port = wire.ports().open("west", {}, west);
            REQUIRE(port);
            west.port = *std::move(port);
            remove ? wire.remove() : wire.set_up(false);
            REQUIRE(wire.wait([&] { return !west.down.empty(); }));
            wire.settle();
            REQUIRE(west.down.size() == 1);
            CHECK(west.down[0].sys == (remove ? ENODEV : ENETDOWN));
            CHECK(west.down[0].what ==
                  (remove ? "west: the interface was removed" : "west: the interface went down"));
            if (!drop) CHECK_FALSE(west.port->send(last_frame(EtherFilter::Want::host)));
            const auto again = wire.ports().open("west", {}, west);
            REQUIRE_FALSE(again);
            CHECK(again.error().what ==
                  (remove ? "west: no such interface" : "west: the interface is down; bring it up"));
            CHECK(again.error().code == (remove ? Errc::not_found : Errc::refused));
        }
}

TEST_CASE_TEMPLATE("a handler may destroy its port with more frames to come", Wire, FakeWire, VethWire) {
    Wire wire;
    Ears west, east;
    auto to = wire.ports().open("west", {}, west);
    auto from = wire.ports().open("east", {}, east);
    REQUIRE((to && from));
    west.port = *std::move(to);
    west.drop = true;
    for (int i = 0; i < 100; ++i) REQUIRE((*from)->send(last_frame(EtherFilter::Want::host)));
    wire.settle();
    CHECK(west.heard.size() == 1);
}

TEST_CASE_TEMPLATE("a client and a server meet", Wire, FakeWire, VethWire) {
    Wire wire;
    test::SeededRng rng;
    test::FakePppox west_pppox, east_pppox;
    test::Acceptor acceptor(wire.time());
    PppoeBuckets buckets;
    PppoeServer server("east", {wire.time(), rng, wire.ports(), east_pppox, nullptr}, acceptor, buckets);
    server.set_service({.server = "isp", .service_name = "internet", .ac_name = "bras"});
    REQUIRE(server.listen());
    test::LinkOwner owner;
    owner.transport =
        std::make_unique<PppoeClient>(PppoeClientConfig{.interface = "west", .service_name = "internet"},
                                      PppoePorts{wire.time(), rng, wire.ports(), west_pppox, nullptr});
    owner.transport->start(owner);
    REQUIRE(wire.wait([&] { return owner.ready == 1; }));
    CHECK(owner.transport->info().session_id == acceptor.sessions.at(0)->owner.transport->info().session_id);
    owner.transport->stop();
    REQUIRE(wire.wait([&] { return acceptor.sessions[0]->owner.lost == 1; }));
    CHECK(acceptor.sessions[0]->owner.reason == EndReason::peer_terminated);
}

TEST_CASE("what comes faster than it is read is counted") {
    VethWire wire;
    Ears west, east;
    auto to = wire.ports().open("west", {}, west);
    auto from = wire.ports().open("east", {}, east);
    REQUIRE((to && from));
    constexpr std::size_t kFrames = 20000;
    for (std::size_t i = 0; i < kFrames; ++i) REQUIRE((*from)->send(last_frame(EtherFilter::Want::host)));
    wire.settle();
    CHECK(west.heard.size() > 50);
    CHECK((*to)->dropped() > 0);
    CHECK(west.heard.size() + (*to)->dropped() == kFrames);
}

TEST_CASE("an interface that is not Ethernet, and a name that is none, are refused by name") {
    VethWire wire;
    Ears ears;
    REQUIRE(std::system("ip link set lo up") == 0);  // NOLINT(cert-env33-c)
    const auto loopback = wire.ports().open("lo", {}, ears);
    REQUIRE_FALSE(loopback);
    CHECK(loopback.error().what == "lo: not an Ethernet interface, PPPoE needs one");
    const auto too_long = wire.ports().open("an-interface-of-many-letters", {}, ears);
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().what == "\"an-interface-of-many-letters\": not the name of an interface");
    CHECK_FALSE(wire.ports().open("", {}, ears));
}
