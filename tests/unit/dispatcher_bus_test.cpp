// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The dispatcher and the daemon's side of the bus: what is heard, believed and survived.
#include <doctest/doctest.h>
#include <algorithm>
#include "dbus/dispatcher/dispatcher.hpp"
#include "dbus/dispatcher/subscriber.hpp"
#include "support/bus_client.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"
#include "support/scripts.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using dispatcher::Event;
using dispatcher::Subscriber;

namespace {

void fill(session::SessionRow& row) {
    row.caller_id = "02:00:00:00:00:07";
    row.address = "10.0.0.2";
    row.local_address = "10.0.0.1";
    row.dns = {0x0a000035, 0};
    row.interface = "ppp0";
    row.kind = "pppoe-server";
    row.server = "fibre";
    row.profile = "homes";
    row.mtu = 1492;
    row.uptime = 12s;
    row.traffic = {1, 2, 3, 4};
    row.hooks = std::make_shared<config::Hooks>(config::Hooks{.on_up = "/bin/up x", .on_down = "/bin/down"});
}

struct EventBench : BusBench {
    std::vector<Event> heard;
    LogLines said;
    std::unique_ptr<Subscriber> subscriber;

    void listen() {
        auto made =
            Subscriber::create(*loop, Log(said), [this](Event event) { heard.push_back(std::move(event)); });
        REQUIRE_MESSAGE(made, made.error().what);
        subscriber = std::move(*made);
    }
    void until_subscribed() {
        until([&] { return subscriber->subscribed(); });
    }
    /// Lets the loop turn until the program has written this to its standard error.
    void wait_for_words(Program& program, const std::string& words) {
        CHECK(run([&] {
            return program.read_until([&] { return program.err().find(words) != std::string::npos; });
        }));
    }
    [[nodiscard]] bool was_said(std::string_view part) const {
        return std::ranges::any_of(said.lines,
                                   [&](const auto& l) { return l.second.find(part) != std::string::npos; });
    }
};

/// Somebody on the bus who claims that a session is up.
void forge(sdbus::IConnection& bus, const std::string& destination) {
    auto object = sdbus::createObject(bus, kRoot);
    auto signal = object->createSignal(kManager, "SessionOpened");
    signal << Dictionary{{"Interface", sdbus::Variant{std::string("forged")}},
                         {"OnUp", sdbus::Variant{std::string("/bin/forged")}}};
    signal.setDestination(destination);
    object->emitSignal(signal);
}

}  // namespace

TEST_CASE_FIXTURE(EventBench, "what the daemon tells of a session arrives, the profile's commands with it") {
    serve();
    listen();
    until_subscribed();
    const auto id = service.open_session("bob\xff", fill);
    until([&] { return heard.size() == 1; });
    const auto up = heard[0];
    CHECK(up.up);
    CHECK(up.session == id);
    CHECK(up.interface == "ppp0");
    CHECK(up.kind == "pppoe-server");
    CHECK(up.object == "fibre");
    CHECK(up.profile == "homes");
    CHECK(up.user == "bob\\xff");
    CHECK(up.service == "pppoe");
    CHECK(up.caller_id == "02:00:00:00:00:07");
    CHECK(up.local_address == "10.0.0.1");
    CHECK(up.remote_address == "10.0.0.2");
    CHECK(up.dns == std::vector<std::string>{"10.0.0.53"});
    CHECK(up.mtu == 1492);
    CHECK(up.command == "/bin/up x");
    CHECK(up.uptime == 0);
    service.close_session(id, EndReason::echo_timeout, "5 echoes unanswered");
    until([&] { return heard.size() == 2; });
    const auto down = heard[1];
    CHECK_FALSE(down.up);
    CHECK(down.session == id);
    CHECK(down.command == "/bin/down");
    CHECK(down.reason == "echo-timeout");
    CHECK(down.detail == "5 echoes unanswered");
    CHECK(down.uptime == 12);
    CHECK(down.octets_in == 1);
    CHECK(down.octets_out == 2);
    CHECK(down.dns == up.dns);
}

