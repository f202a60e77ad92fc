// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What discovery writes for people at debug level, and the arithmetic of MTUs.
#include <doctest/doctest.h>
#include "support/pppoe_scripts.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;

namespace {
struct Lines final : LogSink {
    bool debug = true;
    std::vector<std::string> lines;
    [[nodiscard]] bool enabled(Level level) const override { return debug || level != Level::debug; }
    void write(Level, std::string_view message, const std::vector<Field>&) override {
        lines.emplace_back(message);
    }
};
}  // namespace

TEST_CASE("at debug level every packet is a line, with what became of it") {
    test::PppoeWorld world;
    Lines sink;
    const Log log(sink);
    auto ports = world.host_ports();
    ports.log = &log;
    test::LinkOwner owner;
    owner.transport = std::make_unique<PppoeClient>(PppoeClientConfig{.interface = "eth1"}, ports);
    owner.transport->start(owner);
    REQUIRE(sink.lines.size() == 1);
    CHECK(sink.lines[0].starts_with(
        "sent [PADI PPPoE v1t1 code=0x09 sid=0x0 <Service-Name \"\"> <Host-Uniq 0x"));
    CHECK(sink.lines[0].ends_with("] to FF:FF:FF:FF:FF:FF"));

    world.segment.inject(Builder{kHostMac, kAcMac, Code::pado}.tag(Tag::ac_name, "ac").frame());
    world.pass(1ms);
    REQUIRE(sink.lines.size() == 3);
    CHECK(sink.lines[1] ==
          "received [PADO PPPoE v1t1 code=0x07 sid=0x0 <AC-Name \"ac\">] from 02:00:00:00:00:AC");
    CHECK(sink.lines[2] ==
          "ignored [PADO PPPoE v1t1 code=0x07 sid=0x0 <AC-Name \"ac\">] from 02:00:00:00:00:AC: not our "
          "Host-Uniq");

    Builder whole{kHostMac, kAcMac, Code::pado};
    world.segment.inject(whole.tag(Tag::ac_name, "ac").frame().first(23));
    world.pass(1ms);
    REQUIRE(sink.lines.size() == 4);
    CHECK(sink.lines[3] ==
          "dropped [malformed PPPoE (its length is longer than the frame), 23 octets: "
          "0x0200000000010200000000ac8863110700000006010200]");

    sink.debug = false;
    world.pass(1s);
    CHECK(sink.lines.size() == 4);
}

TEST_CASE("a packet that cannot be sent is a line with the reason") {
    test::PppoeWorld world;
    Lines sink;
    const Log log(sink);
    auto ports = world.host_ports();
    ports.log = &log;
    world.host_ether.fail_sends = true;
    test::LinkOwner owner;
    owner.transport = std::make_unique<PppoeClient>(PppoeClientConfig{.interface = "eth1"}, ports);
    owner.transport->start(owner);
    REQUIRE(sink.lines.size() == 1);
    CHECK(sink.lines[0].ends_with("] to FF:FF:FF:FF:FF:FF: eth1: cannot send"));
}

TEST_CASE("what a session may carry is the parent's MTU less eight, 1492 where RFC 4638 is not agreed") {
    CHECK(plain_max_mru(1500) == 1492);
    CHECK(plain_max_mru(9000) == 1492);
    CHECK(plain_max_mru(1400) == 1392);
    CHECK(plain_max_mru(0) == 0);
    CHECK(large_max_mru(1508, 1500) == 1500);
    CHECK(large_max_mru(1504, 1500) == 1496);
    CHECK(large_max_mru(1508, 1000) == 1492);
    CHECK(large_max_mru(9000, 65535) == 8992);
}
