// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The probes: they gather evidence. They only read, each for a moment.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include "dbus/pppctl/bus.hpp"
#include "dbus/pppctl/doctor/evidence.hpp"

namespace ppp::ctl::doctor {

/// @param root of the machine's files: "/" but for tests.
[[nodiscard]] Machine probe_machine(const std::filesystem::path& root);
/// Runs the packet filter's own listing, as root only.
void probe_firewall(Machine& machine);
/// Links, addresses and default routes of our network namespace.
void probe_network(Evidence& evidence);
/// The daemon, the clients and servers it has, and who else is on the bus.
void probe_bus(Outcome<Bus>& bus, Evidence& evidence);

/// What `nft --json list ruleset` printed. @return nothing when it is no such text.
[[nodiscard]] std::optional<Firewall> read_nft(std::string_view json);
/// What iptables-save printed.
[[nodiscard]] Firewall read_iptables(std::string_view text);
/// A .network file.
[[nodiscard]] NetworkFile read_network_file(std::string path, std::string_view text);
/// /etc/resolv.conf.
[[nodiscard]] Resolver read_resolver(std::string target, std::string_view text);

}  // namespace ppp::ctl::doctor
