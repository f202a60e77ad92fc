// SPDX-License-Identifier: GPL-2.0-or-later
/// @file One ControlProtocol whose peer is the test; it can be brought into every state.
#pragma once
#include <doctest/doctest.h>
#include "support/option_policies.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

using namespace std::chrono_literals;
using fsm::State;

inline wire::Bytes number(std::uint32_t value, std::uint8_t type = kNumber) {
    wire::Writer w;
    put_number(w, value, type);
    return std::move(w).take();
}

/// One engine against a scripted peer.
struct ControlEndpoint {
    VirtualTime time;
    TracingOwner owner;
    NumberPolicy policy{10, 5};
    ControlProtocol cp{time, Protocol::lcp, policy, owner, {}};

    [[nodiscard]] wire::ControlPacket last() const {
        const auto frame = wire::decode_frame(owner.frames.back());
        return wire::decode_control(frame->packet).value();
    }
    /// Acts as the peer.
    void peer(Code code, std::uint8_t id, const wire::Bytes& data = {}) {
        cp.receive(packet(code, id, data));
    }
    void peer_requests(std::uint32_t value = 7, std::uint8_t id = 1) {
        peer(Code::configure_request, id, number(value));
    }
    /// Acknowledges our last Configure-Request.
    void peer_acks() {
        for (auto f = owner.frames.rbegin(); f != owner.frames.rend(); ++f)
            if ((*f)[2] == 1) return peer(Code::configure_ack, (*f)[3], {f->begin() + 6, f->end()});
    }
    void negotiate() {
        cp.open();
        cp.up();
        peer_acks();
        peer_requests();
        REQUIRE(cp.opened());
    }
    /// Takes the shortest way to a state.
    void enter(State s) {
        switch (s) {
            case State::initial:
                break;
            case State::starting:
                cp.open();
                break;
            case State::closed:
                cp.up();
                break;
            case State::stopped:
                cp.open();
                cp.up();
                time.advance(60s);
                break;
            case State::closing:
                cp.open();
                cp.up();
                cp.close();
                break;
            case State::stopping:
                negotiate();
                peer(Code::terminate_request, 9);
                break;
            case State::req_sent:
                cp.open();
                cp.up();
                break;
            case State::ack_rcvd:
                cp.open();
                cp.up();
                peer_acks();
                break;
            case State::ack_sent:
                cp.open();
                cp.up();
                peer_requests();
                break;
            case State::opened:
                negotiate();
                break;
        }
        REQUIRE(cp.state() == s);
        owner.trace.clear();
    }
    /// Raises an event as the world would.
    void raise(fsm::Event e, State s) {
        using fsm::Event;
        const auto id = request_id();
        switch (e) {
            case Event::up:
                return cp.up();
            case Event::down:
                return cp.down();
            case Event::open:
                return cp.open();
            case Event::close:
                return cp.close();
            case Event::timeout_retry:
                return time.advance(3s);
            case Event::timeout_giveup:
                return time.advance(60s);
            case Event::rcr_good:
                return peer_requests(7, 77);
            case Event::rcr_bad:
                return peer_requests(1, 77);
            case Event::rca:
                return peer(Code::configure_ack, id, number(10));
            case Event::rcn:
                // A Reject in Opened and Ack-Rcvd contradicts the Ack: a crossed connection.
                return peer(
                    s == State::opened || s == State::ack_rcvd ? Code::configure_reject : Code::configure_nak,
                    id, number(10));
            case Event::rtr:
                return peer(Code::terminate_request, 66);
            case Event::rta:
                return peer(Code::terminate_ack, 66);
            case Event::ruc:
                return peer(static_cast<Code>(99), 66);
            case Event::rxj_good:
                return peer(Code::code_reject, 66, {99});
            case Event::rxj_bad:
                return peer(Code::code_reject, 66, {1});
            case Event::rxr:
                return peer(Code::echo_request, 66, {0, 0, 0, 0});
        }
    }
    [[nodiscard]] std::uint8_t request_id() const {
        std::uint8_t id = 0;
        for (const auto& f : owner.frames)
            if (f[2] == 1) id = f[3];
        return id;
    }
};

}  // namespace ppp::test
