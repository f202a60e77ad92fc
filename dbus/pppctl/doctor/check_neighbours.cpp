// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Checks of other programs: those that speak PPP, those that manage interfaces.
#include <fmt/format.h>
#include <fnmatch.h>
#include <algorithm>
#include <array>
#include "dbus/pppctl/doctor/checks.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl::doctor {
namespace {

struct Rival {
    const char* program;
    bool dials;   ///< takes a line that a client of ours wants
    bool serves;  ///< takes an interface that a server of ours wants
    const char* how_to_stop;
};
constexpr std::array kRivals{
    Rival{"pppd", true, false, "poff -a, and take it out of /etc/network/interfaces or /etc/ppp/peers"},
    Rival{"pppoe", true, false, "poff -a, and take it out of /etc/network/interfaces or /etc/ppp/peers"},
    Rival{"pppoe-server", false, true, "stop pppoe-server, and take it out of the start of the machine"},
    Rival{"accel-pppd", false, true, "systemctl disable --now accel-ppp"},
    Rival{"xl2tpd", false, false, "systemctl disable --now xl2tpd"},
    Rival{"pptpd", false, false, "systemctl disable --now pptpd"},
};

/// Whether one of its arguments is the interface, or ends with it: "eth0", "nic-eth0", "-Ieth0".
bool names(const Process& process, const std::string& interface) {
    return !interface.empty() &&
           std::any_of(process.arguments.begin(), process.arguments.end(), [&](const auto& a) {
               if (!a.ends_with(interface)) return false;
               const auto before = a.size() - interface.size();
               return before == 0 || a.substr(0, before) == "-I" || a[before - 1] == '-' ||
                      a[before - 1] == ' ' || a[before - 1] == '=' || a[before - 1] == ',';
           });
}

void check_rival(const Evidence& evidence, const Process& process, const Rival& rival, Report& report) {
    const auto who = fmt::format("{} (process {})", process.name, process.pid);
    const auto remedy = fmt::format("{}; only this one, once: sudo kill {}", rival.how_to_stop, process.pid);
    for (const auto& client : evidence.clients)
        if (rival.dials && client.state != "disabled" && names(process, client.parent))
            return report.problem(
                "neighbours",
                fmt::format("{} runs on {}, the line of client {}: many providers allow one "
                            "session a line, so the two throw each other out",
                            who, printable(client.parent), printable(client.name)),
                remedy);
    for (const auto& server : evidence.servers)
        if (rival.serves && server.enabled && names(process, server.parent))
            return report.problem("neighbours",
                                  fmt::format("{} listens on {} as server {} does: which one a subscriber "
                                              "gets is chance",
                                              who, printable(server.parent), printable(server.name)),
                                  remedy);
    const bool may_meet =
        (rival.dials && !evidence.clients.empty()) || (rival.serves && !evidence.servers.empty());
    if (may_meet)
        report.warning("neighbours", fmt::format("{} runs beside pppmanagerd", who), remedy);
    else
        report.ok("neighbours", fmt::format("{} runs, and on no interface of ours", who));
}

/// The interfaces that we use, each with who uses it.
std::vector<std::pair<std::string, std::string>> parents(const Evidence& evidence) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& c : evidence.clients)
        if (c.state != "disabled") out.emplace_back(c.parent, "client " + printable(c.name));
    for (const auto& s : evidence.servers)
        if (s.enabled) out.emplace_back(s.parent, "server " + printable(s.name));
    return out;
}

bool matches(const NetworkFile& file, const std::string& interface, const char* type) {
    const auto fits = [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), interface.c_str(), 0) == 0;
    };
    if (file.names.empty() && file.types.empty()) return false;
    return std::ranges::all_of(
        std::array{file.names.empty() || std::ranges::any_of(file.names, fits),
                   file.types.empty() || std::ranges::find(file.types, type) != file.types.end()},
        [](bool b) { return b; });
}

void check_networkd(const Evidence& evidence, Report& report) {
    if (!evidence.runs("systemd-network")) return;
    for (const auto& file : evidence.machine.network_files) {
        if (file.unmanaged) continue;
        for (const auto& client : evidence.clients) {
            const auto& unit = client.unit.empty() ? client.name : client.unit;
            if (!matches(file, unit, "ppp")) continue;
            report.warning(
                "neighbours",
                fmt::format("systemd-networkd has {} for {}, the interface of client {}: it may take "
                            "its addresses and routes away",
                            file.path, printable(unit), printable(client.name)),
                fmt::format("put Unmanaged=yes into section [Link] of {}, then: networkctl reload",
                            file.path));
            break;
        }
    }
}

}  // namespace

void check_neighbours(const Evidence& evidence, Report& report) {
    const auto before = report.findings().size();
    for (const auto& process : evidence.machine.processes)
        if (const auto it = std::ranges::find(kRivals, process.name, &Rival::program); it != kRivals.end())
            check_rival(evidence, process, *it, report);
    for (const auto& [parent, who] : parents(evidence))
        if (const auto it = evidence.daemon.network_manager.find(parent);
            it != evidence.daemon.network_manager.end())
            report.warning(
                "neighbours",
                fmt::format("NetworkManager manages {}, the interface of {}: it may take it down, or "
                            "ask for an address and a default route on it",
                            printable(parent), who),
                fmt::format("nmcli device set {} managed no", printable(parent)));
    check_networkd(evidence, report);
    if (evidence.runs("ModemManager") && (evidence.uses("ppp-client") || evidence.uses("ppp-server")))
        report.warning(
            "neighbours", "ModemManager runs and tries every serial port",
            "systemctl disable --now ModemManager, or a udev rule with ID_MM_PORT_IGNORE=1 for the port");
    if (report.findings().size() == before)
        report.ok("neighbours", "no other program speaks PPP here or manages an interface of ours");
}

}  // namespace ppp::ctl::doctor
