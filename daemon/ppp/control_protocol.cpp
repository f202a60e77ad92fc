// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/control_protocol.hpp"

namespace ppp {

using fsm::Event;

void ControlProtocol::receive(wire::ByteView packet) {
    wire::Reader r{packet};
    auto code = static_cast<Code>(r.u8());
    auto id = r.u8();
    std::size_t length = r.u16();
    auto data = r.take(length < 4 ? packet.size() : length - 4);
    if (!r.ok()) return;  // "silently discarded", RFC 1661 section 5

    switch (code) {
        case Code::configure_request:
            return receive_request(id, data);
        case Code::configure_ack:
        case Code::configure_nak:
        case Code::configure_reject:
            return receive_answer(code, id, data);
        case Code::terminate_request:
            return raise({Event::rtr, id});
        case Code::terminate_ack:
            return raise({Event::rta, id});
        case Code::code_reject: {
            // Rejecting codes 1..7 means the peer cannot speak the protocol at all.
            bool fatal = !data.empty() && data.front() >= 1 && data.front() <= 7;
            return raise({fatal ? Event::rxj_bad : Event::rxj_good});
        }
        default:
            if (cb_.extra_code && cb_.extra_code(code, id, data)) return;
            return raise({Event::ruc, id, {packet.begin(), packet.end()}});
    }
}

void ControlProtocol::receive_request(std::uint8_t id, wire::ByteView options) {
    wire::Writer naks, rejects;
    wire::TlvCursor<wire::kPppOption> c{options};
    while (c.next()) {
        auto verdict = policy_.judge(c.tlv());
        if (verdict.kind == Verdict::reject ||
            (verdict.kind == Verdict::nak && failures_ >= tunables_.max_failure))
            rejects.bytes(c.tlv().raw);
        else if (verdict.kind == Verdict::nak)
            naks.bytes(verdict.suggestion);
    }
    if (c.malformed()) return;
    if (rejects.size()) return raise({Event::rcr_bad, id, std::move(rejects).take(), true});
    if (naks.size()) {
        ++failures_;
        return raise({Event::rcr_bad, id, std::move(naks).take(), false});
    }
    failures_ = 0;
    raise({Event::rcr_good, id, {options.begin(), options.end()}});
}

void ControlProtocol::receive_answer(Code code, std::uint8_t id, wire::ByteView options) {
    if (id != id_) return;  // stale, RFC 1661 section 5.2
    if (code == Code::configure_ack) {
        if (!std::ranges::equal(options, last_request_)) return;
        return raise({Event::rca, id});
    }
    wire::TlvCursor<wire::kPppOption> check{options};
    while (check.next()) {
    }
    if (check.malformed()) return;
    for (wire::TlvCursor<wire::kPppOption> c{options}; c.next();)
        code == Code::configure_nak ? policy_.on_nak(c.tlv()) : policy_.on_reject(c.tlv());
    raise({Event::rcn, id});
}

void ControlProtocol::raise(Input in) {
    inputs_.push_back(std::move(in));
    if (running_) return;
    running_ = true;
    while (!inputs_.empty()) {
        auto next = std::move(inputs_.front());
        inputs_.pop_front();
        apply(next);
    }
    running_ = false;
}

void ControlProtocol::apply(const Input& in) {
    const auto& step = fsm::step(state_, in.event);
    if (!step.legal) return;
    auto has = [&](fsm::Action a) { return (step.actions & a) != 0; };
    auto call = [](const std::function<void()>& f) {
        if (f) f();
    };

    if (in.event == Event::up || (in.event == Event::open && state_ == fsm::State::closed)) policy_.reset();
    state_ = step.next;
    if (!fsm::timer_runs(state_)) timer_.cancel();

    if (has(fsm::tld)) call(cb_.this_layer_down);
    if (has(fsm::irc)) restart_count_ = has(fsm::str) ? tunables_.max_terminate : tunables_.max_configure;
    if (has(fsm::zrc)) {
        restart_count_ = 0;
        restart_timer();
    }
    if (has(fsm::scr)) {
        ++id_;
        send_request();
    }
    if (has(fsm::str)) {
        --restart_count_;
        send(Code::terminate_request, ++id_, {});
        restart_timer();
    }
    if (has(fsm::sca)) send(Code::configure_ack, in.id, in.data);
    if (has(fsm::scn))
        send(in.reply_is_reject ? Code::configure_reject : Code::configure_nak, in.id, in.data);
    if (has(fsm::sta)) send(Code::terminate_ack, in.id, {});
    if (has(fsm::scj)) send(Code::code_reject, ++id_, in.data);
    if (has(fsm::tlu)) call(cb_.this_layer_up);
    if (has(fsm::tls)) call(cb_.this_layer_started);
    if (has(fsm::tlf)) call(cb_.this_layer_finished);
}

void ControlProtocol::send_request() {
    --restart_count_;
    wire::Writer options;
    policy_.write_request(options);
    last_request_ = std::move(options).take();
    send(Code::configure_request, id_, last_request_);
    restart_timer();
}

void ControlProtocol::restart_timer() {
    timer_ = time_.after(tunables_.restart, [this] {
        raise({restart_count_ > 0 ? Event::timeout_retry : Event::timeout_giveup});
    });
}

void ControlProtocol::send(Code code, std::uint8_t id, wire::ByteView data) const {
    wire::Writer w;
    w.u8(static_cast<std::uint8_t>(code)).u8(id);
    auto length = w.reserve(2);
    w.bytes(data).fill_length(length, 0);
    cb_.send(w.view());
}

}  // namespace ppp
