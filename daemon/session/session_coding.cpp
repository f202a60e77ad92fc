// SPDX-License-Identifier: GPL-2.0-or-later
// Encryption and compression of a Session: when they begin, and what waits for them.
#include <fmt/format.h>
#include <algorithm>
#include <utility>
#include "session/session.hpp"

namespace ppp::session {
namespace {

// A peer sends a Configure-Request or two before our unit stands; more is a flood.
constexpr std::size_t kMaxEarlyCcp = 4;
constexpr std::uint16_t kFirstControl = 0x8000;  // RFC 1661 section 2

/// What the guard must look at to see this link's packets; nullopt: packets of such a link can be looked at
/// nowhere below PPP.
std::optional<guard::Link> guarded(const link::LinkInfo& link) {
    switch (link.kind) {
        case link::LinkKind::pppoe:
            return guard::PppoeSession{
                .parent = link.interface, .peer_mac = link.peer_mac, .session_id = link.session_id};
        case link::LinkKind::pptp:
            return guard::PptpCall{.peer = link.peer_address, .call_id = link.peer_call_id};
        case link::LinkKind::serial:
            break;
    }
    return std::nullopt;
}

}  // namespace

bool Session::wants_coding() const {
    return network_.compression || (network_.encryption != config::Encryption::no && mppe_keys_.known());
}

std::uint16_t Session::mtu() const {
    return static_cast<std::uint16_t>(mtu_ - (coding_ ? coding_->overhead() : 0));
}

/// RFC 3079 makes the keys of the caller's proof; where only the other end gave one, of that.
void Session::take_keys(MppeKeys keys, bool of_caller) {
    if (!keys.known() || !(of_caller || !mppe_keys_.known())) return;
    mppe_keys_ = std::move(keys);
    // Of a later Challenge: the next negotiation of CCP uses them, here as there.
    if (!coding_) return;
    coding_->use(mppe_keys_);
    if (phase_ == Phase::running) owner_.session_settled(*this);
}

/// @return whether the session may go on.
bool Session::begin_encryption() {
    if (!encryption_required()) return true;
    const auto link = guarded(transport_->info());
    std::string missing;
    if (!mppe_keys_.known())
        missing = "needs authentication by MS-CHAP, which makes the keys";
    else if (link && !ports_.guard)
        missing = "cannot be guarded here";
    if (!missing.empty()) {
        terminate(
            EndReason::encryption_failed,
            fmt::format("profile '{}' says use-encryption=required, which {}", network_.profile, missing));
        return false;
    }
    // It is the same link after a renegotiation of LCP.
    if (guard_) return true;
    if (!link) {
        guarded_ = true;
        return true;
    }
    guard_ = ports_.guard->protect(*link, [this](const Result<>& result) {
        if (!result)
            return terminate(
                EndReason::encryption_failed,
                fmt::format("profile '{}' says use-encryption=required, and nothing can keep the "
                            "kernel from sending in the clear: {}",
                            network_.profile, result.error().what));
        guarded_ = true;
        coding_settled();
    });
    return true;
}

void Session::start_coding() {
    if (coding_) {
        coding_.reset();
        if (auto closed = unit_->set_ccp(kernel::CcpStage::closed); !closed)
            return terminate(EndReason::kernel_error, closed.error().what);
    }
    if (phase_ != Phase::network || !wants_coding()) return;
    const bool keys = network_.encryption != config::Encryption::no && mppe_keys_.known();
    const CcpConfig config{.mppe = keys && methods_.mppe,
                           .required = encryption_required(),
                           .bits40 = mppe_keys_.bits40,
                           .deflate = network_.compression && methods_.deflate,
                           .bsd = network_.compression && methods_.bsd};
    if (config.required && !config.mppe)
        return terminate(EndReason::encryption_failed,
                         "the kernel cannot encrypt: load the kernel module ppp_mppe");
    // What it cannot do at all it does not speak of: the peer gets a Protocol-Reject.
    if (!config.mppe && !config.deflate && !config.bsd) return;
    coding_.emplace(ports_.time, static_cast<PacketCoding::Owner&>(*this), *unit_, config, mppe_keys_);
    coding_->start();
    for (const auto& packet : std::exchange(early_ccp_, {})) coding_->receive(packet);
}

/// @return whether the packet was for it; else nobody here knows its protocol.
bool Session::receive_coded(const wire::Frame& frame) {
    if (frame.protocol == Protocol::ccp) {
        if (coding_) {
            coding_->receive(frame.packet);
            return true;
        }
        const bool early = phase_ == Phase::network && !unit_ && wants_coding();
        // Each Configure-Ack spoils the keys of a peer with Linux's MPPE that has had one already: a request
        // that was repeated meanwhile gets one.
        const bool repeated = std::ranges::any_of(
            early_ccp_, [&](const auto& packet) { return std::ranges::equal(packet, frame.packet); });
        if (early && !repeated && early_ccp_.size() < kMaxEarlyCcp)
            early_ccp_.emplace_back(frame.packet.begin(), frame.packet.end());
        return early;
    }
    if (!coding_) return false;
    if (frame.protocol == Protocol::compressed) {
        coding_->undecodable();
        return true;
    }
    // Noise looks like control packets now and then, and so do those of a peer who speaks what we do not.
    if (static_cast<std::uint16_t>(frame.protocol) < kFirstControl) coding_->noise();
    return false;
}

bool Session::data_may_pass() const {
    return (!coding_ || !coding_->held()) && (guarded_ || !encryption_required());
}

void Session::coding_held() {
    using enum kernel::NetworkProtocol;
    for (const auto protocol : {ipv4, ipv6})
        if (auto blocked = unit_->pass(protocol, false); !blocked) not_taken_back(blocked.error());
    // Not to be carried on by another process just now: what the unit does is between two states.
    if (phase_ == Phase::running) set_phase(Phase::network);
}

void Session::coding_settled() {
    if (!unit_ || !data_may_pass() || phase_ < Phase::network || phase_ > Phase::running) return;
    using enum kernel::NetworkProtocol;
    if (coding_ && coding_->overhead() != 0) wake_ncps();
    for (const auto& [plan, protocol] : {std::pair(&ipv4_plan_, ipv4), std::pair(&ipv6_plan_, ipv6)}) {
        if (plan->applied()) {
            if (auto passed = unit_->pass(protocol, true); !passed)
                return terminate(EndReason::kernel_error, passed.error().what);
        } else if (!plan->under_way()) {
            protocol == ipv4 ? apply_ipv4() : apply_ipv6();
        }
    }
    follow_mtu();
    if (ipv4_plan_.applied() || (ipv6_plan_.applied() && ipcp_over_)) running();
}

/// Some peers answer no Configure-Request of an NCP before encryption is agreed on (pppd with require-mppe):
/// the next one would be sent when the restart timer runs out.
void Session::wake_ncps() {
    if (ipcp_ && ipcp_->state() == fsm::State::req_sent) {
        ipcp_->down();
        ipcp_->up();
    }
    if (ipv6cp_ && ipv6cp_->state() == fsm::State::req_sent) {
        ipv6cp_->down();
        ipv6cp_->up();
    }
}

/// A renegotiation of CCP alone may end with another overhead than the one that the interface was set up for.
void Session::follow_mtu() {
    if (mtu() == unit_mtu_ || unit_mtu_ == 0) return;
    unit_mtu_ = mtu();
    net::LinkChange change;
    change.ifindex = unit_->index();
    change.mtu = unit_mtu_;
    following_ = ports_.network.change(std::move(change), [this](const Result<>& result) {
        if (!result) terminate(EndReason::kernel_error, result.error().what);
    });
}

void Session::resume_coding(const SessionRecord& record) {
    if (encryption_required()) {
        mppe_keys_ = record.ccp ? record.ccp->keys : MppeKeys{};
        if (!begin_encryption()) return;
        // The rules of the process before are still there.
        guarded_ = true;
    }
    if (!record.ccp) return;
    const auto& ccp = *record.ccp;
    mppe_keys_ = ccp.keys;
    methods_ = {.mppe = ccp.config.mppe, .deflate = ccp.config.deflate, .bsd = ccp.config.bsd};
    coding_.emplace(ports_.time, static_cast<PacketCoding::Owner&>(*this), *unit_, ccp.config, ccp.keys);
    coding_->resume(ccp.agreed, ccp.last_id);
}

}  // namespace ppp::session
