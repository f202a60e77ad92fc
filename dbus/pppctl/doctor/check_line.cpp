// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Checks of a client: its parent interface, its state, its path.
#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include "dbus/pppctl/doctor/checks.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl::doctor {
namespace {

constexpr std::uint32_t kPppoeOverhead = 8;     // RFC 2516: 6 of PPPoE, 2 of PPP
constexpr std::uint32_t kEthernetMtu = 1500;    // and with RFC 4638 1508 for packets of 1500
constexpr std::uint32_t kUnknownMetric = 1024;  // the kernel's for IPv6 routes that name none

std::string area_of(const Client& client) { return "client " + printable(client.name); }

std::uint32_t wanted_mtu(const Client& client) {
    std::uint32_t value = 0;
    const auto* end = client.max_mtu.data() + client.max_mtu.size();
    return std::from_chars(client.max_mtu.data(), end, value).ptr == end ? value : 0;
}

void check_parent_mtu(const Evidence& evidence, const Client& client, Report& report) {
    const auto* parent = evidence.link(client.parent);
    if (parent == nullptr) return;
    const auto packet = std::max(wanted_mtu(client), kEthernetMtu - kPppoeOverhead);
    const auto frame = packet + kPppoeOverhead;
    const auto text = fmt::format("{} carries {} octets, and packets of {} need {}", printable(client.parent),
                                  parent->mtu, packet, frame);
    if (parent->mtu >= frame)
        report.ok(area_of(client), text);
    else
        report.warning(area_of(client), text + ": larger ones are lost or cut in two",
                       fmt::format("sudo ip link set {} mtu {}", client.parent, frame));
}

/// The route the kernel takes first: of the lowest metric.
const net::Route* best_default(const Evidence& evidence, bool v6) {
    const net::Route* best = nullptr;
    const auto metric = [](const net::Route& r) {
        return r.metric == 0 && r.destination.address.v6 ? kUnknownMetric : r.metric;
    };
    for (const auto& route : evidence.default_routes)
        if (route.destination.address.v6 == v6 && (best == nullptr || metric(route) < metric(*best)))
            best = &route;
    return best;
}

std::string words(const Evidence& evidence, const net::Route& route) {
    const auto* link = evidence.link(route.ifindex);
    auto text = link == nullptr ? fmt::format("interface {}", route.ifindex) : printable(link->name);
    if (route.gateway) text += " via " + net::to_string(*route.gateway);
    return fmt::format("{} (metric {})", text, route.metric);
}

/// The command that takes a foreign default route away.
std::string removal(const Evidence& evidence, const net::Route& route) {
    const auto* link = evidence.link(route.ifindex);
    auto command = std::string("sudo ip route del default");
    if (route.gateway) command += " via " + net::to_string(*route.gateway);
    if (link != nullptr) command += " dev " + link->name;
    return command + (route.metric != 0 ? fmt::format(" metric {}", route.metric) : "");
}

struct OurRoute {
    const Client* client = nullptr;
    std::uint32_t metric = 0;
};

/// The client besides `self` that is configured to have the default route and whose route it is.
const Client* owner(const Evidence& evidence, const Client& self, const net::Route& route) {
    for (const auto& other : evidence.clients) {
        if (&other == &self || other.name == self.name || !other.default_route || other.unit.empty())
            continue;
        const auto* unit = evidence.link(other.unit);
        if (unit != nullptr && unit->ifindex == route.ifindex) return &other;
    }
    return nullptr;
}

/// The best IPv4 default route of our other clients; without a client when there is none.
OurRoute best_of_others(const Evidence& evidence, const Client& self) {
    OurRoute best;
    for (const auto& route : evidence.default_routes) {
        if (route.destination.address.v6 || (best.client != nullptr && best.metric <= route.metric)) continue;
        if (const auto* client = owner(evidence, self, route)) best = {client, route.metric};
    }
    return best;
}

void check_default_route(const Evidence& evidence, const Client& client, const net::Link& unit,
                         Report& report) {
    const auto* best = best_default(evidence, false);
    if (!client.default_route) {
        if (best == nullptr)
            return report.warning(
                area_of(client),
                "there is no default route, and add-default-route is not set for this client",
                fmt::format("pppctl set {} add-default-route=yes", printable(client.name)));
        return report.ok(area_of(client), fmt::format("the default route is that of {}, as configured",
                                                      words(evidence, *best)));
    }
    const bool have = std::ranges::any_of(evidence.default_routes, [&](const auto& r) {
        return r.ifindex == unit.ifindex && !r.destination.address.v6;
    });
    const auto other = best_of_others(evidence, client);
    const auto warn_of_tie = [&] {
        report.warning(
            area_of(client),
            fmt::format("client {} has the same default-route-distance {}: chance decides which of the two "
                        "carries the packets",
                        printable(other.client->name), client.distance),
            fmt::format("pppctl set {} default-route-distance={}, where this is to stand by",
                        printable(client.name), client.distance + 1));
    };
    const bool tie = other.client != nullptr && other.metric == client.distance;
    // The kernel keeps one of two equal routes.
    if (!have && tie) return warn_of_tie();
    if (!have)
        return report.problem(area_of(client),
                              fmt::format("its default route over {} is gone: another program took it away",
                                          printable(unit.name)),
                              fmt::format("pppctl down {0} && pppctl up {0}", printable(client.name)));
    const auto rival = std::ranges::find_if(evidence.default_routes, [&](const auto& r) {
        return r.ifindex != unit.ifindex && !r.destination.address.v6 && r.metric <= client.distance &&
               owner(evidence, client, r) == nullptr;
    });
    if (rival != evidence.default_routes.end())
        return report.problem(
            area_of(client),
            fmt::format("packets take another default route, {}: {} the client's metric {}",
                        words(evidence, *rival),
                        rival->metric < client.distance ? "it is better than" : "it equals", client.distance),
            removal(evidence, *rival) + (rival->metric == 0
                                             ? ", and give it a metric where it is made"
                                             : fmt::format(", or: pppctl set {} default-route-distance={}",
                                                           printable(client.name), rival->metric - 1)));
    if (tie) return warn_of_tie();
    if (other.client != nullptr && other.metric < client.distance)
        return report.ok(area_of(client),
                         fmt::format("it stands by behind {} (metric {}, its own {})",
                                     printable(other.client->name), other.metric, client.distance));
    report.ok(area_of(client), fmt::format("the default route is its own, over {} (metric {})",
                                           printable(unit.name), client.distance));
}

void check_addresses(const Evidence& evidence, const Client& client, const net::Link& unit, Report& report) {
    const auto wanted = net::parse_ip_address(client.local_address);
    if (!wanted) return;
    const bool there = std::ranges::any_of(evidence.addresses, [&](const auto& a) {
        return a.ifindex == unit.ifindex && a.local.address == *wanted;
    });
    if (there)
        return report.ok(area_of(client), fmt::format("{} has its address {}, peer {}", printable(unit.name),
                                                      client.local_address, client.remote_address));
    report.problem(area_of(client),
                   fmt::format("{} lacks the address {} of the session: another program took it away",
                               printable(unit.name), client.local_address),
                   fmt::format("pppctl down {0} && pppctl up {0}", printable(client.name)));
}

}  // namespace

