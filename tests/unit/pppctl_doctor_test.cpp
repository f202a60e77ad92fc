// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The doctor's checks on evidence made by hand: all well, then one thing wrong at a time.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/doctor/checks.hpp"
#include "dbus/pppctl/doctor/doctor.hpp"
#include "support/doctor_evidence.hpp"
#include "support/has.hpp"

using namespace ppp;
using namespace ppp::ctl::doctor;
using namespace ppp::test;

namespace {

/// The one finding that is not ok; anything else than one is a failure of the test.
Finding only(const Evidence& evidence) {
    const auto report = examine(evidence, "");
    std::vector<Finding> found;
    for (const auto& f : report.findings())
        if (f.verdict != Verdict::ok) found.push_back(f);
    REQUIRE_MESSAGE(found.size() == 1, for_people(report, {}));
    CHECK_FALSE(found[0].remedy.empty());
    return found[0];
}

void check_only(const Evidence& evidence, Verdict verdict, std::string_view text, std::string_view remedy) {
    const auto found = only(evidence);
    CAPTURE(found.text);
    CAPTURE(found.remedy);
    CHECK(found.verdict == verdict);
    CHECK(has(found.text, text));
    CHECK(has(found.remedy, remedy));
}
constexpr auto problem = Verdict::problem;
constexpr auto warning = Verdict::warning;

}  // namespace

TEST_CASE("with all well there is neither a problem nor a warning, and each thing looked at is said") {
    const auto report = examine(healthy(), "");
    CHECK_MESSAGE(report.count(problem) == 0, for_people(report, {}));
    CHECK_MESSAGE(report.count(warning) == 0, for_people(report, {}));
    CHECK(report.count(Verdict::ok) > 15);
    for (const auto& f : report.findings()) CHECK(f.remedy.empty());
}

TEST_CASE("a name leaves the other clients and servers out") {
    auto e = healthy();
    e.servers[0].listening = false;
    e.servers[0].problem = "eth0 does not exist";
    CHECK(examine(e, "wan").count(problem) == 0);
    CHECK(examine(e, "lan").count(problem) == 1);
}

TEST_CASE("a module is a problem only where something needs it") {
    auto e = healthy();
    e.machine.modules["pptp"] = e.machine.modules["ppp_mppe"] = ModuleState::missing;
    e.machine.modules["pppoe"] = ModuleState::loadable;
    e.machine.modules["ppp_generic"] = ModuleState::built_in;
    CHECK(examine(e, "").count(problem) + examine(e, "").count(warning) == 0);
    e.machine.modules["pppoe"] = ModuleState::missing;
    check_only(e, problem, "module pppoe (PPP over Ethernet) is missing in kernel 6.1.0",
               "sudo modprobe pppoe");
    e.machine.modules["pppoe"] = ModuleState::unknown;
    check_only(e, warning, "whether it can be is unknown", "sudo modprobe pppoe");
    e.machine.modules["pppoe"] = ModuleState::loaded;
    e.clients[0].encryption = true;
    check_only(e, problem, "module ppp_mppe (encryption) is missing", "modprobe ppp_mppe");
}

TEST_CASE("the device /dev/ppp must be there and not everybody's") {
    auto e = healthy();
    e.machine.ppp_device.reset();
    check_only(e, problem, "there is no /dev/ppp", "modprobe ppp_generic");
    e.machine.ppp_device = 0666;
    check_only(e, warning, "may be used by everybody (0666)", "chmod 600 /dev/ppp");
}

TEST_CASE("without a bus, without a daemon, or with one that hangs the doctor says what to start") {
    auto e = healthy();
    e.clients.clear();
    e.servers.clear();
    e.daemon = {};
    check_only(e, problem, "pppmanagerd is not running", "systemctl start pppmanager");
    e.machine.modules["pppoe"] = ModuleState::missing;
    CHECK(examine(e, "").count(problem) == 2);
    e.machine.modules["pppoe"] = ModuleState::loaded;
    e.daemon.running = true;
    e.daemon.problem = "it did not answer in time";
    check_only(e, problem, "does not answer: it did not answer", "systemctl restart pppmanager");
    e.daemon = {.bus_problem = "cannot reach the system bus"};
    check_only(e, problem, "cannot reach the system bus", "systemctl start dbus");
}

