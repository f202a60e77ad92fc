// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Checks of name servers, of servers, and of what lies between a subscriber and the world.
#include <fmt/format.h>
#include <algorithm>
#include "dbus/pppctl/doctor/checks.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl::doctor {
namespace {

constexpr std::uint64_t kFilesOfSession = 3;
constexpr std::uint64_t kFilesOfDaemon = 64;
constexpr std::uint64_t kManySessions = 256;
// Reverse path filter: 1 drops what comes in by another interface than the answer would leave by.
constexpr std::uint64_t kStrict = 1;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + printable(word);
    return out;
}

/// Who writes /etc/resolv.conf; "" when nobody is known to.
std::string owner(const Resolver& resolver) {
    if (resolver.target.find("systemd/resolve") != std::string::npos) return "systemd-resolved";
    if (resolver.target.find("resolvconf") != std::string::npos) return "resolvconf";
    if (resolver.target.find("NetworkManager") != std::string::npos ||
        resolver.comment.find("NetworkManager") != std::string::npos)
        return "NetworkManager";
    if (resolver.comment.find("resolvconf") != std::string::npos) return "resolvconf";
    if (resolver.comment.find("dhc") != std::string::npos) return "a DHCP client";
    return {};
}

std::string hint(const std::string& who, const Client& client) {
    std::string servers;
    for (const auto& server : client.dns) servers += " " + server;
    if (who == "systemd-resolved") return fmt::format("sudo resolvectl dns {}{}", client.unit, servers);
    if (who == "resolvconf")
        return fmt::format("echo 'nameserver {}' | sudo resolvconf -a {}", client.dns.front(), client.unit);
    return fmt::format("write 'nameserver {}' into /etc/resolv.conf", client.dns.front());
}

void check_resolver_of(const Resolver& resolver, const Client& client, Report& report) {
    const auto area = "client " + printable(client.name);
    if (!client.peer_dns) return;
    if (client.dns.empty())
        return report.warning(area, "use-peer-dns is set, and the far end gave no name servers",
                              "write name servers of your own into /etc/resolv.conf");
    const bool used = std::ranges::any_of(client.dns, [&](const auto& server) {
        return std::ranges::find(resolver.servers, server) != resolver.servers.end();
    });
    if (used) return report.ok(area, "its name servers " + joined(client.dns) + " are in use");
    const auto who = owner(resolver);
    report.warning(
        area,
        fmt::format("the far end gave the name servers {}, and this version does not hand them to the "
                    "resolver{}",
                    joined(client.dns), who.empty() ? "" : " (" + who + ")"),
        hint(who, client));
}

void check_limits(const Evidence& evidence, const Server& server, Report& report) {
    const auto area = "server " + printable(server.name);
    if (server.addresses && server.max_sessions != 0 && *server.addresses < server.max_sessions)
        report.warning(
            area,
            fmt::format("pool {} has {} addresses, and max-sessions is {}: the last subscribers get none",
                        printable(server.pool), *server.addresses, server.max_sessions),
            fmt::format("pppctl set pool {} ranges=..., or: pppctl set {} max-sessions={}",
                        printable(server.pool), printable(server.name), *server.addresses));
    else if (server.addresses && server.sessions >= *server.addresses)
        report.problem(
            area,
            fmt::format("pool {} is used up: {} addresses, {} sessions", printable(server.pool),
                        *server.addresses, server.sessions),
            fmt::format("pppctl set pool {} ranges=... with more, or next-pool=...", printable(server.pool)));
    else if (server.addresses)
        report.ok(area, fmt::format("pool {} has {} addresses for its {} sessions", printable(server.pool),
                                    *server.addresses, server.sessions));
    const auto wanted = std::max({server.max_sessions, server.addresses.value_or(0), server.sessions});
    if (const auto files = evidence.machine.daemon_files) {
        const auto room = *files > kFilesOfDaemon ? (*files - kFilesOfDaemon) / kFilesOfSession : 0;
        if (room < wanted)
            report.warning(area,
                           fmt::format("pppmanagerd may open {} files, enough for {} sessions of {}", *files,
                                       room, wanted),
                           "systemctl edit pppmanager: [Service] LimitNOFILE=524288, then restart it");
        else
            report.ok(area,
                      fmt::format("pppmanagerd may open {} files, enough for {} sessions", *files, room));
    }
    const auto neighbours = evidence.sysctl("net/ipv4/neigh/default/gc_thresh3");
    if (neighbours && wanted > kManySessions && *neighbours < wanted)
        report.warning(
            area,
            fmt::format("the kernel keeps {} neighbours at most (gc_thresh3), and {} subscribers may come",
                        *neighbours, wanted),
            fmt::format("sudo sysctl -w net.ipv4.neigh.default.gc_thresh3={}", 2 * wanted));
}

}  // namespace

