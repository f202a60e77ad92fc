// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeScanner: rows of all concentrators, once, in order.
#include <doctest/doctest.h>
#include "link/pppoe_scanner.hpp"
#include "support/pppoe_world.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace ppp::wire::pppoe;
using namespace std::chrono_literals;
using test::kAcMac;
using test::kHostMac;
using test::kStrangerMac;

namespace {
struct Scan : test::PppoeWorld {
    void start(std::string interface = "eth1", Duration length = 5s) {
        scanner =
            std::make_unique<PppoeScanner>(std::move(interface), length, host_ports(), [this](auto result) {
                ++done;
                answer = std::move(result);
                scanner.reset();
            });
    }
    void pado(const MacAddress& from, std::string_view name, std::vector<std::string_view> services) {
        Builder b{kHostMac, from, Code::pado};
        b.echo(Tag::host_uniq, last(Code::padi)).tag(Tag::ac_name, name);
        for (auto service : services) b.tag(Tag::service_name, service);
        segment.inject(b.frame());
        pass(1ms);
    }
    std::unique_ptr<PppoeScanner> scanner;
    Result<std::vector<ScannedService>> answer;
    int done = 0;
};
}  // namespace

TEST_CASE("a scan lists each service of each concentrator once") {
    Scan s;
    s.start();
    for (int i = 0; i < 2; ++i) {
        s.pado(kStrangerMac, "two", {"", "tv", "internet"});
        s.pado(kAcMac, "one", {""});
    }
    CHECK(s.done == 0);
    s.pass(5s);
    REQUIRE(s.done == 1);
    REQUIRE(s.answer);
    CHECK(*s.answer == std::vector<ScannedService>{{"", kAcMac, "one"},
                                                   {"internet", kStrangerMac, "two"},
                                                   {"tv", kStrangerMac, "two"}});
    CHECK(s.count(Code::padi) == 3);
}

TEST_CASE("a scan finds a real server") {
    Scan s;
    test::Acceptor acceptor(s.time);
    PppoeBuckets buckets;
    PppoeServer server("lan0", s.ac_ports(), acceptor, buckets);
    server.set_service({.server = "isp", .service_name = "internet", .ac_name = "bras"});
    REQUIRE(server.listen());
    s.start("eth1", 1s);
    s.pass(1s);
    REQUIRE(s.done == 1);
    CHECK(*s.answer == std::vector<ScannedService>{{"internet", kAcMac, "bras"}});
}

TEST_CASE("a scan of a silent segment is an empty list, of a missing interface an error") {
    Scan silent;
    silent.start();
    silent.pass(5s);
    REQUIRE(silent.done == 1);
    CHECK(silent.answer->empty());
    Scan missing;
    missing.start("eth9");
    CHECK(missing.done == 0);
    missing.pass(0ms);
    REQUIRE(missing.done == 1);
    CHECK(missing.answer.error().what == "eth9: no such interface");
    Scan lost;
    lost.start();
    lost.host_ether.remove("eth1");
    REQUIRE(lost.done == 1);
    CHECK(lost.answer.error().what == "eth1: the interface was removed");
}

TEST_CASE("a scan that is dropped answers nobody") {
    Scan s;
    s.start();
    s.scanner.reset();
    s.pass(10s);
    CHECK(s.done == 0);
    CHECK(s.host_ether.open_ports() == 0);
}
