// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PAP, both roles.
#include "ppp/pap.hpp"
#include "base/quoted.hpp"
#include "ppp/auth_text.hpp"

namespace ppp {

PapAuthenticator::PapAuthenticator(Scheduler& time, aaa::Aaa& aaa, Owner& owner,
                                   std::shared_ptr<const AuthenticatorConfig> config)
    : time_(time), aaa_(aaa), owner_(owner), config_(std::move(config)) {}

void PapAuthenticator::start() {
    if (state_ != State::idle) return;
    state_ = State::waiting;
    timer_ = time_.after(config_->restart * config_->max_transmit, [this] {
        state_ = State::gave_up;
        owner_.auth_done(*this, AuthFailure{AuthEnd::timeout, "the peer sent no name and password by PAP"});
    });
}

void PapAuthenticator::receive(wire::ByteView packet) {
    const auto decoded = wire::decode_pap(packet);
    const auto* request = decoded ? std::get_if<wire::PapRequest>(&*decoded) : nullptr;
    if (request == nullptr) return;
    switch (state_) {
        case State::idle:
        case State::gave_up:
            return;
        case State::waiting:
            state_ = State::asking;
            timer_.cancel();
            id_ = request->id;
            name_ = request->peer_id;
            question_ = aaa_.authenticate({.user = name_,
                                           .proof = aaa::PapProof{Secret(request->password)},
                                           .calling_station = owner_.auth_calling_station(),
                                           .service = config_->service,
                                           .server = config_->server},
                                          [this](aaa::Answer a) { answer(std::move(a)); });
            return;
        case State::asking:
            // Repeated under a new identifier, which the reply has to carry. Another name is another
            // question, and one at a time is enough.
            if (request->peer_id == name_) id_ = request->id;
            return;
        case State::accepted:
        case State::refused:
            id_ = request->id;
            reply();
            return;
    }
}

void PapAuthenticator::answer(aaa::Answer answer) {
    auto* grant = std::get_if<aaa::Grant>(&answer);
    state_ = grant != nullptr ? State::accepted : State::refused;
    reply();
    if (grant != nullptr)
        owner_.auth_done(*this, AuthSuccess{name_, std::move(*grant)});
    else
        owner_.auth_done(*this, not_granted(answer));
}

void PapAuthenticator::reply() const {
    const bool ack = state_ == State::accepted;
    owner_.auth_send(wire::kPapProtocol, wire::encode(wire::PapReply{id_, ack, ack ? "" : kNeutralRefusal}));
}

PapAuthenticatee::PapAuthenticatee(Scheduler& time, Owner& owner, AuthenticateeConfig config)
    : time_(time), owner_(owner), config_(std::move(config)) {}

void PapAuthenticatee::start() {
    if (state_ != State::idle) return;
    state_ = State::requesting;
    send_request();
}

void PapAuthenticatee::send_request() {
    if (sent_ >= config_.max_transmit) {
        finish(AuthFailure{AuthEnd::timeout,
                           "the peer did not answer the PAP request of " + quoted(config_.user)});
        return;
    }
    ++sent_;
    ++id_;  // RFC 1334 section 2.2.1: changed each time
    timer_ = time_.after(config_.restart, [this] { send_request(); });
    owner_.auth_send(wire::kPapProtocol,
                     wire::encode(wire::PapRequest{id_, config_.user, config_.password.reveal()}));
}

void PapAuthenticatee::receive(wire::ByteView packet) {
    const auto decoded = wire::decode_pap(packet);
    const auto* reply = decoded ? std::get_if<wire::PapReply>(&*decoded) : nullptr;
    if (reply == nullptr || state_ != State::requesting) return;
    // All requests ask the same, so the reply to an earlier one, come late, is as good.
    const auto age = static_cast<std::uint8_t>(id_ - reply->id);
    if (age >= sent_) return;
    if (reply->ack)
        finish(AuthSuccess{config_.user, {}});
    else
        finish(refused_by_peer(config_.user, reply->message));
}

void PapAuthenticatee::finish(AuthOutcome outcome) {
    state_ = State::finished;
    timer_.cancel();
    owner_.auth_done(*this, std::move(outcome));
}

}  // namespace ppp
