// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The objects on a real bus, asked by another connection.
#include <doctest/doctest.h>
#include <poll.h>
#include <atomic>
#include "support/bus_client.hpp"
#include "support/private_bus.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using session::ClientState;

namespace {

const std::string kWan = "/org/pppmanager1/client/wan_2d1";

void fill(session::SessionRow& row) {
    row.caller_id = "02:00:00:00:00:07";
    row.address = "10.1.0.7";
    row.interface = "pppoe-7";
    row.server = "lan";
    row.uptime = 12s;
    row.session_id = 7;
    row.mtu = 1492;
    row.traffic = {.octets_in = 1, .octets_out = 2, .packets_in = 3, .packets_out = 4};
}

struct ServiceBench : BusBench {
    ServiceBench() {
        service.add_client("wan-1", [](auto& status) {
            status.parent = "eth1";
            status.state = ClientState::stopped;
        });
        service.add_server("lan", [](auto& status) {
            status.interface = "eth0";
            status.enabled = status.listening = true;
            status.padi = 5;
        });
        serve();
    }
};

/// Collects PropertiesChanged of all objects while it lives.
struct Changes {
    explicit Changes(sdbus::IConnection& bus) : proxy(sdbus::createProxy(bus, "org.pppmanager1", kWan)) {
        proxy->uponSignal("PropertiesChanged")
            .onInterface("org.freedesktop.DBus.Properties")
            .call([this](const std::string&, const Dictionary& changed, const std::vector<std::string>&) {
                seen.push_back(changed);
            });
        proxy->finishRegistration();
    }
    std::unique_ptr<sdbus::IProxy> proxy;
    std::vector<Dictionary> seen;
};

void pump(sdbus::IConnection& bus, const std::function<bool()>& until) {
    while (!until()) {
        while (dbus::compat::process_one(bus)) {
        }
        if (until()) return;
        auto poll = bus.getEventLoopPollData();
        pollfd p{.fd = poll.fd, .events = poll.events, .revents = 0};
        ::poll(&p, 1, 50);
    }
}

}  // namespace

