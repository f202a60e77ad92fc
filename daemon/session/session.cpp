// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/session.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "session/protocol_configs.hpp"
#include "wire/auth_packets.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// A client needs a moment between PADS and its channel: a server that speaks at once is not heard, and the
// client's next chance is three seconds away. So a server answers the first frame, or speaks after this
// pause.
constexpr Duration kListenFirst = 400ms;
constexpr Duration kMaxSetUp = 60s;
// A peer sends a handful of frames before our channel stands; more is a flood.
constexpr std::size_t kMaxEarlyFrames = 8;

EndReason reason_of(AuthEnd end) {
    switch (end) {
        case AuthEnd::refused:
            return EndReason::auth_failed;
        case AuthEnd::timeout:
            return EndReason::auth_timeout;
        case AuthEnd::peer_not_proven:
            return EndReason::peer_not_authentic;
        case AuthEnd::unavailable:
            return EndReason::auth_timeout;
    }
    return EndReason::auth_failed;
}

}  // namespace

LcpConfig lcp_config(const SessionSettings& settings, const link::LinkInfo& link) {
    LcpConfig config;
    config.mru = std::min(settings.max_mru.value_or(link.max_mru), link.max_mru);
    config.peer_mru_max = std::min(settings.max_mtu.value_or(link.max_mru), link.max_mru);
    config.demand = settings.demand;
    config.offer = settings.offer;
    return config;
}

Session::Session(Ports& ports, Owner& owner, std::shared_ptr<const SessionSettings> settings,
                 std::unique_ptr<link::Transport> transport)
    : ports_(ports),
      owner_(owner),
      settings_(std::move(settings)),
      transport_(std::move(transport)),
      keepalive_(ports.time, *this, settings_->keepalive),
      ipv4_plan_(ports.network),
      ipv6_plan_(ports.network) {}

Session::~Session() = default;

void Session::start() {
    set_phase(Phase::discovery);
    transport_->start(*this);
}

void Session::link_ready(Fd socket) {
    if (phase_ != Phase::discovery) return;
    making_ = ports_.kernel.attach(std::move(socket), *this,
                                   [this](auto channel) { channel_made(std::move(channel)); });
    await_kernel();
}

void Session::early_frame(wire::ByteView frame) {
    if (early_.size() < kMaxEarlyFrames) early_.emplace_back(frame.begin(), frame.end());
}

void Session::channel_made(Result<std::unique_ptr<kernel::Channel>> channel) {
    making_ = {};
    kernel_limit_ = {};
    if (!channel) return abort(EndReason::kernel_error, channel.error().what);
    channel_ = std::move(*channel);
    lcp_.emplace(ports_.time, ports_.rng, static_cast<Lcp::Owner&>(*this),
                 lcp_config(*settings_, transport_->info()));
    lcp_->open();
    // Max-Configure bounds silence, not a peer that keeps talking without ever agreeing.
    limit_ = ports_.time.after(kMaxSetUp, [this] {
        terminate(EndReason::negotiation_failed, "the session did not come up within a minute");
    });
    set_phase(Phase::establish);
    transport_->attached();
    if (settings_->role == Role::server) {
        timer_ = ports_.time.after(kListenFirst, [this] { listen(); });
        return;
    }
    lcp_->up();
    for (const auto& frame : std::vector(early_)) dispatch(frame);  // a copy: lcp_up() clears the list
}

void Session::listen() {
    if (phase_ != Phase::establish) return;
    timer_ = {};
    if (lcp_->state() == fsm::State::starting) lcp_->up();
}

void Session::on_frame(wire::ByteView frame) {
    if (phase_ == Phase::ended) return;
    // The capture and the channel may both have seen a frame; answering its copy would look like a new
    // negotiation.
    if (!early_.empty()) {
        const auto copy =
            std::ranges::find_if(early_, [&](const auto& e) { return std::ranges::equal(e, frame); });
        if (copy != early_.end()) {
            early_.erase(copy);
            return;
        }
    }
    if (settings_->role == Role::server) listen();
    dispatch(frame);
}

void Session::dispatch(wire::ByteView octets) {
    if (!lcp_ || phase_ == Phase::ended) return;
    trace(Direction::received, octets);
    const auto frame = wire::decode_frame(octets);
    if (!frame) {
        ++malformed_;
        return;
    }
    keepalive_.received();
    probe_.cancel();
    switch (frame->protocol) {
        case Protocol::lcp:
            lcp_->receive(frame->packet);
            return leave_with_peer();
        case Protocol::pap:
        case Protocol::chap:
            if (frame->protocol == Protocol::pap ? !wire::decode_pap(frame->packet)
                                                 : !wire::decode_chap(frame->packet)) {
                ++malformed_;
                return;
            }
            // A link that authenticates both ways gives every packet to both; each knows the codes of its
            // role.
            if (of_peer_) of_peer_->receive(frame->packet);
            if (to_peer_) to_peer_->receive(frame->packet);
            return;
        case Protocol::ipcp:
            if (ipcp_) return ipcp_->receive(frame->packet);
            break;
        case Protocol::ipv6cp:
            if (ipv6cp_) return ipv6cp_->receive(frame->packet);
            break;
        case Protocol::ipv4:
        case Protocol::ipv6:
            return;  // data that outran the unit
        default:
            if (receive_coded(*frame)) return;
            break;
    }
    // Before authentication is over, packets of later phases are silently discarded (RFC 1661 section 3.5).
    if (phase_ == Phase::network || phase_ == Phase::running) lcp_->reject_protocol(octets);
}

