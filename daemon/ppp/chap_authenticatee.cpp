// SPDX-License-Identifier: GPL-2.0-or-later
/// @file CHAP: we prove ourselves.
#include "base/quoted.hpp"
#include "ppp/auth_text.hpp"
#include "ppp/chap.hpp"

namespace ppp {

ChapAuthenticatee::ChapAuthenticatee(AuthMethod method, Scheduler& time, Rng& rng, Owner& owner,
                                     AuthenticateeConfig config)
    : time_(time), rng_(rng), owner_(owner), config_(std::move(config)), method_(method) {}

void ChapAuthenticatee::start() {
    if (state_ != State::idle) return;
    state_ = State::waiting;
    timer_ = time_.after(config_.restart * config_.max_transmit, [this] {
        fail({AuthEnd::timeout, "the peer sent no CHAP Challenge to " + quoted(config_.user)});
    });
}

void ChapAuthenticatee::receive(wire::ByteView packet) {
    if (state_ == State::idle || state_ == State::failed) return;
    const auto decoded = wire::decode_chap(packet);
    if (!decoded) return;
    if (const auto* value = std::get_if<wire::ChapValue>(&*decoded)) {
        if (!value->is_response) take_challenge(*value);
        return;
    }
    const auto& reply = std::get<wire::ChapReply>(*decoded);
    if (state_ == State::responding && reply.id == id_) take_reply(reply);
}

void ChapAuthenticatee::take_challenge(const wire::ChapValue& challenge) {
    const bool repeated =
        state_ != State::waiting && challenge.id == id_ && std::ranges::equal(challenge.value, challenge_);
    if (!repeated) {
        auto response = respond(challenge);
        if (response.empty()) return;
        id_ = challenge.id;
        challenge_.assign(challenge.value.begin(), challenge.value.end());
        response_ = std::move(response);
        // A new challenge in place of an unanswered one does not buy the peer more time.
        if (state_ != State::responding) {
            state_ = State::responding;
            sent_ = 1;
            timer_ = time_.after(config_.restart, [this] { repeat_response(); });
        }
    }
    owner_.auth_send(wire::kChapProtocol, response_);
}

crypto::NtHash ChapAuthenticatee::hash() const {
    return config_.hash ? *config_.hash : crypto::NtHash::of(config_.password);
}

/// Empty when the challenge does not have the method's form.
wire::Bytes ChapAuthenticatee::respond(const wire::ChapValue& challenge) {
    auto packet = [&](wire::ByteView value) {
        return wire::encode(wire::ChapValue{challenge.id, true, value, config_.user});
    };
    wire::Reader r{challenge.value};
    switch (method_) {
        case AuthMethod::chap_md5:
            if (config_.hash) return {};
            return packet(crypto::md5({wire::ByteView(&challenge.id, 1),
                                       wire::octets(config_.password.reveal()), challenge.value}));
        case AuthMethod::mschap1: {
            const auto theirs = r.array<8>();
            if (!r.finished()) return {};
            nt_response_ = crypto::challenge_response(theirs, hash().reveal());
            return packet(wire::encode(wire::MsChap1Value{{}, nt_response_, 1}));
        }
        case AuthMethod::mschap2: {
            const auto theirs = r.array<16>();
            if (!r.finished()) return {};
            rng_.fill(peer_challenge_);
            nt_response_ =
                crypto::generate_nt_response(theirs, peer_challenge_, config_.user, hash().reveal());
            return packet(wire::encode(wire::MsChap2Value{peer_challenge_, {}, nt_response_, 0}));
        }
        case AuthMethod::pap:
            break;
    }
    return {};
}

void ChapAuthenticatee::repeat_response() {
    if (sent_ >= config_.max_transmit) {
        fail({AuthEnd::timeout, "the peer did not answer the CHAP Response of " + quoted(config_.user)});
        return;
    }
    ++sent_;
    timer_ = time_.after(config_.restart, [this] { repeat_response(); });
    owner_.auth_send(wire::kChapProtocol, response_);
}

void ChapAuthenticatee::take_reply(const wire::ChapReply& reply) {
    if (reply.success)
        accept(reply.message);
    else
        fail(refusal(reply.message));
}

void ChapAuthenticatee::accept(std::string_view message) {
    AuthSuccess success{config_.user, {}};
    wire::Reader r{challenge_};
    if (method_ != AuthMethod::chap_md5) {
        const auto nt_hash = hash();
        const auto hash_hash = crypto::hash_nt_password_hash(nt_hash.reveal());
        if (method_ == AuthMethod::mschap2) {
            const auto proof = wire::parse_mschap2_success(message);
            if (!proof) {
                fail({AuthEnd::peer_not_proven, "the peer accepted " + quoted(config_.user) +
                                                    " but sent no proof that it knows the password"});
                return;
            }
            if (!crypto::check_authenticator_response(nt_hash.reveal(), nt_response_, peer_challenge_,
                                                      r.array<16>(), config_.user, *proof)) {
                fail({AuthEnd::peer_not_proven, "the peer accepted " + quoted(config_.user) +
                                                    " but does not know the password itself"});
                return;
            }
            success.grant.mppe = aaa::MsChap2Keying{hash_hash, nt_response_};
        } else {
            success.grant.mppe = aaa::MsChap1Keying{hash_hash, r.array<8>()};
        }
    }
    state_ = State::accepted;
    timer_.cancel();
    owner_.auth_done(*this, std::move(success));
}

AuthFailure ChapAuthenticatee::refusal(std::string_view message) const {
    if (method_ != AuthMethod::chap_md5) {
        if (const auto f = wire::parse_mschap_failure(message)) {
            std::string why(wire::mschap_error_text(f->error));
            why += " (E=" + std::to_string(f->error) + ")";
            if (!f->message.empty()) why += ": " + f->message;
            return refused_by_peer(config_.user, why);
        }
    }
    return refused_by_peer(config_.user, message);
}

void ChapAuthenticatee::fail(AuthFailure failure) {
    state_ = State::failed;
    timer_.cancel();
    owner_.auth_done(*this, std::move(failure));
}

}  // namespace ppp