TEST_CASE("a daemon of another version, and one with nothing to do, are warnings") {
    auto e = healthy();
    e.daemon.version = "0.9";
    check_only(e, warning, "pppmanagerd is version 0.9 and pppctl is 1.0", "restart pppmanager");
    e = healthy();
    e.clients.clear();
    e.servers.clear();
    check_only(e, warning, "no client and no server is configured", "pppctl add pppoe-client");
}

TEST_CASE("who may not steer is told how to be allowed") {
    auto e = healthy();
    e.machine.root = false;
    check_only(e, warning, "there is no polkit", "sudo pppctl");
    e.daemon.permissions = {{"org.pppmanager1.control", "yes"}, {"org.pppmanager1.configure", "asks"}};
    CHECK(examine(e, "").count(warning) == 0);
    e.daemon.permissions->at("org.pppmanager1.configure") = "no";
    check_only(e, warning, "polkit's answer for org.pppmanager1.configure is no", "rules.d");
}

TEST_CASE("another PPP program is a problem on our line, a warning beside it, and nothing elsewhere") {
    auto e = healthy();
    e.machine.processes = {{77, "pppd", {"pppd", "plugin", "rp-pppoe.so", "nic-eth1"}}};
    check_only(e, problem, "pppd (process 77) runs on eth1, the line of client wan", "sudo kill 77");
    e.machine.processes[0].arguments = {"pppd", "/dev/ttyUSB0", "eth11"};
    check_only(e, warning, "pppd (process 77) runs beside pppmanagerd", "poff");
    e.machine.processes = {{78, "pppoe-server", {"pppoe-server", "-I", "eth0"}}};
    check_only(e, problem, "listens on eth0 as server lan does", "sudo kill 78");
    e.servers.clear();
    CHECK(examine(e, "").count(problem) + examine(e, "").count(warning) == 0);
}

TEST_CASE("managers of interfaces that touch ours are named with the way to keep them off") {
    auto e = healthy();
    e.daemon.network_manager = {{"eth1", 100}};
    check_only(e, warning, "NetworkManager manages eth1, the interface of client wan",
               "nmcli device set eth1 managed no");
    e = healthy();
    e.machine.network_files = {{.path = "/etc/systemd/network/a.network", .names = {"ppp*", "wan*"}}};
    CHECK(examine(e, "").count(warning) == 0);  // systemd-networkd does not run
    e.machine.processes = {{9, "systemd-network", {}}};
    check_only(e, warning, "/etc/systemd/network/a.network for wan", "Unmanaged=yes");
    e.machine.network_files[0].unmanaged = true;
    CHECK(examine(e, "").count(warning) == 0);
    e.machine.network_files[0] = {.path = "b", .types = {"ether"}};
    CHECK(examine(e, "").count(warning) == 0);
    e.machine.processes[0].name = "ModemManager";
    CHECK(examine(e, "").count(warning) == 0);
    e.kinds.emplace_back("ppp-client");
    check_only(e, warning, "ModemManager runs", "ID_MM_PORT_IGNORE");
}

TEST_CASE("a parent interface that is not there, down, or without a carrier is a problem each") {
    auto e = healthy();
    e.clients[0].state = "disabled";
    e.links[1].carrier = false;
    check_only(e, problem, "its interface eth0 has no carrier", "is the cable in");
    e.links[1].up = false;
    check_only(e, problem, "its interface eth0 is down", "sudo ip link set eth0 up");
    e.links.erase(e.links.begin() + 1);
    check_only(e, problem, "its interface eth0 does not exist", "ip -brief link");
    e.network_problem = "no right";
    check_only(e, warning, "could not be read: no right", "sudo pppctl doctor");
}

