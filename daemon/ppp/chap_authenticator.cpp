// SPDX-License-Identifier: GPL-2.0-or-later
/// @file CHAP: we demand proof.
#include "base/quoted.hpp"
#include "ppp/auth_text.hpp"
#include "ppp/chap.hpp"

namespace ppp {
namespace {

constexpr std::string_view kAccepted = " M=Access granted";
constexpr std::uint32_t kWrongNameOrPassword = 691;

}  // namespace

ChapAuthenticator::ChapAuthenticator(AuthMethod method, Scheduler& time, Rng& rng, aaa::Aaa& aaa,
                                     Owner& owner, std::shared_ptr<const AuthenticatorConfig> config)
    : time_(time), rng_(rng), aaa_(aaa), owner_(owner), config_(std::move(config)), method_(method) {
    id_ = rng_.octets<1>()[0];
}

void ChapAuthenticator::start() {
    if (state_ == State::idle) new_challenge();
}

void ChapAuthenticator::rechallenge() {
    if (state_ == State::accepted) new_challenge();
}

void ChapAuthenticator::new_challenge() {
    state_ = State::challenging;
    ++id_;
    rng_.fill(challenge_);
    sent_ = 0;
    send_challenge();
}

void ChapAuthenticator::send_challenge() {
    if (sent_ >= config_->max_transmit) {
        state_ = State::gave_up;
        owner_.auth_done(
            *this,
            AuthFailure{AuthEnd::timeout, authenticated_ ? quoted(name_) + " did not answer the re-challenge"
                                                         : "the peer did not answer the CHAP Challenge"});
        return;
    }
    ++sent_;
    timer_ = time_.after(config_->restart, [this] { send_challenge(); });
    owner_.auth_send(wire::kChapProtocol,
                     wire::encode(wire::ChapValue{id_, false, challenge(), config_->our_name}));
}

wire::ByteView ChapAuthenticator::challenge() const {
    return wire::ByteView(challenge_).first(method_ == AuthMethod::mschap1 ? 8 : 16);
}

void ChapAuthenticator::receive(wire::ByteView packet) {
    const auto decoded = wire::decode_chap(packet);
    const auto* response = decoded ? std::get_if<wire::ChapValue>(&*decoded) : nullptr;
    if (response == nullptr || !response->is_response || response->id != id_) return;
    switch (state_) {
        case State::challenging:
            judge(*response);
            return;
        case State::accepted:
        case State::refused:
            send_reply();
            return;
        case State::idle:
        case State::asking:
        case State::gave_up:
            return;
    }
}

/// nullopt when the value does not have the method's form.
std::optional<aaa::Proof> ChapAuthenticator::proof_of(wire::ByteView value) const {
    switch (method_) {
        case AuthMethod::chap_md5: {
            wire::Reader r{value};
            aaa::ChapMd5Proof proof{id_, challenge_, r.array<16>()};
            return r.finished() ? std::optional<aaa::Proof>(proof) : std::nullopt;
        }
        case AuthMethod::mschap1: {
            const auto v = wire::decode_mschap1(value);
            if (!v) return std::nullopt;
            aaa::MsChap1Proof proof{{}, v->nt_response};
            std::ranges::copy(challenge(), proof.challenge.begin());
            return proof;
        }
        case AuthMethod::mschap2: {
            const auto v = wire::decode_mschap2(value);
            if (!v) return std::nullopt;
            return aaa::MsChap2Proof{challenge_, v->peer_challenge, v->nt_response};
        }
        case AuthMethod::pap:
            break;
    }
    return std::nullopt;
}

void ChapAuthenticator::judge(const wire::ChapValue& response) {
    auto proof = proof_of(response.value);
    if (!proof) return;
    timer_.cancel();
    if (authenticated_ && response.name != name_) {
        refuse({AuthEnd::refused, quoted(name_) + " answered the re-challenge as " + quoted(response.name)});
        return;
    }
    name_ = response.name;
    if (method_ == AuthMethod::mschap1 && response.value.back() != 1) {
        refuse(
            {AuthEnd::refused, quoted(name_) + " sent a LAN Manager response only, which is not accepted"});
        return;
    }
    state_ = State::asking;
    question_ = aaa_.authenticate({.user = name_,
                                   .proof = *std::move(proof),
                                   .calling_station = owner_.auth_calling_station(),
                                   .service = config_->service,
                                   .server = config_->server},
                                  [this](aaa::Answer a) { answer(std::move(a)); });
}

void ChapAuthenticator::answer(aaa::Answer answer) {
    auto* grant = std::get_if<aaa::Grant>(&answer);
    // A peer that speaks MS-CHAPv2 ends the session when our Success proves nothing.
    const bool proven =
        method_ != AuthMethod::mschap2 || (grant != nullptr && !grant->mschap2_success.empty());
    if (grant == nullptr || !proven) {
        refuse(not_granted(answer));
        return;
    }
    state_ = State::accepted;
    authenticated_ = true;
    std::string message;
    if (method_ == AuthMethod::mschap2) message.append(grant->mschap2_success).append(kAccepted);
    reply_ = wire::encode(wire::ChapReply{id_, true, message});
    send_reply();
    owner_.auth_done(*this, AuthSuccess{name_, std::move(*grant)});
}

void ChapAuthenticator::refuse(AuthFailure failure) {
    state_ = State::refused;
    std::string message(kNeutralRefusal);
    if (method_ != AuthMethod::chap_md5) {
        const auto c = challenge();
        message = wire::format({.error = kWrongNameOrPassword,
                                .retry = false,
                                .challenge = wire::Bytes(c.begin(), c.end()),
                                .version = method_ == AuthMethod::mschap1 ? 2U : 3U,
                                .message = std::move(message)});
    }
    reply_ = wire::encode(wire::ChapReply{id_, false, message});
    send_reply();
    owner_.auth_done(*this, std::move(failure));
}

void ChapAuthenticator::send_reply() const { owner_.auth_send(wire::kChapProtocol, reply_); }

}  // namespace ppp