void Session::send(wire::ByteView frame) {
    trace(Direction::sent, frame);
    if (!channel_) return;
    // NCPs may use the channel too: the kernel routes by protocol only what comes in.
    if (auto sent = channel_->send(frame); !sent) {
        making_ = {};
        abort(EndReason::kernel_error, sent.error().what);
    }
}

void Session::lcp_up() {
    if (phase_ == Phase::ended) return;
    early_.clear();
    timer_ = {};
    keepalive_.start();
    const auto& agreed = lcp_->negotiated();
    mtu_ = agreed.mtu;
    set_phase(Phase::authenticate);
    if (agreed.auth_of_peer)
        of_peer_ = make_authenticator(*agreed.auth_of_peer, ports_.time, ports_.rng, ports_.aaa, *this,
                                      settings_->authenticator);
    if (agreed.auth_to_peer)
        to_peer_ =
            make_authenticatee(*agreed.auth_to_peer, ports_.time, ports_.rng, *this, settings_->credentials);
    peer_proven_ = !of_peer_;
    self_proven_ = !to_peer_;
    being_judged_ = to_peer_ != nullptr;
    mppe_keys_ = {};
    if (peer_proven_ && self_proven_) return begin_network();
    if (of_peer_) of_peer_->start();
    if (to_peer_) to_peer_->start();
}

void Session::lcp_down() {
    // The peer's PADT will follow before the automaton has finished, and it says less.
    const auto why = lcp_->end();
    if (why == LcpEnd::peer_terminated || why == LcpEnd::auth_rejected || why == LcpEnd::loopback)
        note_lcp_end(why);
    keepalive_.stop();
    close_network();
    of_peer_.reset();
    to_peer_.reset();
    if (phase_ == Phase::authenticate || phase_ == Phase::network || phase_ == Phase::running)
        set_phase(Phase::establish);
}

void Session::lcp_finished(LcpEnd why) {
    if (why != LcpEnd::closed) note_lcp_end(why);
    transport_->stop();
    end();
}

void Session::auth_send(std::uint16_t protocol, wire::ByteView packet) {
    wire::Writer frame;
    frame.u16(protocol).bytes(packet);
    send(frame.view());
}

std::string Session::auth_calling_station() const { return transport_->info().caller(); }

void Session::auth_done(Authentication& from, AuthOutcome outcome) {
    if (auto* failure = std::get_if<AuthFailure>(&outcome))
        return terminate(reason_of(failure->end), std::move(failure->sentence));
    auto& success = std::get<AuthSuccess>(outcome);
    // What was granted was granted to one user: a renegotiation does not turn the session into somebody
    // else's.
    if (granted_ && success.name != user_)
        return terminate(EndReason::auth_failed,
                         fmt::format("user '{}' became '{}' in a renegotiation", user_, success.name));
    const bool of_peer = &from == of_peer_.get();
    take_keys(take_mppe_keys(success.grant.mppe, of_peer ? crypto::MppeEnd::server : crypto::MppeEnd::client),
              of_peer == (settings_->role == Role::server));
    if (of_peer) {
        peer_proven_ = true;
        user_ = std::move(success.name);
        grant_ = std::move(success.grant);
    } else {
        self_proven_ = true;
        being_judged_ = false;
        if (!of_peer_) {
            user_ = std::move(success.name);
            grant_ = std::move(success.grant);
        }
    }
    if (peer_proven_ && self_proven_ && phase_ == Phase::authenticate) begin_network();
}

std::optional<std::uint8_t> Session::send_echo() { return lcp_ ? lcp_->send_echo() : std::nullopt; }

std::optional<Duration> Session::data_silence() {
    if (!unit_) return std::nullopt;
    const auto idle = unit_->idle();
    return idle ? std::optional<Duration>(idle->received) : std::nullopt;
}

void Session::peer_dead() {
    abort(EndReason::echo_timeout,
          fmt::format("{} does not answer LCP Echo-Requests any more",
                      settings_->role == Role::server                    ? "the peer"
                      : transport_->info().kind == link::LinkKind::pppoe ? "the Access-Concentrator"
                                                                         : "the server"));
}

void Session::probe() {
    if (phase_ == Phase::network || phase_ == Phase::running) probe_again(3);
}

void Session::probe_again(int left) {
    if (left == 0) return peer_dead();
    (void)send_echo();
    probe_ = ports_.time.after(1s, [this, left] { probe_again(left - 1); });
}

void Session::set_phase(Phase phase) {
    if (phase_ == phase || phase_ == Phase::ended) return;
    if (phase_ == Phase::terminate && phase != Phase::ended) return;
    phase_ = phase;
    owner_.session_changed(*this);
}

Duration Session::connected_for() const { return connected_at_ ? ports_.time.now() - *connected_at_ : 0s; }

std::uint64_t Session::malformed() const {
    std::uint64_t sum = malformed_;
    if (lcp_) sum += lcp_->counters().malformed;
    if (ipcp_) sum += ipcp_->counters().malformed;
    if (ipv6cp_) sum += ipv6cp_->counters().malformed;
    if (coding_) sum += coding_->ccp().counters().malformed;
    sum += transport_->malformed();
    return sum;
}

kernel::Counters Session::counters() const {
    if (unit_ && phase_ != Phase::ended)
        if (auto now = unit_->counters()) last_counters_ = *now;
    return last_counters_;
}

}  // namespace ppp::session
