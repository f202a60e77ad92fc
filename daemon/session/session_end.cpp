// SPDX-License-Identifier: GPL-2.0-or-later
// How a Session ends, and the one reason that it ends for whatever comes first of a cause's packets.
#include <fmt/format.h>
#include "session/session.hpp"
#include "wire/text.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// PADT and the channel's hang-up are two witnesses of one event and come in any order: wait for both.
constexpr Duration kLastWord = 50ms;

EndReason reason_of(LcpEnd end) {
    switch (end) {
        case LcpEnd::closed:
            return EndReason::user_request;
        case LcpEnd::peer_terminated:
            return EndReason::peer_terminated;
        case LcpEnd::no_answer:
            return EndReason::no_answer;
        case LcpEnd::no_convergence:
        case LcpEnd::not_spoken:
            return EndReason::negotiation_failed;
        case LcpEnd::peer_refuses_auth:
        case LcpEnd::no_common_auth:
        case LcpEnd::auth_rejected:
            return EndReason::auth_failed;
        case LcpEnd::loopback:
            return EndReason::loopback;
    }
    return EndReason::negotiation_failed;
}

}  // namespace

/// RFC 1661 goes on asking a peer that terminates before LCP has opened. A PPPoE session is not used again:
/// what follows is PADT or, when that is lost, silence, and both would be given as the reason instead.
void Session::leave_with_peer() {
    const bool asking = phase_ == Phase::establish && lcp_->state() >= fsm::State::req_sent;
    if (!asking || lcp_->end() != LcpEnd::peer_terminated) return;
    note_lcp_end(LcpEnd::peer_terminated);
    transport_->stop();
    end();
}

void Session::note_lcp_end(LcpEnd why) {
    auto detail = std::string(sentence(why));
    if (why == LcpEnd::peer_terminated) detail += peer_words();
    set_reason(reason_of(why), std::move(detail));
}

/// ": " and what the peer said in its Terminate-Request, where it said something.
std::string Session::peer_words() const {
    return lcp_ && !lcp_->peer_farewell().empty() ? ": " + wire::escape(lcp_->peer_farewell())
                                                  : std::string();
}

bool Session::peer_blames_encryption() const {
    return lcp_ && lcp_->peer_farewell().starts_with(end_reason_name(EndReason::encryption_failed));
}

void Session::on_gone() {
    if (phase_ == Phase::ended) return;
    last_word_ = ports_.time.after(kLastWord, [this] {
        const auto& link = transport_->info();
        if (link.kind == link::LinkKind::serial)
            return abort(EndReason::lost_carrier, link.interface + " was hung up or pulled out");
        if (link.kind != link::LinkKind::pppoe)
            return abort(EndReason::lost_carrier, "the kernel ended the link to " + link.caller());
        const bool exists = ports_.network.links().find(link.interface) != nullptr;
        abort(exists ? EndReason::lost_carrier : EndReason::parent_missing,
              fmt::format("the kernel ended the link: {} went down, was changed or lost the session",
                          link.interface));
    });
}

void Session::link_lost(EndReason reason, std::string detail) {
    set_reason(reason, std::move(detail));
    end();
}

void Session::terminate(EndReason reason, std::string detail) {
    if (phase_ == Phase::ended) return;
    set_reason(reason, std::move(detail));
    making_ = {};
    if (!lcp_ || lcp_->state() <= fsm::State::starting) {
        transport_->stop();
        return end();
    }
    set_phase(Phase::terminate);
    lcp_->close(last_words());
}

/// A subscriber may know why his session ends; not how the passwords were judged, nor anything of the
/// machine.
std::string Session::last_words() const {
    const bool theirs = reason_ == EndReason::limit_reached || reason_ == EndReason::no_address ||
                        reason_ == EndReason::session_timeout || reason_ == EndReason::idle_timeout ||
                        reason_ == EndReason::config_changed || reason_ == EndReason::encryption_failed ||
                        reason_ == EndReason::negotiation_failed;
    auto name = std::string(end_reason_name(reason_));
    if (settings_->role != Role::server || !theirs) return name;
    // By name too: see peer_blames_encryption().
    return reason_ == EndReason::encryption_failed ? name + ": " + detail_ : detail_;
}

void Session::abort(EndReason reason, std::string detail) {
    if (phase_ == Phase::ended) return;
    set_reason(reason, std::move(detail));
    transport_->stop();
    end();
}

void Session::set_reason(EndReason reason, std::string detail) {
    if (reason_ != EndReason::none) return;
    end_phase_ = phase_;
    // Some peers refuse a password by a CHAP Failure, some by Terminate-Request, some by PADT, and packets
    // overtake each other: to whoever reads the reason it is one cause.
    const bool left = reason == EndReason::peer_terminated;
    if (left && being_judged_) {
        reason = EndReason::auth_failed;
        detail = fmt::format("the peer closed the link instead of accepting user '{}'{}",
                             settings_->credentials.user, peer_words());
    } else if (left && coding_ && encryption_required() && coding_->held()) {
        reason = EndReason::encryption_failed;
        detail = "the peer closed the link instead of agreeing on encryption" + peer_words();
    } else if (left && coding_ && coding_->strangers(peer_blames_encryption())) {
        reason = EndReason::encryption_failed;
        detail = "the peer closed the link after packets that one side could not decipher" + peer_words();
    } else if (left && phase_ == Phase::network && ipcp_over_) {
        reason = EndReason::no_address;
        detail = fmt::format("no network protocol could be opened: the peer refused IPCP and left{}",
                             peer_words());
    } else if (const auto why = lcp_ ? lcp_cause(left) : std::nullopt) {
        reason = reason_of(*why);
        detail = sentence(*why);
        if (left) detail += peer_words();
    }
    reason_ = reason;
    detail_ = std::move(detail);
}

/// Why LCP ends anyway, whatever comes first of what follows. @param left the peer has gone.
std::optional<LcpEnd> Session::lcp_cause(bool left) const {
    const auto why = lcp_->end();
    const bool ours = why != LcpEnd::closed && why != LcpEnd::peer_terminated;
    if (lcp_->state() == fsm::State::closing && ours) return why;
    return left && phase_ == Phase::establish ? lcp_->dispute() : std::nullopt;
}

void Session::end() {
    if (phase_ == Phase::ended) return;
    // The unit outlives its guard by a moment, and a CCP packet would let it send in the clear.
    if (unit_ && encryption_required())
        for (const auto protocol : {kernel::NetworkProtocol::ipv4, kernel::NetworkProtocol::ipv6})
            (void)unit_->pass(protocol, false);
    keepalive_.stop();
    probe_.cancel();
    last_word_.cancel();
    kernel_limit_.cancel();
    making_ = {};
    last_counters_ = counters();
    set_phase(Phase::ended);
    // Callers may be deep inside a protocol: it is destroyed from the loop.
    timer_ = ports_.time.after(0s, [this] { owner_.session_ended(*this); });
}

}  // namespace ppp::session