void check_names(const Evidence& evidence, Report& report) {
    const auto& resolver = evidence.machine.resolver;
    if (!resolver)
        return report.warning("names", "there is no /etc/resolv.conf: names cannot be looked up",
                              "echo 'nameserver 9.9.9.9' | sudo tee /etc/resolv.conf");
    const auto who = owner(*resolver);
    if (who == "systemd-resolved" && !evidence.runs("systemd-resolve"))
        report.problem("names", "/etc/resolv.conf belongs to systemd-resolved, which is not running",
                       "systemctl start systemd-resolved");
    else if (resolver->servers.empty())
        report.warning("names", "/etc/resolv.conf names no server", "write 'nameserver ADDRESS' into it");
    else
        report.ok("names", fmt::format("/etc/resolv.conf names {}{}", joined(resolver->servers),
                                       who.empty() ? "" : "; it belongs to " + who));
    for (const auto& client : evidence.clients)
        if (client.state == "connected") check_resolver_of(*resolver, client, report);
}

void check_server(const Evidence& evidence, const Server& server, Report& report) {
    const auto area = "server " + printable(server.name);
    if (!server.enabled) return report.ok(area, "it is disabled");
    const bool pppoe = server.kind == "pppoe-server";
    if (pppoe) check_parent(evidence, report, area, server.parent);
    if (server.listening)
        report.ok(area, fmt::format("it listens, with {} sessions", server.sessions));
    else
        report.problem(
            area, "it does not listen: " + printable(server.problem),
            pppoe ? fmt::format("ip -brief link show {}; journalctl -u pppmanager", printable(server.parent))
                  : "journalctl -u pppmanager");
    check_limits(evidence, server, report);
    if (!server.last_failure.empty())
        report.warning(area, "the last session that did not come up: " + printable(server.last_failure),
                       fmt::format("pppctl trace {0} shows its packets; pppctl log {0} it and those before",
                                   printable(server.name)));
}

void check_forwarding(const Evidence& evidence, Report& report) {
    if (std::ranges::none_of(evidence.servers, &Server::enabled)) return;
    if (const auto forward = evidence.sysctl("net/ipv4/ip_forward"); forward && *forward == 0)
        report.problem(
            "forwarding", "net.ipv4.ip_forward is 0: subscribers reach this machine and nothing behind it",
            "sudo sysctl -w net.ipv4.ip_forward=1, and a file in /etc/sysctl.d for the next start");
    else if (forward)
        report.ok("forwarding", "net.ipv4.ip_forward is 1");
    if (const auto filter = evidence.sysctl("net/ipv4/conf/all/rp_filter"); filter && *filter == kStrict)
        report.warning(
            "forwarding",
            "net.ipv4.conf.all.rp_filter is 1: with several ways out, what comes back by another is dropped",
            "sudo sysctl -w net.ipv4.conf.all.rp_filter=2 where there are several uplinks");
    const auto& machine = evidence.machine;
    if (!machine.firewall) {
        if (machine.firewall_unseen.empty())
            report.ok("forwarding", "there is no packet filter");
        else
            report.warning("forwarding", "the packet filter was not looked at: " + machine.firewall_unseen,
                           "sudo pppctl doctor");
        return;
    }
    if (machine.firewall->drops_forwarded && !machine.firewall->masquerades)
        report.warning(
            "forwarding",
            fmt::format("{} says that forwarded packets are dropped by policy, and nothing is masqueraded",
                        machine.firewall->tool),
            "allow the subscribers' interfaces, for example: sudo nft add rule inet filter forward "
            "iifname \"ppp*\" accept; with private addresses masquerade them towards the uplink");
    else
        report.ok("forwarding", fmt::format("{}: forwarded packets are {}", machine.firewall->tool,
                                            machine.firewall->drops_forwarded
                                                ? "dropped unless a rule allows them; there is "
                                                  "a rule that masquerades"
                                                : "let through by policy"));
}

}  // namespace ppp::ctl::doctor
