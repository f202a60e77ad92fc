// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The checks: pure functions from evidence to findings.
#pragma once
#include <string>
#include <string_view>
#include "dbus/pppctl/doctor/evidence.hpp"
#include "dbus/pppctl/doctor/finding.hpp"

namespace ppp::ctl::doctor {

/// Modules, /dev/ppp.
void check_kernel(const Evidence& evidence, Report& report);
/// The bus, the daemon on it, its version, what we may ask of it.
void check_daemon(const Evidence& evidence, Report& report);
/// Other programs that speak PPP, or that manage our interfaces.
void check_neighbours(const Evidence& evidence, Report& report);
/// The parent interface of a client or server.
void check_parent(const Evidence& evidence, Report& report, std::string_view area, const std::string& parent);
/// Whether it is connected; if not, why and what that usually means; if it is, its path.
void check_client(const Evidence& evidence, const Client& client, Report& report);
/// Default route and MTU of a connected client.
void check_path(const Evidence& evidence, const Client& client, Report& report);
/// Name servers.
void check_names(const Evidence& evidence, Report& report);
/// Whether it listens, its addresses and limits.
void check_server(const Evidence& evidence, const Server& server, Report& report);
/// Forwarding, packet filter and kernel limits, where a server is enabled.
void check_forwarding(const Evidence& evidence, Report& report);

/// All of them.
/// @param name of the one client or server looked at; "" for all.
[[nodiscard]] Report examine(const Evidence& evidence, const std::string& name);

/// What an end reason usually means, and what to do.
struct Advice {
    std::string meaning, remedy;
};
/// @param reason in the spelling of Client.LastReason; any text is taken.
[[nodiscard]] Advice advice(std::string_view reason, const std::string& client, const std::string& parent);

}  // namespace ppp::ctl::doctor