TEST_CASE_FIXTURE(ServiceBench, "the manager says who it is and how much it carries") {
    service.open_session("ann", fill);
    ask([](auto& bus) {
        CHECK(property<std::string>(bus, kRoot, kManager, "Version") == PPPMANAGER_VERSION);
        CHECK(property<std::uint64_t>(bus, kRoot, kManager, "Revision") == 1);
        CHECK(property<std::uint32_t>(bus, kRoot, kManager, "SessionCount") == 1);
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "clients and servers are objects under the root, sessions are not") {
    service.open_session("ann", fill);
    auto objects = ask([](auto& bus) {
        return ask_for<Objects>(bus, kRoot, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects");
    });
    REQUIRE(objects.size() == 2);
    REQUIRE(objects.contains(sdbus::ObjectPath{kWan}));
    auto& client = objects.at(sdbus::ObjectPath{kWan}).at(kClient);
    CHECK(client.at("Name").get<std::string>() == "wan-1");
    CHECK(client.at("Interface").get<std::string>() == "eth1");
    CHECK(client.at("Status").get<std::string>() == "disconnected");
    CHECK(client.at("State").get<std::string>() == "stopped");
    CHECK(client.at("EchoRtt").get<std::int64_t>() == -1);
    CHECK(client.at("NextAttempt").get<std::uint64_t>() == 0);
    auto& server = objects.at(sdbus::ObjectPath{"/org/pppmanager1/server/lan"}).at(kServer);
    CHECK(server.at("Listening").get<bool>());
    CHECK(server.at("Padi").get<std::uint64_t>() == 5);
}

TEST_CASE_FIXTURE(ServiceBench, "objects come and go while the daemon runs, and the bus is told") {
    std::atomic<bool> listening = false;
    auto run_client = [&](auto& bus) {
        std::vector<std::string> added, removed;
        auto p = proxy(bus, kRoot);
        p->uponSignal("InterfacesAdded")
            .onInterface("org.freedesktop.DBus.ObjectManager")
            .call([&](const sdbus::ObjectPath& path, const std::map<std::string, Dictionary>& interfaces) {
                if (interfaces.contains(kClient) || interfaces.contains(kServer)) added.push_back(path);
            });
        p->uponSignal("InterfacesRemoved")
            .onInterface("org.freedesktop.DBus.ObjectManager")
            .call([&](const sdbus::ObjectPath& path, const std::vector<std::string>&) {
                removed.push_back(path);
            });
        p->finishRegistration();
        listening = true;
        pump(bus, [&] { return added.size() == 2 && removed.size() == 1; });
        CHECK(added[0] == "/org/pppmanager1/client/wan2");
        CHECK(added[1] == "/org/pppmanager1/server/shop");
        CHECK(removed[0] == kWan);
        CHECK(property<std::string>(bus, added[0], kClient, "Name") == "wan2");
        CHECK(call(bus, kWan, kClient, "Connect").starts_with("org.freedesktop.DBus.Error.UnknownObject"));
        return 0;
    };
    auto timer = loop->after(1ms, [] {});
    std::function<void()> when_ready = [&] {
        if (!listening) {
            timer = loop->after(1ms, [&] { when_ready(); });
            return;
        }
        service.remove_client("wan-1");
        service.add_client("wan2");
        service.add_server("shop");
    };
    when_ready();
    ask(run_client);
}

TEST_CASE_FIXTURE(ServiceBench, "only the properties that changed are signalled, once a turn") {
    std::atomic<bool> listening = false;
    Timer timer;
    std::function<void()> when_ready = [&] {
        if (!listening) {
            timer = loop->after(1ms, [&] { when_ready(); });
            return;
        }
        service.change_client("wan-1", [](auto& s) { s.state = ClientState::discovery; });
        service.change_client("wan-1", [](auto& s) { s.ac_name = "isp\xff"; });
        timer = loop->after(1ms, [&] {
            service.change_client("wan-1", [](auto&) {});  // nothing changed: no signal
            timer = loop->after(
                1ms, [&] { service.change_client("wan-1", [](auto& s) { s.dns = {"10.0.0.53"}; }); });
        });
    };
    when_ready();
    ask([&](auto& bus) {
        Changes changes(bus);
        listening = true;
        pump(bus, [&] { return changes.seen.size() >= 2; });
        auto& first = changes.seen[0];
        CHECK(first.size() == 3);
        CHECK(first.at("Status").template get<std::string>() == "dialing");
        CHECK(first.at("State").template get<std::string>() == "discovery");
        CHECK(first.at("AcName").template get<std::string>() == "isp\\xff");
        auto& second = changes.seen[1];
        CHECK(second.size() == 1);
        CHECK(second.at("Dns").template get<std::vector<std::string>>() ==
              std::vector<std::string>{"10.0.0.53"});
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "a server signals its state and not its counters") {
    std::atomic<bool> listening = false;
    Timer timer;
    std::function<void()> when_ready = [&] {
        if (!listening) {
            timer = loop->after(1ms, [&] { when_ready(); });
            return;
        }
        service.change_server("lan", [](auto& s) { s.padi = 99; });
        service.change_server("lan", [](auto& s) {
            s.listening = false;
            s.problem = "eth0 is gone";
        });
    };
    when_ready();
    ask([&](auto& bus) {
        std::vector<Dictionary> seen;
        auto p = proxy(bus, "/org/pppmanager1/server/lan");
        p->uponSignal("PropertiesChanged")
            .onInterface("org.freedesktop.DBus.Properties")
            .call([&](const std::string&, const Dictionary& d, const std::vector<std::string>&) {
                seen.push_back(d);
            });
        p->finishRegistration();
        listening = true;
        pump(bus, [&] { return !seen.empty(); });
        CHECK(seen[0].size() == 2);
        CHECK_FALSE(seen[0].at("Listening").template get<bool>());
        CHECK(property<std::uint64_t>(bus, "/org/pppmanager1/server/lan", kServer, "Padi") == 99);
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "one GetAll looks at the kernel's counters once") {
    service.set_gauges(
        "wan-1",
        {.idle = 9s, .traffic = {.octets_in = 1000, .octets_out = 0, .packets_in = 0, .packets_out = 5}});
    auto all = ask([](auto& bus) { return properties(bus, kWan, kClient); });
    CHECK(all.at("IdleTime").get<std::uint64_t>() == 9);
    CHECK(all.at("OctetsIn").get<std::uint64_t>() == 1000);
    CHECK(all.at("PacketsOut").get<std::uint64_t>() == 5);
    CHECK(service.gauge_reads() == 1);
}

TEST_CASE_FIXTURE(ServiceBench,
                  "Connect and Disconnect reach the client, and refusals come back as sentences") {
    service.attempts_take(0s);
    ask([&](auto& bus) {
        CHECK(call(bus, kWan, kClient, "Connect").empty());
        return 0;
    });
    until([&] { return service.client("wan-1")->state == ClientState::connected; });
    ask([&](auto& bus) {
        CHECK(call(bus, kWan, kClient, "Connect").empty());  // nothing to do
        CHECK(property<std::string>(bus, kWan, kClient, "LocalAddress") == "10.0.0.2");
        CHECK(call(bus, kWan, kClient, "Disconnect").empty());
        return 0;
    });
    until([&] { return service.client("wan-1")->state == ClientState::stopped; });
    service.change_client("wan-1", [](auto& s) { s.state = ClientState::disabled; });
    ask([&](auto& bus) {
        CHECK(call(bus, kWan, kClient, "Connect") ==
              "org.pppmanager1.Error.Refused: client 'wan-1' is disabled");
        return 0;
    });
    service.fail_next(Errc::system, "/dev/ppp: Permission denied");
    ask([&](auto& bus) {
        CHECK(call(bus, kWan, kClient, "Connect") ==
              "org.pppmanager1.Error.Failed: client 'wan-1': /dev/ppp: Permission denied");
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "whoever has the answer to Connect can read what it changed") {
    service.attempts_take(1h);
    ask([](auto& bus) {
        Changes changes(bus);
        CHECK(call(bus, kWan, kClient, "Connect").empty());
        CHECK(property<std::string>(bus, kWan, kClient, "State") == "discovery");
        pump(bus, [&] { return !changes.seen.empty(); });
        CHECK(changes.seen.size() == 1);
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "ListSessions gives rows in order, filtered and paged") {
    for (int i = 0; i < 5; ++i) service.open_session("user" + std::to_string(i), fill);
    service.open_session("eve\xfe", [](auto& row) { row.server = "shop"; });
    ask([](auto& bus) {
        using List = std::vector<Dictionary>;
        auto list = [&](const Dictionary& filter, std::uint32_t offset, std::uint32_t limit) {
            return ask_for<List>(bus, kRoot, kManager, "ListSessions", filter, offset, limit);
        };
        auto all = list({}, 0, 0);
        REQUIRE(all.size() == 6);
        CHECK(all[0].at("Id").template get<std::uint64_t>() == 1);
        CHECK(all[0].at("Name").template get<std::string>() == "user0");
        CHECK(all[0].at("CallerId").template get<std::string>() == "02:00:00:00:00:07");
        CHECK(all[0].at("SessionId").template get<std::uint16_t>() == 7);
        CHECK(all[0].at("Uptime").template get<std::uint64_t>() == 12);
        CHECK(all[0].at("PacketsOut").template get<std::uint64_t>() == 4);
        CHECK(all[5].at("Name").template get<std::string>() == "eve\\xfe");
        CHECK(list({{"Server", sdbus::Variant{std::string("lan")}}}, 0, 0).size() == 5);
        auto page = list({{"Server", sdbus::Variant{std::string("lan")}}}, 3, 1);
        REQUIRE(page.size() == 1);
        CHECK(page[0].at("Name").template get<std::string>() == "user3");
        CHECK(list({}, 99, 0).empty());
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "an answer has at most 250 rows, whatever was asked for") {
    for (int i = 0; i < 1203; ++i) service.open_session("u", fill);
    ask([](auto& bus) {
        using List = std::vector<Dictionary>;
        CHECK(ask_for<List>(bus, kRoot, kManager, "ListSessions", Dictionary{}, 0u, 0u).size() == 250);
        CHECK(ask_for<List>(bus, kRoot, kManager, "ListSessions", Dictionary{}, 0u, 5000u).size() == 250);
        CHECK(ask_for<List>(bus, kRoot, kManager, "ListSessions", Dictionary{}, 1000u, 0u).size() == 203);
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "a session is ended by its id") {
    const auto id = service.open_session("ann", fill);
    ask([&](auto& bus) {
        CHECK(call(bus, kRoot, kManager, "Disconnect", id).empty());
        CHECK(call(bus, kRoot, kManager, "Disconnect", id) ==
              "org.pppmanager1.Error.NotFound: there is no session 1");
        return 0;
    });
    CHECK(service.session_count() == 0);
}

TEST_CASE_FIXTURE(ServiceBench,
                  "sessions are signalled while somebody has subscribed, and not before or after") {
    std::atomic<int> step = 0;
    Timer timer;
    std::function<void()> act = [&] {
        if (step == 1) {
            service.open_session("unheard", fill);
            step = 2;
        } else if (step == 3) {
            const auto id = service.open_session("ann", fill);
            service.close_session(id, EndReason::echo_timeout, "5 echoes unanswered");
            step = 4;
        } else if (step == 5) {
            service.open_session("unheard", fill);
            step = 6;
        }
        timer = loop->after(1ms, [&] { act(); });
    };
    act();
    ask([&](auto& bus) {
        std::vector<std::string> seen;
        auto p = proxy(bus, kRoot);
        p->uponSignal("SessionOpened").onInterface(kManager).call([&](const Dictionary& d) {
            seen.push_back("opened " + d.at("Name").get<std::string>());
            CHECK_FALSE(d.contains("Uptime"));
        });
        p->uponSignal("SessionClosed")
            .onInterface(kManager)
            .call([&](const Dictionary& d, const std::string& reason, const std::string& detail) {
                seen.push_back("closed " + d.at("Name").get<std::string>() + " " + reason + ": " + detail);
                CHECK(d.at("OctetsOut").get<std::uint64_t>() == 2);
            });
        p->finishRegistration();
        auto settle = [&](int at) {
            while (step != at) std::this_thread::yield();
            // Signals come in order, so the answer to a call is behind them all.
            CHECK(property<std::uint64_t>(bus, kRoot, kManager, "Revision") == 1);
            while (dbus::compat::process_one(bus)) {
            }
        };
        step = 1;
        settle(2);
        CHECK(seen.empty());
        CHECK(call(bus, kRoot, kManager, "Subscribe").empty());
        step = 3;
        settle(4);
        CHECK(seen == std::vector<std::string>{"opened ann", "closed ann echo-timeout: 5 echoes unanswered"});
        CHECK(call(bus, kRoot, kManager, "Unsubscribe").empty());
        step = 5;
        settle(6);
        CHECK(seen.size() == 2);
        return 0;
    });
}

TEST_CASE_FIXTURE(ServiceBench, "Reload moves the revision, and mistakes come back line by line") {
    ask([](auto& bus) {
        CHECK(call(bus, kRoot, kManager, "Reload").empty());
        CHECK(property<std::uint64_t>(bus, kRoot, kManager, "Revision") == 2);
        return 0;
    });
    service.fail_next(Errc::config, "/clients/0/mtu: too big\n/clients/1/name: missing");
    ask([](auto& bus) {
        CHECK(
            call(bus, kRoot, kManager, "Reload") ==
            "org.pppmanager1.Error.InvalidConfiguration: /clients/0/mtu: too big\n/clients/1/name: missing");
        return 0;
    });
}
