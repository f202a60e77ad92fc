// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Evidence: the facts that the checks judge. Probes gather them; a test writes them by hand.
///
/// What could not be seen is an empty optional: a check says so, or is silent, but never guesses.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "netlink/network.hpp"

namespace ppp::ctl::doctor {

enum class ModuleState : std::uint8_t { loaded, built_in, loadable, missing, unknown };

/// A program that runs in our network namespace, or in one that could not be told from ours.
struct Process {
    int pid = 0;
    std::string name{};                    ///< as in /proc/PID/comm: at most 15 octets
    std::vector<std::string> arguments{};  ///< the program's own name first
};

/// /etc/resolv.conf.
struct Resolver {
    std::string target{};   ///< where it leads as a symbolic link; "" when it is a file
    std::string comment{};  ///< its lines that begin with # or ;
    std::vector<std::string> servers{};
};

/// What the packet filter does with packets between two interfaces.
struct Firewall {
    std::string tool{};  ///< "nft", "iptables-save"
    bool drops_forwarded = false;
    bool masquerades = false;
};

/// A .network file of systemd-networkd.
struct NetworkFile {
    std::string path{};
    std::vector<std::string> names{};  ///< patterns of [Match] Name=
    std::vector<std::string> types{};  ///< of [Match] Type=
    bool unmanaged = false;            ///< [Link] Unmanaged=yes
};

/// The machine, by /proc, /sys and /etc.
struct Machine {
    bool root = false;
    std::string release{};  ///< of the running kernel
    std::map<std::string, ModuleState> modules{};
    /// Rights of the character device /dev/ppp; nothing when it is not there.
    std::optional<unsigned> ppp_device{};
    std::vector<Process> processes{};                ///< only those the checks know
    std::map<std::string, std::uint64_t> sysctls{};  ///< by path below /proc/sys; those that can be read
    std::optional<std::uint64_t> daemon_files{};     ///< limit of open files of pppmanagerd
    std::optional<Resolver> resolver{};
    std::optional<Firewall> firewall{};
    std::string firewall_unseen{};  ///< why there is no `firewall`; "" when there is no packet filter
    std::vector<NetworkFile> network_files{};
};

/// The daemon and who else is on the bus.
struct Daemon {
    std::string bus_problem{};  ///< why there is no bus; "" when there is one
    bool running = false;       ///< org.pppmanager1 has an owner
    std::string problem{};      ///< why it did not answer although it runs
    std::string version{};
    std::uint64_t revision = 0;
    /// What polkit would say of us, by action: "yes", "asks", "no". Nothing when there is no polkit.
    std::optional<std::map<std::string, std::string>> permissions{};
    /// Interfaces of NetworkManager that we use and it manages, with its state of them.
    std::map<std::string, std::uint32_t> network_manager{};
};

/// A configured dialler.
struct Client {
    std::string name{}, kind = "pppoe-client", parent{}, unit{};
    bool acting = true;  ///< false where the daemon keeps such an object and does nothing with it yet
    std::string state{}, last_reason{}, last_error{};
    std::string local_address{}, remote_address{};
    std::vector<std::string> dns{};
    std::uint32_t mtu = 0, mru = 0;
    std::string max_mtu{};  ///< as configured: "auto" or a number
    bool default_route = false, peer_dns = false;
    std::uint32_t distance = 0;
    bool encryption = false;  ///< its profile wants it
};

/// A configured listener.
struct Server {
    std::string name{}, kind = "pppoe-server", parent{}, problem{}, last_failure{};
    bool enabled = false, listening = false;
    std::uint64_t max_sessions = 0, sessions = 0;
    std::optional<std::uint64_t> addresses{};  ///< in the pools of its profile; nothing when it has none
    std::string pool{};
};

struct Evidence {
    std::string own_version{};  ///< of pppctl
    Machine machine{};
    Daemon daemon{};
    std::string network_problem{};  ///< why links, addresses and routes are not known
    std::vector<net::Link> links{};
    std::vector<net::Address> addresses{};
    std::vector<net::Route> default_routes{};
    std::vector<Client> clients{};
    std::vector<Server> servers{};
    std::vector<std::string> kinds{};  ///< of all enabled objects, sorted, each once

    [[nodiscard]] const net::Link* link(const std::string& name) const;
    [[nodiscard]] const net::Link* link(unsigned ifindex) const;
    [[nodiscard]] bool uses(std::string_view kind) const;
    /// A setting below /proc/sys: "net/ipv4/ip_forward".
    [[nodiscard]] std::optional<std::uint64_t> sysctl(const std::string& path) const;
    [[nodiscard]] bool runs(std::string_view program) const;
};

}  // namespace ppp::ctl::doctor