TEST_CASE_FIXTURE(EventBench,
                  "a session without hooks has no command, and one that was open before is not heard") {
    serve();
    service.open_session("early", fill);
    listen();
    until_subscribed();
    service.open_session("late", [](auto& row) { row.interface = "ppp1"; });
    until([&] { return !heard.empty(); });
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].user == "late");
    CHECK(heard[0].command.empty());
}

TEST_CASE_FIXTURE(EventBench, "signals of others are not believed") {
    serve();
    listen();
    until_subscribed();
    auto impostor = sdbus::createSystemBusConnection();
    const auto names = run([&] {
        auto driver = sdbus::createProxy(*impostor, "org.freedesktop.DBus", "/org/freedesktop/DBus");
        std::vector<std::string> all;
        driver->callMethod("ListNames").onInterface("org.freedesktop.DBus").storeResultsTo(all);
        return all;
    });
    for (const auto& name : names)
        if (name.starts_with(':')) forge(*impostor, name);
    // The bus keeps the order of what one connection sends: behind this answer all forgeries are delivered.
    run([&] { return call(*impostor, kRoot, kManager, "Subscribe"); });
    service.open_session("true", fill);
    until([&] { return !heard.empty(); });
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].user == "true");
}

TEST_CASE_FIXTURE(EventBench, "a daemon that comes, goes and comes again is heard each time") {
    listen();
    until([&] { return was_said("pppmanagerd does not run; waiting for it"); });
    serve();
    until_subscribed();
    daemon.reset();
    until([&] { return was_said("pppmanagerd is gone; waiting for it"); });
    CHECK_FALSE(subscriber->subscribed());
    serve();
    until_subscribed();
    service.open_session("ann", fill);
    until([&] { return heard.size() == 1; });
    CHECK(said.count(Level::warning) == 0);
}

TEST_CASE_FIXTURE(EventBench, "a bus that dies is got back, and the daemon heard again") {
    serve();
    listen();
    until_subscribed();
    private_bus.stop();
    until([&] { return was_said("lost the system bus"); });
    CHECK_FALSE(subscriber->subscribed());
    private_bus.start();
    until_subscribed();
    until([&] { return daemon->connected(); });
    service.open_session("ann", fill);
    until([&] { return heard.size() == 1; });
    CHECK(said.count(Level::warning) == 1);
}

TEST_CASE("without a bus the error says so") {
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
    LogLines log;
    auto loop = std::move(EventLoop::create().value());
    const auto made = Subscriber::create(*loop, Log(log), [](const Event&) {});
    REQUIRE_FALSE(made);
    CHECK(made.error().what.starts_with("cannot connect to the system bus: "));
}

TEST_CASE_FIXTURE(EventBench,
                  "five thousand sessions at once with programs that hang do not slow the daemon's answers") {
    const Scripts scripts;
    scripts.add("dispatcher.d/hook", "echo $$ >> pids\n" + kWait);
    serve();
    Program program({DISPATCHER_PATH, "--directory", scripts.directory()});
    wait_for_words(program, "waiting for its sessions");
    for (int i = 0; i < 5000; ++i)
        service.open_session("u", [&](auto& row) {
            fill(row);
            row.hooks = nullptr;
            row.interface = "ppp" + std::to_string(i);
        });
    const auto slowest = ask([](auto& bus) {
        Duration worst{};
        for (int i = 0; i < 200; ++i) {
            const auto begin = Clock::now();
            property<std::uint64_t>(bus, kRoot, kManager, "Revision");
            worst = std::max(worst, Clock::now() - begin);
        }
        return worst;
    });
    // Far from a program's 30 seconds; a busy machine may take its time.
    CHECK(slowest < 2s);
    if (::geteuid() == 0) {
        until([&] { return std::ranges::count(scripts.read("pids"), '\n') == 8; });
        // The rest waits but for what the queue does not hold, and that is said once.
        wait_for_words(program, "896 events were dropped");
    }
    scripts.open_gate();
}
