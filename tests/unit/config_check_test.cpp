// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "config/check.hpp"
#include "config/property.hpp"

using namespace ppp;
using namespace ppp::config;

namespace {

std::string check_all(const Config& config) {
    Problems problems;
    check(config, problems);
    return to_string(std::move(problems).take());
}

PppoeClient client(const std::string& interface) {
    PppoeClient out;
    out.interface = interface;
    return out;
}
PppoeServer server(const std::string& interface, const std::string& service) {
    PppoeServer out;
    out.interface = interface;
    out.service_name = service;
    out.disabled = false;
    return out;
}
PppoeServerEntry entry() {
    PppoeServerEntry out;
    out.user = "bob";
    return out;
}
Pool pool(const std::string& ranges, const std::string& next = "") {
    Pool out;
    out.ranges = ranges;
    out.next_pool = next;
    return out;
}

}  // namespace

TEST_CASE("the default configuration has no problem") { CHECK(check_all(default_config()).empty()); }

TEST_CASE("an interface is always required of a client, of a server once it is enabled") {
    Config config = default_config();
    config.pppoe_client["wan"];
    CHECK(check_all(config) ==
          "config.json: /pppoe-client/wan/interface: is missing; it has to be an interface name (at most 15 "
          "octets, no blanks, none of / : %)");
    config = default_config();
    config.pppoe_server["ac"];
    CHECK(check_all(config).empty());
    config.pppoe_server["ac"].disabled = false;
    CHECK(check_all(config).find("/pppoe-server/ac/interface: is missing") != std::string::npos);
}

TEST_CASE("a client needs a user once it is enabled, a server entry always") {
    Config config = default_config();
    config.pppoe_client["wan"] = client("eth1");
    CHECK(check_all(config).empty());
    config.pppoe_client["wan"].disabled = false;
    CHECK(check_all(config) ==
          "config.json: /pppoe-client/wan/user: is missing; it has to be a text of at most 255 octets "
          "without control characters, because the pppoe-client is enabled");
    config.pppoe_client["wan"].user = "bob";
    CHECK(check_all(config).empty());
    config.pppoe_server_entry["ppp-bob"];
    CHECK(check_all(config).find("/pppoe-server-entry/ppp-bob/user: is missing") != std::string::npos);
}

TEST_CASE("every reference to a profile has to lead to one") {
    Config config = default_config();
    config.pppoe_client["wan"] = client("eth1");
    config.pppoe_client["wan"].profile = "gold";
    config.pppoe_server["ac"].default_profile = "";
    config.secret["bob"].profile = "default-encrypt";
    CHECK(check_all(config) ==
          "config.json: /pppoe-client/wan/profile: there is no profile \"gold\"\n"
          "config.json: /pppoe-server/ac/default-profile: there is no profile \"\"\n"
          "config.json: /secret/bob/profile: there is no profile \"default-encrypt\"; did you mean "
          "\"default-encryption\"?");
    config.profile["gold"];
    config.pppoe_server["ac"].default_profile = "default";
    config.secret["bob"].profile = "gold";
    CHECK(check_all(config).empty());
}

TEST_CASE("what is no address has to be a pool") {
    Config config = default_config();
    config.pool["lan"] = pool("10.0.0.2-10.0.0.9");
    config.profile["a"].local_address = "10.0.0.1";
    config.profile["a"].remote_address = "lan";
    config.secret["bob"].remote_address = "10.0.0.20-10.0.0.30";
    CHECK(check_all(config).empty());
    config.profile["a"].local_address = "lam";
    config.secret["bob"].remote_address = "10.0.0.30-10.0.0.20";
    config.pool["lan"].next_pool = "lann";
    CHECK(check_all(config) ==
          "config.json: /profile/a/local-address: \"lam\" is not an IPv4 address or the name of a pool; did "
          "you mean \"lan\"?\n"
          "config.json: /secret/bob/remote-address: \"10.0.0.30-10.0.0.20\" is not an IPv4 address, a range "
          "a-b or the name of a pool\n"
          "config.json: /pool/lan/next-pool: there is no pool \"lann\"; did you mean \"lan\"?");
}

