// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Traces, sessions that are over and statistics on a real bus.
#include <doctest/doctest.h>
#include <poll.h>
#include <atomic>
#include "support/bus_client.hpp"
#include "support/private_bus.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;

namespace {

using Packets = std::vector<sdbus::Struct<std::uint64_t, std::string, std::string>>;
using ByReason = std::map<std::string, std::uint64_t>;

session::Trace traced(std::uint64_t id, int packets) {
    session::Trace out;
    auto& about = out.about;
    about.row.id = id;
    about.row.name = "bob\xff";
    about.row.server = "lan";
    about.opened = true;
    about.parent = "eth0";
    about.reason = EndReason::echo_timeout;
    about.phase = "running";
    about.detail = "gone";
    about.begun = session::WallTime(1s);
    about.ended = session::WallTime(3s);
    for (int i = 0; i < packets; ++i)
        out.packets.push_back({session::WallTime(1s), i % 2 == 0, "[" + std::to_string(i) + "\x80]"});
    return out;
}

struct TraceBench : BusBench {
    TraceBench() {
        service.add_client("wan", [](auto& s) { s.session = 3; });
        service.add_server("lan", [](auto& s) { s.last_failed = 4; });
        serve();
    }
};

}  // namespace

TEST_CASE_FIXTURE(TraceBench, "Trace answers for a session that is up or over, with what is known of it") {
    service.add_trace(traced(7, 2));
    ask([](auto& bus) {
        const auto [about, packets] =
            ask_for<std::tuple<Dictionary, Packets>>(bus, kRoot, kManager, "Trace", std::uint64_t{7});
        CHECK(about.at("Id").template get<std::uint64_t>() == 7);
        CHECK(about.at("Name").template get<std::string>() == "bob\\xff");
        CHECK(about.at("Role").template get<std::string>() == "server");
        CHECK(about.at("Opened").template get<bool>());
        CHECK(about.at("Parent").template get<std::string>() == "eth0");
        CHECK(about.at("Reason").template get<std::string>() == "echo-timeout");
        CHECK(about.at("Phase").template get<std::string>() == "running");
        CHECK(about.at("Detail").template get<std::string>() == "gone");
        CHECK(about.at("Begun").template get<std::uint64_t>() == 1'000'000);
        CHECK(about.at("Ended").template get<std::uint64_t>() == 3'000'000);
        REQUIRE(packets.size() == 2);
        CHECK(packets[0].template get<0>() == 1'000'000);
        CHECK(packets[0].template get<1>() == "sent");
        CHECK(packets[1].template get<1>() == "received");
        CHECK(packets[1].template get<2>() == "[1\\x80]");
        CHECK(call(bus, kRoot, kManager, "Trace", std::uint64_t{8})
                  .starts_with("org.pppmanager1.Error.NotFound: there is no session 8"));
        return 0;
    });
}

TEST_CASE_FIXTURE(TraceBench, "ListEnded has the newest first, filters and pages") {
    for (std::uint64_t id = 1; id <= 5; ++id) service.add_trace(traced(id, 0));
    ask([](auto& bus) {
        const auto list = [&](const Dictionary& filter, std::uint32_t offset, std::uint32_t limit) {
            std::vector<std::uint64_t> ids;
            for (const auto& row :
                 ask_for<std::vector<Dictionary>>(bus, kRoot, kManager, "ListEnded", filter, offset, limit))
                ids.push_back(row.at("Id").template get<std::uint64_t>());
            return ids;
        };
        CHECK(list({}, 0, 0) == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
        CHECK(list({}, 1, 2) == std::vector<std::uint64_t>{4, 3});
        CHECK(list({{"Server", sdbus::Variant{std::string("wan")}}}, 0, 0).empty());
        CHECK(call(bus, kRoot, kManager, "ListEnded",
                   Dictionary{{"Colour", sdbus::Variant{std::string("red")}}}, std::uint32_t{0},
                   std::uint32_t{0})
                  .starts_with("org.pppmanager1.Error.InvalidArgument: there is no filter 'Colour'"));
        return 0;
    });
}

TEST_CASE_FIXTURE(TraceBench, "clients and servers name the session to trace") {
    ask([](auto& bus) {
        CHECK(property<std::uint64_t>(bus, "/org/pppmanager1/client/wan", kClient, "Session") == 3);
        CHECK(property<std::uint64_t>(bus, "/org/pppmanager1/server/lan", kServer, "LastFailedSession") == 4);
        return 0;
    });
}

TEST_CASE_FIXTURE(TraceBench, "statistics come as numbers, and as numbers by reason") {
    session::Statistics s;
    s.uptime = 9s;
    s.clients.attempts = 3;
    s.servers.closed[EndReason::peer_terminated] = 2;
    s.padt = 8;
    s.pools["homes"] = {.used = 1, .size = 254};
    service.set_statistics(s);
    ask([](auto& bus) {
        const auto all = ask_for<Dictionary>(bus, kRoot, kManager, "GetStatistics");
        CHECK(all.at("Uptime").template get<std::uint64_t>() == 9);
        CHECK(all.at("ClientAttempts").template get<std::uint64_t>() == 3);
        CHECK(all.at("ServerClosed").template get<ByReason>() == ByReason{{"peer-terminated", 2}});
        CHECK(all.at("ServerFailed").template get<ByReason>().empty());
        CHECK(all.at("Padt").template get<std::uint64_t>() == 8);
        using Pools = std::map<std::string, sdbus::Struct<std::uint64_t, std::uint64_t>>;
        CHECK(all.at("Pools").template get<Pools>().at("homes").template get<1>() == 254);
        return 0;
    });
}

TEST_CASE_FIXTURE(TraceBench, "SessionClosed carries reason, phase and the last packets") {
    const auto id = service.open_session("bob");
    service.add_trace(traced(id, 20));
    std::atomic<bool> listening = false;
    Timer timer;
    std::function<void()> when_ready = [&] {
        if (!listening) {
            timer = loop->after(1ms, [&] { when_ready(); });
            return;
        }
        service.close_session(id, EndReason::echo_timeout, "gone");
    };
    when_ready();
    ask([&](auto& bus) {
        std::vector<Dictionary> seen;
        auto p = proxy(bus, kRoot);
        p->uponSignal("SessionClosed")
            .onInterface(kManager)
            .call([&](const Dictionary& session, const std::string&, const std::string&) {
                seen.push_back(session);
            });
        p->finishRegistration();
        CHECK(call(bus, kRoot, kManager, "Subscribe").empty());
        listening = true;
        while (seen.empty()) {
            while (dbus::compat::process_one(bus)) {
            }
            auto poll = bus.getEventLoopPollData();
            pollfd wanted{.fd = poll.fd, .events = poll.events, .revents = 0};
            ::poll(&wanted, 1, 50);
        }
        CHECK(seen[0].at("Reason").template get<std::string>() == "echo-timeout");
        CHECK(seen[0].at("Phase").template get<std::string>() == "running");
        const auto packets = seen[0].at("Packets").template get<std::vector<std::string>>();
        REQUIRE(packets.size() == 8);
        CHECK(packets.front() == "sent [12\\x80]");
        CHECK(packets.back() == "received [19\\x80]");
        return 0;
    });
}
