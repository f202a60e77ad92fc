// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Evidence of a machine on which all is well, for tests to break one thing of it.
#pragma once
#include "dbus/pppctl/doctor/evidence.hpp"

namespace ppp::test {

inline constexpr unsigned kEth = 2, kUnit = 7, kLan = 3;

/// A client over eth1 that is connected, and a server on eth0 that listens.
inline ctl::doctor::Evidence healthy() {
    using namespace ctl::doctor;
    Evidence e;
    e.own_version = "1.0";
    e.machine.root = true;
    e.machine.release = "6.1.0";
    for (const auto* module : {"ppp_generic", "pppoe", "pptp", "ppp_mppe", "ppp_async", "ppp_deflate"})
        e.machine.modules[module] = ModuleState::loaded;
    e.machine.ppp_device = 0600;
    e.machine.sysctls = {{"net/ipv4/ip_forward", 1},
                         {"net/ipv4/conf/all/rp_filter", 2},
                         {"net/ipv4/neigh/default/gc_thresh3", 1024}};
    e.machine.daemon_files = 524288;
    e.machine.resolver = Resolver{.target = "", .comment = "", .servers = {"10.0.0.53"}};
    e.daemon.running = true;
    e.daemon.version = "1.0";
    e.daemon.revision = 3;
    e.links = {{.ifindex = kEth, .name = "eth1", .mtu = 1500, .up = true, .carrier = true},
               {.ifindex = kLan, .name = "eth0", .mtu = 1500, .up = true, .carrier = true},
               {.ifindex = kUnit, .name = "wan", .kind = "ppp", .mtu = 1492, .up = true, .carrier = true}};
    e.addresses = {{.ifindex = kUnit,
                    .local = {net::IpAddress::v4(10, 0, 0, 9), 32},
                    .peer = net::IpAddress::v4(10, 0, 0, 1)}};
    e.default_routes = {{.destination = {}, .ifindex = kUnit, .metric = 1}};
    Client client{.name = "wan", .parent = "eth1", .unit = "wan"};
    client.state = "connected";
    client.last_reason = "none";
    client.local_address = "10.0.0.9";
    client.remote_address = "10.0.0.1";
    client.dns = {"10.0.0.53"};
    client.mtu = client.mru = 1492;
    client.max_mtu = "auto";
    client.default_route = client.peer_dns = true;
    client.distance = 1;
    e.clients = {client};
    Server server{.name = "lan", .parent = "eth0"};
    server.enabled = server.listening = true;
    server.max_sessions = 100;
    server.sessions = 5;
    server.pool = "homes";
    server.addresses = 254;
    e.servers = {server};
    e.kinds = {"pppoe-client", "pppoe-server"};
    return e;
}

}  // namespace ppp::test