TEST_CASE("what PPTP and serial lines dial or listen on is no interface that could be missing") {
    auto e = healthy();
    e.clients[0].kind = "pptp-client";
    e.clients[0].parent = "vpn.example.net";
    e.servers[0].kind = "ppp-server";
    e.servers[0].parent = "/dev/ttyS0";
    const auto report = examine(e, "");
    CHECK(report.count(problem) == 0);
    CHECK(report.count(warning) == 0);
}

TEST_CASE("of a VLAN the interface below is looked at as well") {
    auto e = healthy();
    e.links.push_back(
        {.ifindex = 9, .name = "eth1.7", .kind = "vlan", .mtu = 1500, .parent = kEth, .up = true});
    e.clients[0].parent = "eth1.7";
    e.links.back().carrier = true;
    CHECK(examine(e, "").count(problem) == 0);
    e.links[0].up = false;
    check_only(e, problem, "eth1.7 is a VLAN of eth1, which is down", "ip link set eth1 up");
}

TEST_CASE("the parent must carry eight octets more than a packet, also packets of 1500") {
    auto e = healthy();
    e.links[0].mtu = 1492;
    check_only(e, warning, "eth1 carries 1492 octets, and packets of 1492 need 1500",
               "ip link set eth1 mtu 1500");
    e.links[0].mtu = 1500;
    e.clients[0].max_mtu = "1500";
    check_only(e, warning, "need 1508", "ip link set eth1 mtu 1508");
    e.links[0].mtu = 1508;
    CHECK(examine(e, "").count(warning) == 0);
}

TEST_CASE("a client that is not connected is explained by its last reason") {
    auto e = healthy();
    auto& client = e.clients[0];
    client.state = "waiting-to-retry";
    client.last_reason = "auth-failed";
    client.last_error = "the peer refused user 'bob'";
    check_only(e, problem, "auth-failed: the peer refused user 'bob'. The user name or the password is wrong",
               "pppctl set wan user=NAME password");
    client.last_reason = "no-answer";
    check_only(e, problem, "a missing VLAN", "sudo pppctl scan eth1");
    client.last_reason = "of-tomorrow";
    check_only(e, problem, "of-tomorrow", "journalctl");
    client.last_reason = "none";
    check_only(e, warning, "it is not connected yet: waiting-to-retry", "pppctl monitor wan");
    client.state = "stopped";
    check_only(e, warning, "taken down by hand", "pppctl up wan");
    client.state = "disabled";
    CHECK(examine(e, "").count(warning) == 0);
    client.acting = false;
    check_only(e, warning, "does nothing with it yet", "roadmap");
}

TEST_CASE("every end reason has a meaning and something to do") {
    for (const auto* reason :
         {"user-request",       "shutdown",     "config-changed",  "parent-missing",  "lost-carrier",
          "encryption-failed",  "no-answer",    "service-refused", "limit-reached",   "peer-terminated",
          "negotiation-failed", "loopback",     "auth-failed",     "auth-timeout",    "peer-not-authentic",
          "no-address",         "echo-timeout", "idle-timeout",    "session-timeout", "replaced",
          "kernel-error",       "interrupted"}) {
        CAPTURE(reason);
        const auto found = advice(reason, "wan", "eth1");
        CHECK_FALSE(found.meaning.empty());
        CHECK_FALSE(found.remedy.empty());
        CHECK_FALSE(has(found.remedy, "{"));
        CHECK_FALSE(has(found.remedy, "--verbose"));
    }
    CHECK(has(advice("negotiation-failed", "wan", "eth1").remedy, "pppctl trace wan"));
    CHECK(has(advice("negotiation-failed", "wan", "eth1").remedy, "pppctl log wan"));
}

TEST_CASE("the session's own interface, its MTU and its address must be as agreed") {
    auto e = healthy();
    e.links[2].mtu = 1400;
    check_only(e, warning, "wan has an MTU of 1400, and 1492 was agreed", "ip link set wan mtu 1492");
    e = healthy();
    e.addresses.clear();
    check_only(e, problem, "wan lacks the address 10.0.0.9", "pppctl down wan && pppctl up wan");
    e = healthy();
    e.links.pop_back();
    check_only(e, problem, "its interface wan is gone", "pppctl up wan");
}

