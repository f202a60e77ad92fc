// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Checks of the kernel's half and of the daemon.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include "dbus/pppctl/doctor/checks.hpp"

namespace ppp::ctl::doctor {
namespace {

constexpr unsigned kEverybodyWrites = 0002;

struct Wanted {
    const char* module = nullptr;
    const char* what = nullptr;
    std::array<std::string_view, 2> kinds;  ///< that need it; "" is none
};
constexpr std::array kModules{
    Wanted{"ppp_generic", "PPP", {"pppoe-client", "pppoe-server"}},
    Wanted{"pppoe", "PPP over Ethernet", {"pppoe-client", "pppoe-server"}},
    Wanted{"pptp", "PPTP", {"pptp-client", "pptp-server"}},
    Wanted{"ppp_mppe", "encryption", {}},
    Wanted{"ppp_async", "serial lines", {"ppp-client", "ppp-server"}},
    Wanted{"ppp_deflate", "compression", {}},
};

const char* state_words(ModuleState state) {
    switch (state) {
        case ModuleState::loaded:
            return "loaded";
        case ModuleState::built_in:
            return "built in";
        case ModuleState::loadable:
            return "not loaded; the kernel loads it when it is needed";
        case ModuleState::missing:
            return "not there; nothing that is configured needs it";
        case ModuleState::unknown:
            return "not loaded; whether it can be is unknown (/lib/modules has nothing for this kernel)";
    }
    return "";
}

bool needed(const Evidence& evidence, const Wanted& wanted) {
    // Without a daemon to ask, what the service is there for counts.
    const bool asked = evidence.daemon.running && evidence.daemon.problem.empty();
    if (!asked && wanted.kinds[0] == "pppoe-client") return true;
    if (std::ranges::any_of(wanted.kinds, [&](auto kind) { return !kind.empty() && evidence.uses(kind); }))
        return true;
    return std::string_view(wanted.module) == "ppp_mppe" &&
           std::ranges::any_of(evidence.clients, &Client::encryption);
}

}  // namespace

void check_kernel(const Evidence& evidence, Report& report) {
    const auto& machine = evidence.machine;
    for (const auto& wanted : kModules) {
        const auto it = machine.modules.find(wanted.module);
        if (it == machine.modules.end()) continue;
        auto text = fmt::format("module {} ({}) is {}", wanted.module, wanted.what, state_words(it->second));
        if (!needed(evidence, wanted) ||
            (it->second != ModuleState::missing && it->second != ModuleState::unknown))
            report.ok("kernel", std::move(text));
        else if (it->second == ModuleState::unknown)
            report.warning("kernel", std::move(text), fmt::format("sudo modprobe {}", wanted.module));
        else
            report.problem("kernel",
                           fmt::format("module {} ({}) is missing in kernel {}", wanted.module, wanted.what,
                                       machine.release),
                           fmt::format("install a kernel that has it (Debian: apt install linux-image-amd64; "
                                       "the cloud kernels leave it out), then: sudo modprobe {}",
                                       wanted.module));
    }
    if (!machine.ppp_device)
        report.problem("kernel", "there is no /dev/ppp, through which sessions are made",
                       "sudo modprobe ppp_generic; in a container: let it have the device /dev/ppp");
    else if ((*machine.ppp_device & kEverybodyWrites) != 0)
        report.warning("kernel",
                       fmt::format("/dev/ppp may be used by everybody ({:04o})", *machine.ppp_device),
                       "sudo chmod 600 /dev/ppp");
    else
        report.ok("kernel", fmt::format("/dev/ppp is there, with rights {:04o}", *machine.ppp_device));
}

void check_daemon(const Evidence& evidence, Report& report) {
    const auto& daemon = evidence.daemon;
    if (!daemon.bus_problem.empty())
        return report.problem("daemon", daemon.bus_problem,
                              "systemctl start dbus; then: systemctl start pppmanager");
    if (!daemon.running)
        return report.problem("daemon", "pppmanagerd is not running: no session is made or kept",
                              "systemctl start pppmanager; if it ends again: pppmanagerd --check, and "
                              "journalctl -u pppmanager");
    if (!daemon.problem.empty())
        return report.problem("daemon", "pppmanagerd runs and does not answer: " + daemon.problem,
                              "systemctl restart pppmanager; before that, for whoever looks into it: "
                              "journalctl -u pppmanager");
    report.ok("daemon", fmt::format("pppmanagerd {} runs with revision {} of the configuration",
                                    daemon.version, daemon.revision));
    if (daemon.version != evidence.own_version)
        report.warning(
            "daemon",
            fmt::format("pppmanagerd is version {} and pppctl is {}", daemon.version, evidence.own_version),
            "after an upgrade: systemctl restart pppmanager");
    if (evidence.machine.root) return report.ok("permissions", "you are root: everything is allowed");
    if (!daemon.permissions)
        return report.warning("permissions",
                              "there is no polkit on the bus: only root may steer sessions and change the "
                              "configuration",
                              "use sudo pppctl, or install polkitd");
    for (const auto& [action, answer] : *daemon.permissions) {
        const auto text = fmt::format("polkit's answer for {} is {}", action,
                                      answer == "asks" ? "a question for a password" : answer);
        if (answer == "no")
            report.warning("permissions", text,
                           "use sudo pppctl, or allow it by a rule in /etc/polkit-1/rules.d");
        else
            report.ok("permissions", text);
    }
}

}  // namespace ppp::ctl::doctor