void check_parent(const Evidence& evidence, Report& report, std::string_view area,
                  const std::string& parent) {
    const auto name = printable(parent);
    if (!evidence.network_problem.empty()) return;
    const auto* link = evidence.link(parent);
    if (link == nullptr)
        return report.problem(
            area, fmt::format("its interface {} does not exist", name),
            "ip -brief link shows what there is; a VLAN is made by: sudo ip link add link eth1 "
            "name eth1.7 type vlan id 7");
    if (link->kind == "vlan")
        if (const auto* below = evidence.link(link->parent);
            below != nullptr && (!below->up || !below->carrier))
            return report.problem(area,
                                  fmt::format("{} is a VLAN of {}, which {}", name, printable(below->name),
                                              below->up ? "has no carrier" : "is down"),
                                  below->up ? fmt::format("look at the cable of {}", printable(below->name))
                                            : fmt::format("sudo ip link set {} up", printable(below->name)));
    if (!link->up)
        return report.problem(area, fmt::format("its interface {} is down", name),
                              fmt::format("sudo ip link set {} up", name));
    if (!link->carrier)
        return report.problem(area, fmt::format("its interface {} has no carrier", name),
                              fmt::format("is the cable in, and is the modem or switch at its other end on? "
                                          "ip link show {} says LOWER_UP when it is",
                                          name));
    report.ok(area, fmt::format("its interface {} is up and has a carrier", name));
    std::string foreign;
    for (const auto& a : evidence.addresses)
        if (a.ifindex == link->ifindex && !a.local.address.v6)
            foreign += (foreign.empty() ? "" : ", ") + net::to_string(a.local);
    if (!foreign.empty())
        report.ok(area,
                  fmt::format("{} has the address {} of its own; PPPoE needs none, a modem's own page may",
                              name, foreign));
}

void check_client(const Evidence& evidence, const Client& client, Report& report) {
    const auto area = area_of(client);
    if (!client.acting)
        return report.warning(area, "this version keeps it and does nothing with it yet",
                              "docs/roadmap.md says when");
    if (client.state == "disabled") return report.ok(area, "it is disabled");
    // Of others it is a server's address or a port, and the daemon itself says what is wrong with them.
    if (client.kind == "pppoe-client") {
        check_parent(evidence, report, area, client.parent);
        check_parent_mtu(evidence, client, report);
    }
    if (client.state == "connected") {
        report.ok(area, "it is connected");
        return check_path(evidence, client, report);
    }
    if (client.state == "stopped")
        return report.warning(area, "it was taken down by hand",
                              fmt::format("pppctl up {}", printable(client.name)));
    if (client.last_reason.empty() || client.last_reason == "none")
        return report.warning(area, fmt::format("it is not connected yet: {}", client.state),
                              fmt::format("pppctl monitor {} shows how it goes on", printable(client.name)));
    const auto found = advice(client.last_reason, printable(client.name), printable(client.parent));
    report.problem(area,
                   fmt::format("it is not connected ({}), last reason {}: {}. {}", client.state,
                               printable(client.last_reason), printable(client.last_error), found.meaning),
                   found.remedy);
}

void check_path(const Evidence& evidence, const Client& client, Report& report) {
    if (!evidence.network_problem.empty()) return;
    const auto* unit = evidence.link(client.unit);
    if (unit == nullptr)
        return report.problem(
            area_of(client),
            fmt::format("its interface {} is gone: another program removed it", printable(client.unit)),
            fmt::format("pppctl down {0} && pppctl up {0}", printable(client.name)));
    if (client.mtu != 0 && unit->mtu != client.mtu)
        report.warning(area_of(client),
                       fmt::format("{} has an MTU of {}, and {} was agreed", printable(unit->name), unit->mtu,
                                   client.mtu),
                       fmt::format("sudo ip link set {} mtu {}, or give the client max-mtu={}", unit->name,
                                   client.mtu, unit->mtu));
    else
        report.ok(area_of(client),
                  fmt::format("{} has the MTU that was agreed: {}", printable(unit->name), unit->mtu));
    check_addresses(evidence, client, *unit, report);
    check_default_route(evidence, client, *unit, report);
}

}  // namespace ppp::ctl::doctor
