// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/control_protocol.hpp"
#include <bitset>
#include <utility>
#include "base/digest.hpp"

namespace ppp {

using fsm::Event;
using fsm::State;

namespace {
/// Packets that may wait while another one is worked on; a link hands over one at a time, so more is a flood.
constexpr std::size_t kMaxWaiting = 16;
/// Refusals in both directions before two ends that talk past each other are stopped. Honest ones need a few;
/// without a bound a peer with ever new suggestions would keep us busy for ever.
constexpr std::uint8_t kMaxRounds = 40;

/// Restart periods for which a request of the peer may still be under way after a newer one.
constexpr int kLate = 3;

bool negotiating(State s) { return s == State::req_sent || s == State::ack_rcvd || s == State::ack_sent; }

bool well_formed(wire::ByteView options) {
    wire::TlvCursor<wire::kPppOption> c{options};
    while (c.next()) {
    }
    return !c.malformed();
}
}  // namespace

std::string_view sentence(ControlEnd end) {
    switch (end) {
        case ControlEnd::closed:
            return "closed by us";
        case ControlEnd::peer_terminated:
            return "the peer terminated it";
        case ControlEnd::no_answer:
            return "the peer does not answer Configure-Requests";
        case ControlEnd::no_convergence:
            return "both ends talk but find no options that suit both";
        case ControlEnd::not_spoken:
            return "the peer rejects the protocol";
        case ControlEnd::refused:
            return "the peer's options are not acceptable";
    }
    return "";
}

void ControlProtocol::receive(wire::ByteView packet) {
    if (packet.empty()) {
        ++counters_.malformed;
        return;
    }
    if (running_) {
        if (waiting_.size() < kMaxWaiting) waiting_.push_back({Event::ruc, {packet.begin(), packet.end()}});
        return;
    }
    running_ = true;
    handle(packet);
    run_waiting();
}

void ControlProtocol::raise(Event event) {
    if (running_) {
        waiting_.push_back({event, {}});
        return;
    }
    running_ = true;
    apply({.event = event});
    run_waiting();
}

void ControlProtocol::run_waiting() {
    while (!waiting_.empty())
        for (const auto& next : std::exchange(waiting_, {}))
            next.packet.empty() ? apply({.event = next.event}) : handle(next.packet);
    running_ = false;
}

void ControlProtocol::handle(wire::ByteView octets) {
    const auto packet = wire::decode_control(octets);
    if (!packet) {
        ++counters_.malformed;  // "silently discarded", RFC 1661 section 5
        return;
    }
    if (state_ == State::initial || state_ == State::starting) {
        ++counters_.stale;  // the lower layer is down: a leftover
        return;
    }
    switch (packet->code) {
        case Code::configure_request:
            return handle_request(packet->id, packet->data);
        case Code::configure_ack:
        case Code::configure_nak:
        case Code::configure_reject:
            return handle_answer(packet->code, packet->id, packet->data);
        case Code::terminate_request:
            if (state_ != State::closing && state_ != State::stopping)
                owner_.farewell_received(protocol_, packet->data);
            return apply({.event = Event::rtr, .id = packet->id});
        case Code::terminate_ack:
            return apply({.event = Event::rta, .id = packet->id});
        case Code::code_reject: {
            if (packet->data.empty()) {
                ++counters_.malformed;
                return;
            }
            // Whoever rejects codes 1 to 7 cannot speak the protocol at all.
            const auto rejected = static_cast<Code>(packet->data.front());
            const bool fatal = rejected >= Code::configure_request && rejected <= Code::code_reject;
            return apply({.event = fatal ? Event::rxj_bad : Event::rxj_good});
        }
        default:
            if (owner_.knows_code(protocol_, packet->code))
                return apply({.event = Event::rxr, .id = packet->id, .extra = &*packet});
            return apply({.event = Event::ruc, .data = packet->packet});
    }
}

void ControlProtocol::handle_request(std::uint8_t id, wire::ByteView options) {
    if (!well_formed(options)) {
        ++counters_.malformed;
        return;
    }
    // Nothing is negotiated in Closed, Closing and Stopping: both kinds of request have the same cell.
    if (!negotiating(state_) && state_ != State::stopped && state_ != State::opened)
        return apply({.event = Event::rcr_good, .id = id});
    auto arrival = remember(id, options);
    if (state_ == State::opened && !policy_.tolerates_repeats()) arrival = Arrival::fresh;
    if (arrival == Arrival::overtaken) {
        ++counters_.stale;
        return;
    }
    if (arrival == Arrival::repeated && state_ == State::opened) {
        // Our Ack was lost, or the link repeats itself. The table would take the link down and negotiate
        // again; another Ack serves the peer as well. Only for a while: a peer that has begun anew and
        // happens to send the same octets needs the table.
        ++counters_.stale;
        return send(Code::configure_ack, id, options);
    }
    if (!negotiating(state_)) begin_negotiation();
    judge_request(id, options, arrival == Arrival::repeated);
}

/// Links that reorder exist (tunnels), and an old request judged last would leave us with values that the
/// peer has given up: what it has replaced by a newer request is not looked at again for some restart
/// periods.
ControlProtocol::Arrival ControlProtocol::remember(std::uint8_t id, wire::ByteView options) {
    auto digest = fnv1a(options, fnv1a({&id, 1}));
    if (digest == 0) digest = 1;

    const auto* const known = std::ranges::find(seen_, digest);
    if (known != seen_.end() && time_.now() - seen_at_ < kLate * tunables_.restart)
        return known == seen_.begin() ? Arrival::repeated : Arrival::overtaken;
    std::shift_right(seen_.begin(), seen_.end(), 1);
    seen_.front() = digest;
    seen_at_ = time_.now();
    return Arrival::fresh;
}

void ControlProtocol::judge_request(std::uint8_t id, wire::ByteView options, bool repeated) {
    const bool tired = failures_ >= tunables_.max_failure;  // RFC 1661 section 4.6
    wire::Writer naks, rejects;
    std::bitset<256> seen;
    policy_.begin_request();
    for (wire::TlvCursor<wire::kPppOption> c{options}; c.next();) {
        const auto& option = c.tlv();
        // No option may be listed twice (RFC 1661 section 6): the second one cannot be meant.
        const auto verdict = seen.test(option.type) ? Verdict::reject : policy_.judge(option, naks);
        seen.set(option.type);
        if (verdict == Verdict::reject || (verdict == Verdict::nak && tired)) rejects.bytes(option.raw);
    }
    if (!tired && rejects.size() == 0) policy_.suggest_missing(naks);

    if (rejects.size() > 0)
        return next_round(
            {.event = Event::rcr_bad, .id = id, .data = rejects.view(), .reply = Code::configure_reject});
    if (naks.size() > 0 && !tired) {
        if (!repeated) ++failures_;
        return next_round(
            {.event = Event::rcr_bad, .id = id, .data = naks.view(), .reply = Code::configure_nak});
    }
    failures_ = 0;
    apply({.event = Event::rcr_good, .id = id, .data = options});
}

void ControlProtocol::handle_answer(Code code, std::uint8_t id, wire::ByteView options) {
    if (!negotiating(state_) && state_ != State::opened)
        return apply({.event = code == Code::configure_ack ? Event::rca : Event::rcn, .id = id});
    if (id != request_id_) {
        ++counters_.stale;  // RFC 1661 sections 5.2 to 5.4
        return;
    }
    if (!outstanding_) {
        // Answered by an Ack already. The same again is a duplicate of the link's making; anything else is
        // what section 4.3 calls a crossed connection, and the table says what to do about it.
        if (code == Code::configure_ack) {
            ++counters_.stale;
            return;
        }
        if (options.empty() || !well_formed(options)) {
            ++counters_.malformed;
            return;
        }
        ++counters_.crossed;
        return next_round({.event = Event::rcn});
    }
    if (code != Code::configure_ack) return handle_nak_or_reject(code, options);
    if (!std::ranges::equal(options, request_)) {
        ++counters_.malformed;
        return;
    }
    outstanding_ = false;
    request_ = {};
    if (!policy_.on_ack()) return refuse();
    apply({.event = Event::rca});
}

void ControlProtocol::handle_nak_or_reject(Code code, wire::ByteView options) {
    bool useful = false;
    if (well_formed(options))
        for (wire::TlvCursor<wire::kPppOption> c{options}; c.next();)
            useful = useful || code == Code::configure_nak || requested(c.tlv().raw);
    if (!useful) {  // it would only make us send the same request again, at once and for ever
        ++counters_.malformed;
        return;
    }
    outstanding_ = false;
    for (wire::TlvCursor<wire::kPppOption> c{options}; c.next();) {
        const auto& option = c.tlv();
        // What we did not send cannot be rejected.
        const bool ours = code == Code::configure_nak || requested(option.raw);
        if (ours && !(code == Code::configure_nak ? policy_.on_nak(option) : policy_.on_reject(option)))
            return refuse();
    }
    next_round({.event = Event::rcn});
}

bool ControlProtocol::requested(wire::ByteView option) const {
    for (wire::TlvCursor<wire::kPppOption> c{request_}; c.next();)
        if (std::ranges::equal(c.tlv().raw, option)) return true;
    return false;
}

void ControlProtocol::refuse() {
    end_ = ControlEnd::refused;
    apply({.event = Event::close});
}

void ControlProtocol::next_round(const Input& in) {
    if (++rounds_ < kMaxRounds || !negotiating(state_)) return apply(in);
    end_ = ControlEnd::no_convergence;
    apply({.event = Event::timeout_giveup});
}

void ControlProtocol::begin_negotiation() {
    policy_.reset();
    failures_ = 0;
    rounds_ = 0;
    outstanding_ = false;
    end_ = ControlEnd::no_answer;
}

void ControlProtocol::note_end(Event event) {
    if (state_ == State::closing || state_ == State::stopping) return;  // the first cause counts
    if (event == Event::open && state_ == State::initial) end_ = ControlEnd::closed;
    if (event == Event::close && end_ != ControlEnd::refused) end_ = ControlEnd::closed;
    if (event == Event::rtr) end_ = ControlEnd::peer_terminated;
    if (event == Event::rxj_bad) end_ = ControlEnd::not_spoken;
}

void ControlProtocol::apply(const Input& in) {
    const auto before = state_;
    const auto& step = fsm::step(before, in.event);
    if (!step.legal) return;
    note_end(in.event);

    state_ = step.next;
    if (in.event == Event::up) seen_ = {};
    if (!fsm::timer_runs(state_)) timer_.cancel();
    if (step.actions & fsm::tld) owner_.layer_down(protocol_);
    // A Configure-Request that begins a negotiation has been judged already, against a fresh policy.
    const bool judged = in.event == Event::rcr_good || in.event == Event::rcr_bad;
    if ((step.actions & fsm::scr) && !negotiating(before) && !judged) begin_negotiation();
    act(in, step.actions);
}

void ControlProtocol::act(const Input& in, std::uint16_t actions) {
    auto has = [actions](fsm::Action a) { return (actions & a) != 0; };
    if (has(fsm::irc)) restart_count_ = has(fsm::str) ? tunables_.max_terminate : tunables_.max_configure;
    if (has(fsm::zrc)) {
        restart_count_ = 0;
        restart_timer();
    }
    if (has(fsm::scr)) send_request();
    if (has(fsm::str)) {
        if (restart_count_ > 0) --restart_count_;
        send(Code::terminate_request, next_id(), owner_.farewell(protocol_));
        restart_timer();
    }
    if (has(fsm::sca)) send(Code::configure_ack, in.id, in.data);
    if (has(fsm::scn)) send(in.reply, in.id, in.data);
    if (has(fsm::sta)) send(Code::terminate_ack, in.id, {});
    if (has(fsm::scj)) {
        const auto room = std::max<std::size_t>(owner_.peer_mru(), 8) - 4;  // RFC 1661 section 5.6
        send(Code::code_reject, next_id(), in.data.first(std::min(in.data.size(), room)));
    }
    if (has(fsm::ser) && in.extra != nullptr) owner_.extra_code(protocol_, *in.extra);
    if (has(fsm::tlu)) owner_.layer_up(protocol_);
    if (has(fsm::tls)) owner_.layer_started(protocol_);
    if (has(fsm::tlf)) owner_.layer_finished(protocol_, end_);
}

void ControlProtocol::send_request() {
    if (restart_count_ > 0) --restart_count_;
    wire::Writer options;
    policy_.write_request(options);
    // The identifier must change with the options and after a valid answer (RFC 1661 section 5.1). A mere
    // retransmission keeps it, so the answer to the first one still counts on a path slower than the timer.
    if (!outstanding_ || !std::ranges::equal(options.view(), request_)) {
        request_id_ = next_id();
        request_ = std::move(options).take();
    }
    outstanding_ = true;
    send(Code::configure_request, request_id_, request_);
    restart_timer();
}

void ControlProtocol::restart_timer() {
    timer_ = time_.after(tunables_.restart, [this] {
        raise(restart_count_ > 0 ? Event::timeout_retry : Event::timeout_giveup);
    });
}

void ControlProtocol::send(Code code, std::uint8_t id, wire::ByteView data) {
    wire::Writer frame;
    wire::put_control(frame, protocol_, code, id, data);
    owner_.send(frame.view());
}

}  // namespace ppp
