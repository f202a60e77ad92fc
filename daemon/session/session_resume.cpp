// SPDX-License-Identifier: GPL-2.0-or-later
// How a Session is carried from one process to the next.
#include "session/protocol_configs.hpp"
#include "session/session.hpp"

namespace ppp::session {

SessionRecord Session::record() const {
    SessionRecord out;
    out.role = settings_->role;
    out.object = settings_->object;
    out.link = transport_->kept();
    out.user = user_;
    out.lcp = {.agreed = lcp_->negotiated(), .last_id = lcp_->last_id()};
    if (ipcp_ && ipcp_->opened()) out.ipcp = {.agreed = ipcp_->negotiated(), .last_id = ipcp_->last_id()};
    if (ipv6cp_ && ipv6cp_->opened())
        out.ipv6cp = {.agreed = ipv6cp_->negotiated(), .last_id = ipv6cp_->last_id()};
    if (coding_ && coding_->ccp().opened() && !coding_->held())
        out.ccp = {.agreed = coding_->ccp().negotiated(),
                   .last_id = coding_->ccp().last_id(),
                   .config = coding_->ccp().config(),
                   .keys = coding_->keys()};
    out.network = network_;
    out.unit = unit_->name();
    out.index = unit_->index();
    out.unit_made = unit_->made_at();
    out.begun = packets_.begun();
    out.connected = *connected_at_;
    out.malformed = static_cast<std::uint32_t>(malformed());
    return out;
}

std::vector<int> Session::files() const {
    const auto [socket, channel] = channel_->files();
    std::vector<int> out{socket, channel, unit_->file()};
    for (const int file : transport_->files()) out.push_back(file);
    return out;
}

Result<> Session::resume(const SessionRecord& record, kernel::SessionFiles files) {
    PPP_TRY(auto adopted, ports_.kernel.adopt(std::move(files), *this));
    channel_ = std::move(adopted.channel);
    unit_ = std::move(adopted.unit);
    packets_.begin(record.begun);
    connected_at_ = record.connected;
    malformed_ = record.malformed;
    user_ = record.user;
    network_ = record.network;
    granted_ = peer_proven_ = self_proven_ = true;
    transport_->resume(*this);
    const auto& lcp = record.lcp.agreed;
    lcp_.emplace(ports_.time, ports_.rng, static_cast<Lcp::Owner&>(*this),
                 lcp_config(*settings_, transport_->info()));
    lcp_->resume(lcp, record.lcp.last_id);
    mtu_ = lcp.mtu;
    if (lcp.auth_to_peer) {
        to_peer_ =
            make_authenticatee(*lcp.auth_to_peer, ports_.time, ports_.rng, *this, settings_->credentials);
        to_peer_->resume();
    }
    phase_ = Phase::running;
    resume_coding(record);
    resume_network(record);
    limit_length();
    watch_idle();
    // It counts as heard just now: a peer that was patient with us deserves as much.
    keepalive_.start();
    return {};
}

void Session::resume_network(const SessionRecord& record) {
    auto& owner = static_cast<ControlProtocol::Owner&>(*this);
    unit_mtu_ = mtu();
    const PlannedLink link{.index = unit_->index(), .mtu = unit_mtu_};
    ipcp_.emplace(ports_.time, owner, ipcp_config(network_, settings_->role));
    if (record.ipcp) {
        const auto& agreed = record.ipcp->agreed;
        ipcp_->resume(agreed, record.ipcp->last_id);
        peer_address_ = agreed.peer_address;
        own_address_ = agreed.own_address;
        dns_ = settings_->role == Role::client ? agreed.dns : network_.dns;
        ipv4_plan_.resume(plan_ipv4(link, agreed, network_.host));
    } else {
        // It was being negotiated, or the peer does not want it and will say so again.
        ipcp_->open();
        ipcp_->up();
    }
    ipv6cp_over_ = !network_.ipv6;
    if (ipv6cp_over_) return;
    ipv6cp_.emplace(ports_.time, ports_.rng, owner, Ipv6cpConfig{});
    if (record.ipv6cp) {
        ipv6cp_->resume(record.ipv6cp->agreed, record.ipv6cp->last_id);
        ipv6_plan_.resume(plan_ipv6(link, record.ipv6cp->agreed));
    } else {
        ipv6cp_->open();
        ipv6cp_->up();
    }
}

void Session::reconcile(const std::vector<net::Address>& addresses, const std::vector<net::Route>& routes) {
    if (phase_ != Phase::running) return;
    ipv4_plan_.repair(addresses, routes);
    ipv6_plan_.repair(addresses, routes);
}

}  // namespace ppp::session