TEST_CASE("one interface name belongs to one object") {
    Config config = default_config();
    config.pppoe_client["ppp-bob"] = client("eth1");
    config.pppoe_server_entry["ppp-bob"] = entry();
    CHECK(check_all(config) ==
          "config.json: /pppoe-server-entry/ppp-bob: there is a pppoe-client of this name already, and both "
          "are names of interfaces; rename one");
}

TEST_CASE("PPPoE does not run on a PPP interface") {
    Config config = default_config();
    config.pppoe_client["a"] = client("a");
    config.pppoe_client["b"] = client("a");
    config.pppoe_server_entry["e"] = entry();
    config.pppoe_server["ac"] = server("e", "");
    const auto text = check_all(config);
    CHECK(text.find("/pppoe-client/a/interface: \"a\" is the interface of a pppoe-client") != text.npos);
    CHECK(text.find("/pppoe-client/b/interface: \"a\" is the interface of a pppoe-client") != text.npos);
    CHECK(text.find("/pppoe-server/ac/interface: \"e\" is the interface of a pppoe-server-entry") !=
          text.npos);
}

TEST_CASE("every kind of interface shares one set of names") {
    for (const auto& one : kinds())
        for (const auto& other : kinds()) {
            if (!one.names_interfaces || !other.names_interfaces || &one >= &other) continue;
            CAPTURE(one.name);
            CAPTURE(other.name);
            Config config = default_config();
            one.add(config, "x0");
            CHECK(check_all(config).find("names of interfaces") == std::string::npos);
            other.add(config, "x0");
            CHECK(check_all(config).find("/" + std::string(other.name) + "/x0: there is a " +
                                         std::string(one.name) + " of this name already") !=
                  std::string::npos);
        }
}

TEST_CASE("a VLAN runs on Ethernet, has its number alone, and leads to an interface below") {
    const auto vlan = [](std::uint16_t id, const std::string& interface) {
        return Vlan{.vlan_id = id, .interface = interface, .disabled = false, .comment = ""};
    };
    Config config = default_config();
    config.vlan["a"] = vlan(7, "eth0");
    config.vlan["b"] = vlan(8, "eth0");
    config.vlan["c"] = vlan(7, "a");
    config.pppoe_client["wan"] = client("c");
    CHECK(check_all(config) == "");
    config.vlan["d"] = vlan(7, "eth0");
    CHECK(check_all(config) ==
          "config.json: /vlan/d/vlan-id: vlan \"a\" has 7 on eth0 already; choose another number or disable "
          "one");
    config.vlan["d"].disabled = true;
    CHECK(check_all(config) == "");
    config.vlan["d"].interface = "wan";
    CHECK(check_all(config) ==
          "config.json: /vlan/d/interface: \"wan\" is the interface of a pppoe-client; a VLAN needs an "
          "Ethernet "
          "interface");
    config.vlan["d"].interface = "d";
    CHECK(
        check_all(config) ==
        "config.json: /vlan/d/interface: \"d\" leads back to this VLAN; the last interface below is no VLAN");
    config.vlan.erase("d");
    config.vlan["a"].interface = "c";
    CHECK(check_all(config).find("leads back to this VLAN") != std::string::npos);
    config.vlan["a"] = Vlan{};
    const auto text = check_all(config);
    CHECK(text.find("/vlan/a/vlan-id: is missing; it has to be a number from 1 to 4094") != text.npos);
    CHECK(text.find("/vlan/a/interface: is missing") != text.npos);
}