TEST_CASE("a default route that is missing, or beaten by another, is a problem") {
    auto e = healthy();
    const net::Route other{.destination = {}, .ifindex = kLan, .gateway = net::IpAddress::v4(10, 9, 0, 1)};
    e.default_routes.push_back(other);
    check_only(e, problem, "packets take another default route, eth0 via 10.9.0.1 (metric 0): it is better",
               "sudo ip route del default via 10.9.0.1 dev eth0");
    e.default_routes[1].metric = 1;
    check_only(e, problem, "it equals the client's metric 1", "default-route-distance=0");
    e.default_routes[1].metric = 100;
    CHECK(examine(e, "").count(problem) == 0);
    e.default_routes.erase(e.default_routes.begin());
    check_only(e, problem, "its default route over wan is gone", "pppctl up wan");
    e.clients[0].default_route = false;
    CHECK(examine(e, "").count(problem) + examine(e, "").count(warning) == 0);
    e.default_routes.clear();
    check_only(e, warning, "there is no default route", "pppctl set wan add-default-route=yes");
}

TEST_CASE("of two clients one stands by behind the other, unless both have the same distance") {
    auto e = healthy();
    constexpr unsigned unit = 8;
    e.links.push_back({.ifindex = kLan + 10, .name = "eth2", .mtu = 1500, .up = true, .carrier = true});
    e.links.push_back(
        {.ifindex = unit, .name = "backup", .kind = "ppp", .mtu = 1492, .up = true, .carrier = true});
    e.addresses.push_back({.ifindex = unit,
                           .local = {net::IpAddress::v4(10, 0, 0, 10), 32},
                           .peer = net::IpAddress::v4(10, 0, 0, 1)});
    e.default_routes.push_back({.destination = {}, .ifindex = unit, .metric = 2});
    auto backup = e.clients[0];
    backup.name = backup.unit = "backup";
    backup.parent = "eth2";
    backup.local_address = "10.0.0.10";
    backup.distance = 2;
    e.clients.push_back(backup);
    const auto report = examine(e, "");
    CHECK_MESSAGE(report.count(problem) + report.count(warning) == 0, for_people(report, {}));
    const auto text = for_people(report, {});
    CHECK(has(text, "client backup: it stands by behind wan (metric 1, its own 2)"));
    CHECK(has(text, "client wan: the default route is its own"));

    e.clients[0].default_route = false;
    CHECK(has(for_people(examine(e, ""), {}), "packets take another default route, wan (metric 1)"));
    e.clients[0].default_route = true;

    e.default_routes[1].metric = e.clients[1].distance = 1;
    CHECK(examine(e, "").count(problem) == 0);
    CHECK(examine(e, "").count(warning) == 2);
    CHECK(has(for_people(examine(e, "wan"), {}), "client backup has the same default-route-distance 1"));
    e.default_routes.pop_back();
    CHECK(examine(e, "").count(problem) == 0);
    CHECK(has(for_people(examine(e, "backup"), {}), "pppctl set backup default-route-distance=2"));
}

TEST_CASE("what is not UTF-8 does not keep the doctor from its JSON") {
    Report report;
    report.ok("client B\xfcro", "all well");
    CHECK(nlohmann::json::parse(as_json(report))["findings"][0]["area"] == "client B\xEF\xBF\xBDro");
}

