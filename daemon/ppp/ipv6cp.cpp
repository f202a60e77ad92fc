// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipv6cp.hpp"

namespace ppp {

using wire::Writer;
namespace option = wire::ipv6cp;

namespace {
/// The universal/local bit: clear in an identifier that no hardware address stands behind (RFC 5072
/// section 4.1).
constexpr std::uint64_t kUniversal = std::uint64_t{2} << 56;
}  // namespace

Ipv6cp::Ipv6cp(Scheduler& time, Rng& rng, ControlProtocol::Owner& owner, const Ipv6cpConfig& config)
    : Negotiation(time, Protocol::ipv6cp, owner, config.tunables), rng_(rng), config_(config) {}

// Our request.

void Ipv6cp::reset() {
    agreed_ = {};
    agreed_.own_identifier = config_.own_identifier != 0 ? config_.own_identifier : fresh();
    ask_ = true;
    refusals_ = 0;
}

void Ipv6cp::write_request(Writer& out) const {
    if (ask_) option::encode(out, option::InterfaceIdentifier{agreed_.own_identifier});
}

bool Ipv6cp::on_nak(const wire::Tlv& tlv) {
    const auto suggested = option::decode(tlv);
    const auto* own = suggested ? std::get_if<option::InterfaceIdentifier>(&*suggested) : nullptr;
    if (own == nullptr || !ask_) return true;
    if (config_.own_identifier != 0 && !config_.accept_own) return ++refusals_ < config_.tunables.max_failure;
    const bool good = own->value != 0 && own->value != agreed_.peer_identifier;
    agreed_.own_identifier = good ? own->value : fresh();
    return true;
}

bool Ipv6cp::on_reject(const wire::Tlv& tlv) {
    // A peer that will not talk about identifiers leaves us ours.
    const auto rejected = option::decode(tlv);
    if (rejected && std::holds_alternative<option::InterfaceIdentifier>(*rejected)) ask_ = false;
    return true;
}

// The peer's request.

void Ipv6cp::begin_request() {
    peer_listed_ = false;
    agreed_.peer_identifier = config_.peer_identifier;
}

Verdict Ipv6cp::judge(const wire::Tlv& tlv, Writer& suggestion) {
    const auto wanted = option::decode(tlv);
    const auto* peer = wanted ? std::get_if<option::InterfaceIdentifier>(&*wanted) : nullptr;
    if (peer == nullptr) return Verdict::reject;
    peer_listed_ = true;
    const bool allowed = config_.peer_identifier == 0 || peer->value == config_.peer_identifier;
    if (allowed && peer->value != 0 && peer->value != agreed_.own_identifier) {
        agreed_.peer_identifier = peer->value;
        return Verdict::ack;
    }
    suggest(suggestion);
    return Verdict::nak;
}

void Ipv6cp::suggest_missing(Writer& naks) {
    if (!peer_listed_) suggest(naks);
}

void Ipv6cp::suggest(Writer& out) {
    option::encode(
        out, option::InterfaceIdentifier{config_.peer_identifier != 0 ? config_.peer_identifier : fresh()});
}

std::uint64_t Ipv6cp::fresh() {
    auto value = (std::uint64_t{rng_.u32()} << 32 | rng_.u32()) & ~kUniversal;
    while (value == 0 || value == agreed_.own_identifier || value == agreed_.peer_identifier) ++value;
    return value;
}

}  // namespace ppp