TEST_CASE("a name that files could not have is a problem of every Config") {
    Config config = default_config();
    config.aaa["radius"];
    config.pppoe_client["a/b"] = client("eth1");
    config.profile[std::string(256, 'x')];
    const auto text = check_all(config);
    CHECK(text.find("/aaa/radius: \"radius\" cannot be the name") != text.npos);
    CHECK(text.find("/pppoe-client/a~1b: \"a/b\" cannot be the name of an interface") != text.npos);
    CHECK(text.find("cannot be a name: 1 to 255 octets") != text.npos);
}

TEST_CASE("of two enabled servers on one interface each has its own service name") {
    Config config = default_config();
    config.pppoe_server["a"] = server("br0", "isp");
    config.pppoe_server["b"] = server("br1", "isp");
    config.pppoe_server["c"] = server("br0", "");
    CHECK(check_all(config).empty());
    config.pppoe_server["d"] = server("br0", "isp");
    CHECK(check_all(config) ==
          "config.json: /pppoe-server/d/service-name: pppoe-server \"a\" offers \"isp\" on br0 already; "
          "choose another name or disable one");
    config.pppoe_server["d"].disabled = true;
    CHECK(check_all(config).empty());
}

TEST_CASE("no address is in two pools, nor twice in one; each pair of pools is told once") {
    Config config = default_config();
    config.pool["a"] = pool("10.0.0.0/24");
    config.pool["b"] = pool("10.0.0.255,10.0.1.0/24");
    CHECK(check_all(config).empty());
    config.pool["c"] = pool("10.0.0.254-10.0.1.1");
    CHECK(check_all(config) ==
          "config.json: /pool/c/ranges: 10.0.0.254 belongs to pool \"a\" too\n"
          "config.json: /pool/c/ranges: 10.0.0.255 belongs to pool \"b\" too");
    config = default_config();
    config.pool["a"] = pool("10.0.0.1-10.0.0.9,10.0.0.5");
    CHECK(check_all(config) == "config.json: /pool/a/ranges: 10.0.0.5 is in it twice");
}

TEST_CASE("next-pools lead to an end") {
    Config config = default_config();
    config.pool["a"] = pool("10.0.0.1", "b");
    config.pool["b"] = pool("10.0.0.2", "c");
    config.pool["c"] = pool("10.0.0.3");
    config.pool["d"] = pool("10.0.0.4", "b");
    CHECK(check_all(config).empty());
    config.pool["c"].next_pool = "b";
    CHECK(check_all(config) ==
          "config.json: /pool/c/next-pool: \"b\" leads back to this pool; the last pool has none");
    config.pool["c"].next_pool = "c";
    CHECK(check_all(config) ==
          "config.json: /pool/c/next-pool: \"c\" leads back to this pool; the last pool has none");
}

TEST_CASE("a pool must not look like an address") {
    Config config = default_config();
    config.pool["10.0.0.1"] = pool("10.0.0.1");
    CHECK(check_all(config) ==
          "config.json: /pool/10.0.0.1: has the name of an address, so nothing could refer to it; rename it");
}

TEST_CASE("a place with a problem gets no second one") {
    Problems problems;
    Config config = default_config();
    config.pppoe_client["wan"];
    problems.add(File::config, "/pppoe-client/wan/interface", "5 is not an interface name");
    check(config, problems);
    CHECK(std::move(problems).take().size() == 1);
}

TEST_CASE("the nearest word is near or none") {
    const std::vector<std::string_view> known{"max-mtu", "max-mru", "mrru", "user"};
    CHECK(nearest("max-mtu", known) == "max-mtu");
    CHECK(nearest("max-mut", known) == "max-mtu");
    CHECK(nearest("maxmru", known) == "max-mru");
    CHECK(nearest("usr", known) == "user");
    CHECK(nearest("name", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(1000, 'x'), known).empty());
}

TEST_CASE("servers of two kinds do not share a name: the bus and the journal know them by nothing else") {
    Config config = default_config();
    config.pppoe_server["server"].interface = "eth0";
    CHECK(check_all(config).empty());
    config.pptp_server["server"] = {};
    CHECK(check_all(config).find("there is a pppoe-server of this name already; rename one") !=
          std::string::npos);
}
