// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/describe.hpp"
#include <fmt/format.h>
#include "aaa/address_range.hpp"
#include "base/message_ids.hpp"

namespace ppp::session {

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::dead:
            return "dead";
        case Phase::discovery:
            return "discovery";
        case Phase::establish:
            return "establish";
        case Phase::authenticate:
            return "authenticate";
        case Phase::network:
            return "network";
        case Phase::running:
            return "running";
        case Phase::terminate:
            return "terminate";
        case Phase::ended:
            return "ended";
    }
    return "unknown";
}

std::string ipv4_text(std::uint32_t address) {
    return address == 0 ? std::string() : aaa::format_ipv4(address);
}

std::string kind_of(link::LinkKind link, Role role) {
    return fmt::format("{}-{}", link::to_string(link), role == Role::client ? "client" : "server");
}

std::string describe_link(const link::LinkInfo& link) {
    if (link.kind == link::LinkKind::pptp)
        return fmt::format("{} ({}), call {}", link.interface, link.caller(), link.session_id);
    if (link.kind == link::LinkKind::serial) return "the peer on " + link.interface;
    return fmt::format("'{}' ({}) on {}, session {}", link.ac_name, link::to_string(link.peer_mac),
                       link.interface, link.session_id);
}

std::string describe_addresses(const Session& session) {
    std::string out;
    if (const auto* v4 = session.ipcp())
        out = fmt::format("{} peer {}, ", ipv4_text(v4->own_address), ipv4_text(v4->peer_address));
    return out + fmt::format("mtu {}", session.mtu());
}

Traffic to_traffic(const kernel::Counters& c) {
    return {c.octets_in, c.octets_out, c.packets_in, c.packets_out};
}

void fill_row(const Session& session, SessionRow& out) {
    out.kind = kind_of(session.link().kind, session.settings().role);
    out.service = link::to_string(session.link().kind);
    out.caller_id = session.link().caller();
    out.server = session.settings().object;
    out.session_id = session.link().session_id;
    out.uptime = std::chrono::duration_cast<std::chrono::seconds>(session.connected_for());
    out.mtu = session.mtu();
    out.encoding = session.encoding();
    out.address = ipv4_text(session.peer_address());
    out.local_address = ipv4_text(session.own_address());
    out.dns = session.dns();
    out.profile = session.network_settings().profile;
    out.hooks = session.network_settings().hooks;
}

void fill_status(const Session& session, ClientStatus& out) {
    const auto& link = session.link();
    out.ac_name = link.ac_name;
    if (link.peer_mac != link::MacAddress{}) out.ac_mac = link::to_string(link.peer_mac);
    out.session_id = link.session_id;
    if (!link.service_name.empty()) out.service_name = link.service_name;
    if (const auto* unit = session.unit()) out.interface = unit->name();
    if (const auto* lcp = session.lcp()) {
        out.mtu = session.mtu();
        out.mru = lcp->own_mru;
    }
    if (session.phase() != Phase::running) return;
    out.active_links = 1;
    out.encoding = session.encoding();
    if (auto rtt = session.echo_rtt())
        out.echo_rtt = std::chrono::duration_cast<std::chrono::milliseconds>(*rtt);
    if (const auto* v4 = session.ipcp()) {
        out.local_address = ipv4_text(v4->own_address);
        out.remote_address = ipv4_text(v4->peer_address);
        for (auto server : v4->dns)
            if (server != 0) out.dns.push_back(ipv4_text(server));
    }
    if (const auto* v6 = session.ipv6cp()) {
        out.local_ipv6 = net::to_string(link_local(v6->own_identifier));
        if (v6->peer_identifier != 0) out.remote_ipv6 = net::to_string(link_local(v6->peer_identifier));
    }
}

std::string_view end_message_id(EndReason reason) {
    const bool refused = reason == EndReason::auth_failed || reason == EndReason::peer_not_authentic;
    return refused ? message_id::kAuthenticationRefused : message_id::kSessionEnded;
}

}  // namespace ppp::session
