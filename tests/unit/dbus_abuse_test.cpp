// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Callers that are wrong, rude or gone, and a bus that dies.
#include <doctest/doctest.h>
#include <algorithm>
#include "support/bus_client.hpp"
#include "support/private_bus.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

using ScanResult = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
const std::string kInvalid = "org.pppmanager1.Error.InvalidArgument: ";

/// Asks for a scan and does not wait for its answer.
void send_scan(sdbus::IProxy& p) {
    auto m = p.createMethodCall(kManager, "Scan");
    m << std::string("eth1") << 1u;
    p.callMethod(
        m, [](auto&, auto*) {}, 60'000'000);
}

struct AbuseBench : BusBench {
    AbuseBench() {
        service.add_client("wan", [](auto& s) { s.state = session::ClientState::stopped; });
        service.scan_finds("eth1", {{"b", "02:00:00:00:00:02", "ac2"},
                                    {"a", "02:00:00:00:00:01", "ac\xff"},
                                    {"b", "02:00:00:00:00:02", "ac2"}});
        service.scans_take(0s);
        serve();
    }
};

}  // namespace

TEST_CASE_FIXTURE(AbuseBench, "Scan answers later with sorted rows, none twice") {
    auto rows = ask(
        [](auto& bus) { return ask_for<ScanResult>(bus, kRoot, kManager, "Scan", std::string("eth1"), 1u); });
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].get<0>() == "a");
    CHECK(rows[0].get<2>() == "ac\\xff");
    CHECK(rows[1].get<1>() == "02:00:00:00:00:02");
}

TEST_CASE_FIXTURE(AbuseBench, "Scan refuses what cannot be, by name") {
    ask([](auto& bus) {
        auto scan = [&](const std::string& interface, std::uint32_t seconds) {
            return call(bus, kRoot, kManager, "Scan", interface, seconds);
        };
        CHECK(scan("eth9", 1) == "org.pppmanager1.Error.NotFound: there is no interface 'eth9'");
        CHECK(scan("", 1) == kInvalid + "Scan: '' is not the name of an interface");
        CHECK(scan("eth1", 61) == kInvalid + "Scan: seconds is at most 60, not 61");
        const auto huge = scan(std::string(1 << 20, 'x'), 1);
        CHECK(huge.starts_with(kInvalid + "Scan: 'xxxx"));
        CHECK(huge.size() < 200);
        return 0;
    });
    CHECK(service.scans_started() == 1);
}

TEST_CASE_FIXTURE(AbuseBench, "at most eight scans run at a time") {
    service.scans_take(1h);
    ask([&](auto& bus) {
        auto p = proxy(bus, kRoot);
        for (int i = 0; i < 8; ++i) send_scan(*p);
        CHECK(call(bus, kRoot, kManager, "Scan", std::string("eth1"), 1u) ==
              "org.pppmanager1.Error.Refused: Scan: 8 scans run already");
        return 0;
    });
}

TEST_CASE_FIXTURE(AbuseBench, "a caller that leaves the bus takes its scan with it") {
    service.scans_take(1h);
    auto leaver = sdbus::createSystemBusConnection();
    auto p = proxy(*leaver, kRoot);
    send_scan(*p);
    until([&] { return service.open_scans() == 1; });
    p.reset();
    leaver.reset();
    until([&] { return service.open_scans() == 0; });
    service.scans_take(0s);
    CHECK(ask([](auto& bus) { return call(bus, kRoot, kManager, "Scan", std::string("eth1"), 1u); }).empty());
}

TEST_CASE_FIXTURE(AbuseBench, "a subscriber that leaves the bus unsubscribes") {
    auto leaver = sdbus::createSystemBusConnection();
    run([&] { return call(*leaver, kRoot, kManager, "Subscribe"); });
    std::string seen;
    auto listener = sdbus::createSystemBusConnection();
    auto p = proxy(*listener, kRoot);
    p->uponSignal("SessionOpened").onInterface(kManager).call([&](const Dictionary& d) {
        seen += d.at("Name").get<std::string>() + " ";
    });
    p->finishRegistration();
    auto heard = [&] {
        while (dbus::compat::process_one(*listener)) {
        }
        return seen;
    };
    service.open_session("first");
    until([&] { return heard() == "first "; });
    leaver.reset();
    // The driver tells the daemon before it lets the next call through.
    ask([](auto& bus) { return property<std::string>(bus, kRoot, kManager, "Version"); });
    service.open_session("second");
    run([&] { return call(*listener, kRoot, kManager, "Subscribe"); });
    service.open_session("third");
    until([&] { return heard().ends_with("third "); });
    CHECK(seen == "first third ");
}

