// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipcp.hpp"

namespace ppp {

using wire::Writer;
namespace option = wire::ipcp;

namespace {
/// An address that one host can have: not this network, loopback, multicast, reserved or broadcast.
bool usable(std::uint32_t address) {
    const auto first = address >> 24;
    return first != 0 && first != 127 && first < 224;
}

constexpr bool is_second(option::NameServer::Kind kind) {
    return kind == option::NameServer::dns2 || kind == option::NameServer::nbns2;
}
constexpr bool is_dns(option::NameServer::Kind kind) {
    return kind == option::NameServer::dns1 || kind == option::NameServer::dns2;
}
}  // namespace

Ipcp::Ipcp(Scheduler& time, ControlProtocol::Owner& owner, const IpcpConfig& config)
    : Negotiation(time, Protocol::ipcp, owner, config.tunables), config_(config) {}

// Our request.

void Ipcp::reset() {
    agreed_ = {};
    agreed_.own_address = config_.own_address;
    ask_address_ = true;
    ask_dns_ = {config_.want_dns, config_.want_dns};
    refusals_ = 0;
}

void Ipcp::write_request(Writer& out) const {
    using enum option::NameServer::Kind;
    if (ask_address_) option::encode(out, option::Address{agreed_.own_address});
    if (ask_dns_[0]) option::encode(out, option::NameServer{dns1, agreed_.dns[0]});
    if (ask_dns_[1]) option::encode(out, option::NameServer{dns2, agreed_.dns[1]});
}

// Some peers acknowledge 0.0.0.0 instead of giving an address.
bool Ipcp::on_ack() { return agreed_.own_address != 0; }

bool Ipcp::on_nak(const wire::Tlv& tlv) {
    const auto suggested = option::decode(tlv);
    if (!suggested) return true;
    if (const auto* own = std::get_if<option::Address>(&*suggested)) {
        if (!ask_address_) return true;
        const bool free = config_.accept_own || config_.own_address == 0;
        if (free && usable(own->address)) {
            agreed_.own_address = own->address;
            return true;
        }
        return ++refusals_ < config_.tunables.max_failure;
    }
    if (const auto* server = std::get_if<option::NameServer>(&*suggested)) {
        const std::size_t i = is_second(server->kind) ? 1 : 0;
        if (!is_dns(server->kind) || !ask_dns_[i]) return true;
        if (usable(server->address))
            agreed_.dns[i] = server->address;
        else
            ask_dns_[i] = false;
    }
    return true;
}

bool Ipcp::on_reject(const wire::Tlv& tlv) {
    const auto rejected = option::decode(tlv);
    if (!rejected) return true;
    if (std::holds_alternative<option::Address>(*rejected)) {
        // A peer that talks about no addresses at all still carries packets for the one we were told to use.
        ask_address_ = false;
        agreed_.own_address = config_.own_address;
        return agreed_.own_address != 0;
    }
    if (const auto* server = std::get_if<option::NameServer>(&*rejected)) {
        const std::size_t i = is_second(server->kind) ? 1 : 0;
        ask_dns_[i] = false;
        agreed_.dns[i] = 0;
    }
    return true;
}

// The peer's request.

void Ipcp::begin_request() {
    peer_listed_address_ = false;
    agreed_.peer_address = config_.peer_address;
}

Verdict Ipcp::judge(const wire::Tlv& tlv, Writer& suggestion) {
    const auto wanted = option::decode(tlv);
    if (!wanted) return Verdict::reject;
    if (const auto* peer = std::get_if<option::Address>(&*wanted))
        return judge_address(peer->address, suggestion);
    if (const auto* server = std::get_if<option::NameServer>(&*wanted))
        return judge_server(*server, suggestion);
    return Verdict::reject;  // header compression, and the addresses of RFC 1172
}

Verdict Ipcp::judge_address(std::uint32_t address, Writer& suggestion) {
    peer_listed_address_ = true;
    const bool given = config_.peer_address != 0 && address == config_.peer_address;
    if (given || (config_.accept_peer && usable(address))) {
        agreed_.peer_address = address;
        return Verdict::ack;
    }
    if (config_.peer_address == 0) return Verdict::reject;
    option::encode(suggestion, option::Address{config_.peer_address});
    return Verdict::nak;
}

Verdict Ipcp::judge_server(const option::NameServer& server, Writer& suggestion) const {
    const auto& servers = is_dns(server.kind) ? config_.dns : config_.nbns;
    const auto ours = servers[is_second(server.kind) ? 1 : 0];
    if (ours == 0) return Verdict::reject;
    if (server.address == ours) return Verdict::ack;
    option::encode(suggestion, option::NameServer{server.kind, ours});
    return Verdict::nak;
}

void Ipcp::suggest_missing(Writer& naks) {
    if (!peer_listed_address_ && config_.peer_address != 0 && !config_.accept_peer)
        option::encode(naks, option::Address{config_.peer_address});
}

}  // namespace ppp