TEST_CASE("name servers of the far end that nobody uses are a warning with the resolver's own command") {
    auto e = healthy();
    e.machine.resolver = Resolver{
        .target = "../run/systemd/resolve/stub-resolv.conf", .comment = "", .servers = {"127.0.0.53"}};
    e.machine.processes = {{5, "systemd-resolve", {}}};
    check_only(e, warning, "gave the name servers 10.0.0.53", "sudo resolvectl dns wan 10.0.0.53");
    e.clients[0].dns.clear();
    check_only(e, warning, "gave no name servers", "/etc/resolv.conf");
    e.clients[0].peer_dns = false;
    CHECK(examine(e, "").count(warning) == 0);
    e.machine.processes.clear();
    check_only(e, problem, "belongs to systemd-resolved, which is not running",
               "systemctl start systemd-resolved");
    e.machine.resolver = Resolver{};
    check_only(e, warning, "names no server", "nameserver");
    e.machine.resolver.reset();
    check_only(e, warning, "there is no /etc/resolv.conf", "nameserver");
}

TEST_CASE("a server that does not listen, or whose last guest failed, says why") {
    auto e = healthy();
    e.servers[0].listening = false;
    e.servers[0].problem = "packet socket: Operation not permitted";
    check_only(e, problem, "it does not listen: packet socket", "ip -brief link show eth0");
    e = healthy();
    e.servers[0].last_failure = "user bob: wrong password";
    check_only(e, warning, "did not come up: user bob: wrong password", "pppctl trace lan");
    e.servers[0].enabled = false;
    CHECK(examine(e, "").count(warning) == 0);
}

TEST_CASE("addresses, open files and the neighbour table must suffice for the sessions") {
    auto e = healthy();
    e.servers[0].addresses = 50;
    check_only(e, warning, "pool homes has 50 addresses, and max-sessions is 100", "max-sessions=50");
    e.servers[0].max_sessions = 0;
    e.servers[0].sessions = 50;
    check_only(e, problem, "pool homes is used up: 50 addresses, 50 sessions", "next-pool");
    e = healthy();
    e.machine.daemon_files = 364;
    check_only(e, warning, "may open 364 files, enough for 100 sessions of 254", "LimitNOFILE");
    e = healthy();
    e.servers[0].addresses = 5000;
    check_only(e, warning, "1024 neighbours at most (gc_thresh3), and 5000", "gc_thresh3=10000");
}

TEST_CASE("for a server packets must be forwarded, and the packet filter must let them") {
    auto e = healthy();
    e.machine.sysctls["net/ipv4/ip_forward"] = 0;
    check_only(e, problem, "net.ipv4.ip_forward is 0", "sysctl -w net.ipv4.ip_forward=1");
    e.machine.sysctls["net/ipv4/ip_forward"] = 1;
    e.machine.sysctls["net/ipv4/conf/all/rp_filter"] = 1;
    check_only(e, warning, "rp_filter is 1", "rp_filter=2");
    e = healthy();
    e.machine.firewall = Firewall{.tool = "nft", .drops_forwarded = true};
    check_only(e, warning, "forwarded packets are dropped by policy, and nothing is masqueraded",
               "nft add rule");
    e.machine.firewall->masquerades = true;
    CHECK(examine(e, "").count(warning) == 0);
    e.machine.firewall.reset();
    e.machine.firewall_unseen = "only root may";
    check_only(e, warning, "was not looked at: only root may", "sudo pppctl doctor");
    e.servers.clear();
    CHECK(examine(e, "").count(warning) == 0);
}

TEST_CASE("findings are a line each, in words and as JSON, and fit a terminal") {
    Report report;
    report.ok("kernel", "fine");
    report.problem("client wan", "one two three four five six seven eight nine ten", "do this");
    CHECK(for_people(report, {}) ==
          "ok       kernel: fine\n"
          "problem  client wan: one two three four five six seven eight nine ten\n"
          "         do: do this\n"
          "1 problem, 0 warnings, 1 ok\n");
    CHECK(has(for_people(report, {.terminal = true, .width = 40}),
              "problem  client wan: one two three four\n         five six seven eight nine ten\n"));
    const auto said = nlohmann::json::parse(as_json(report));
    CHECK(said["problems"] == 1);
    CHECK(said["findings"][1]["verdict"] == "problem");
    CHECK(said["findings"][1]["remedy"] == "do this");
}