TEST_CASE_FIXTURE(AbuseBench, "a filter that makes no sense is refused by its key") {
    ask([](auto& bus) {
        auto list = [&](const Dictionary& filter) {
            return call(bus, kRoot, kManager, "ListSessions", filter, 0u, 0u);
        };
        const std::string text = "x";
        CHECK(list({{"Colour", sdbus::Variant{text}}}) ==
              kInvalid + "there is no filter 'Colour'; there are Service, Name and Server");
        CHECK(list({{"Name", sdbus::Variant{7u}}}) == kInvalid + "filter Name takes a string (s), not 'u'");
        CHECK(list({{"Server", sdbus::Variant{std::vector<std::string>{text}}}}) ==
              kInvalid + "filter Server takes a string (s), not 'as'");
        CHECK(list({{std::string(1 << 20, 'k'), sdbus::Variant{text}}}).size() < 250);
        CHECK(list({{"Name", sdbus::Variant{std::string(1 << 20, 'n')}}}).empty());
        return 0;
    });
}

TEST_CASE_FIXTURE(AbuseBench, "wrong signatures, members, interfaces and objects are refused") {
    ask([](auto& bus) {
        CHECK(call(bus, kRoot, kManager, "Scan", 7u).starts_with("org.freedesktop.DBus.Error.InvalidArgs"));
        CHECK(call(bus, kRoot, kManager, "Fly").starts_with("org.freedesktop.DBus.Error.UnknownMethod"));
        CHECK(call(bus, kRoot, kClient, "Connect").starts_with("org.freedesktop.DBus.Error."));
        CHECK(call(bus, "/org/pppmanager1/client/nobody", kClient, "Connect")
                  .starts_with("org.freedesktop.DBus.Error.UnknownObject"));
        CHECK(call(bus, "/org/pppmanager1/client/wan", "org.freedesktop.DBus.Properties", "Set",
                   std::string(kClient), std::string("Mtu"), sdbus::Variant{std::uint16_t{1}})
                  .starts_with("org.freedesktop.DBus.Error.PropertyReadOnly"));
        return 0;
    });
}

TEST_CASE_FIXTURE(AbuseBench,
                  "a flood of calls is handled in small helpings, with the loop's other work between") {
    constexpr std::uint64_t calls = 500;
    auto flooder = sdbus::createSystemBusConnection();
    for (std::uint64_t i = 0; i < calls; ++i) {
        auto m = proxy(*flooder, kRoot)->createMethodCall(kManager, "Reload");
        m.dontExpectReply();
        proxy(*flooder, kRoot)->callMethod(m);
    }
    struct Turns final : EventLoop::Source {
        explicit Turns(BusBench& b) : bench(b) { bench.loop->add_source(*this); }
        ~Turns() override { bench.loop->remove_source(*this); }
        std::optional<TimePoint> prepare() override {
            const auto now = bench.service.revision();
            largest = std::max(largest, now - before);
            before = now;
            return std::nullopt;
        }
        BusBench& bench;
        std::uint64_t before = 1, largest = 0;
    } turns(*this);
    until([&] { return service.revision() == 1 + calls; });
    CHECK(turns.largest <= 32);
}

TEST_CASE_FIXTURE(AbuseBench, "a second daemon on the same bus is told that the name is taken") {
    FakeService other(*loop);
    auto second = dbus::BusService::create(*loop, other, Log(log));
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::refused);
    CHECK(second.error().what ==
          "cannot take the name org.pppmanager1 on the bus: another pppmanagerd has it");
}

TEST_CASE("without a bus the error says so") {
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    LogLines log;
    auto loop = std::move(EventLoop::create().value());
    FakeService service(*loop);
    auto made = dbus::BusService::create(*loop, service, Log(log));
    REQUIRE_FALSE(made);
    CHECK(made.error().what.starts_with("cannot connect to the system bus: "));
}

TEST_CASE_FIXTURE(AbuseBench,
                  "a bus that dies does not take the daemon with it, and is used again when it is back") {
    service.scans_take(1h);
    auto waiting = sdbus::createSystemBusConnection();
    auto p = proxy(*waiting, kRoot);
    send_scan(*p);
    until([&] { return service.open_scans() == 1; });

    private_bus.stop();
    until([&] { return !daemon->connected(); });
    CHECK(service.open_scans() == 0);
    CHECK_FALSE(service.observed());
    CHECK(log.count(Level::warning) == 1);
    // What happens meanwhile is there afterwards.
    service.change_client("wan", [](auto& s) { s.ac_name = "later"; });
    service.open_session("ann");

    until([&] { return log.count(Level::debug) >= 1; });  // an attempt without a bus
    private_bus.start();
    until([&] { return daemon->connected(); });
    ask([](auto& bus) {
        CHECK(property<std::string>(bus, "/org/pppmanager1/client/wan", kClient, "AcName") == "later");
        CHECK(property<std::uint32_t>(bus, kRoot, kManager, "SessionCount") == 1);
        return 0;
    });
    CHECK(log.count(Level::warning) == 1);
    CHECK(log.count(Level::notice) == 1);
}
