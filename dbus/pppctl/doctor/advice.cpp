// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include "dbus/pppctl/doctor/checks.hpp"

namespace ppp::ctl::doctor {
namespace {

/// {0} is the client, {1} its parent interface.
struct Row {
    std::string_view reason;
    const char* meaning;
    const char* remedy;
};
constexpr std::array kRows{
    Row{"parent-missing",
        "The interface is not there or is down, or this host does not have the source address",
        "ip -brief address shows what there is; an interface that is down: sudo ip link set NAME up"},
    Row{"lost-carrier", "The cable was pulled, or the modem or switch at its other end went off",
        "look at the cable and the modem of {1}; it dials again when there is a carrier"},
    Row{"no-answer",
        "Nobody on the line speaks PPPoE to us: usually the wrong port, a missing VLAN (many providers use "
        "one), a modem that is not in bridge mode, or a line that is not in sync",
        "sudo pppctl scan {1}; with nothing found, try the provider's VLAN: sudo ip link add link {1} name "
        "{1}.7 type vlan id 7, and interface={1}.7"},
    Row{"service-refused", "The Access-Concentrator offers other services than the one that is configured",
        "sudo pppctl scan {1} shows its services; then: pppctl set {0} '!service-name'"},
    Row{"limit-reached", "The far end has no address or no session left for us",
        "wait some minutes: an old session may have to end there; then ask the provider"},
    Row{"peer-terminated",
        "The far end ended it: usually a second session with the same name, or a session limit of theirs",
        "is the same user connected elsewhere, or another PPP program on this line? Else ask the provider"},
    Row{"negotiation-failed", "The two ends found no common ground for the link",
        "pppctl set {0} '!max-mtu' '!max-mru'; the packets: pppctl trace {0}, and what was said of them: "
        "pppctl log {0}"},
    Row{"loopback", "Our own packets come back: a loop in the cabling or in a switch",
        "look where the cable of {1} leads"},
    Row{"auth-failed",
        "The user name or the password is wrong, or the far end wants a method that is not allowed",
        "type it anew: pppctl set {0} user=NAME password; some names need their domain (user@isp.example)"},
    Row{"auth-timeout", "The far end did not answer the login: usually its RADIUS server is out of order",
        "wait some minutes; then ask the provider"},
    Row{"peer-not-authentic",
        "The far end let us in and could not prove that it knows the password: a wrong password, or somebody "
        "who pretends to be the provider",
        "type the password anew: pppctl set {0} password; else do not trust this line"},
    Row{"encryption-failed", "Its profile requires encryption, and there is none that both ends can do",
        "the far end may not know MPPE: then use-encryption=yes in the profile; it takes mschap2 on both "
        "sides, "
        "and nf_tables here: pppctl log {0}"},
    Row{"no-address", "The login was accepted and no address was given",
        "ask the provider whether the account is blocked; a fixed address is set by a profile"},
    Row{"echo-timeout", "The far end stopped answering without a word: a line fault, or it was restarted",
        "it dials again by itself; if it happens often look at the modem's errors and the log of the line"},
    Row{"idle-timeout", "There was no traffic for the time its profile says", "pppctl up {0}"},
    Row{"session-timeout", "The time that its profile allows was over", "it dials again by itself"},
    Row{"interrupted", "The service was interrupted and nobody kept the session's files",
        "keep pppmanager-keeper running: systemctl status pppmanager-keeper"},
    Row{"kernel-error", "The kernel refused a request", "see the kernel's part above, and: journalctl -k"},
    Row{"config-changed", "Its configuration was changed", "pppctl up {0}"},
    Row{"user-request", "Somebody ended it by hand", "pppctl up {0}"},
    Row{"shutdown", "The service was stopped", "pppctl up {0}"},
    Row{"replaced", "A newer session of the same host took over", "is the same user connected elsewhere?"},
};

}  // namespace

Advice advice(std::string_view reason, const std::string& client, const std::string& parent) {
    const auto it = std::ranges::find(kRows, reason, &Row::reason);
    if (it == kRows.end()) return {"", "journalctl -u pppmanager"};
    return {it->meaning, fmt::format(fmt::runtime(it->remedy), client, parent)};
}

Report examine(const Evidence& evidence, const std::string& name) {
    Report report;
    check_kernel(evidence, report);
    check_daemon(evidence, report);
    if (!evidence.network_problem.empty())
        report.warning("network",
                       "links, addresses and routes could not be read: " + evidence.network_problem,
                       "sudo pppctl doctor");
    check_neighbours(evidence, report);
    for (const auto& client : evidence.clients)
        if (name.empty() || client.name == name) check_client(evidence, client, report);
    for (const auto& server : evidence.servers)
        if (name.empty() || server.name == name) check_server(evidence, server, report);
    if (evidence.daemon.running && evidence.daemon.problem.empty() && evidence.clients.empty() &&
        evidence.servers.empty())
        report.warning("daemon", "no client and no server is configured",
                       "pppctl add pppoe-client pppoe-out1 interface=eth1 user=NAME password disabled=no");
    check_names(evidence, report);
    check_forwarding(evidence, report);
    return report;
}

}  // namespace ppp::ctl::doctor
