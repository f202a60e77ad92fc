// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The Challenge Handshake Authentication Protocol in both roles: MD5 (RFC 1994), MS-CHAPv1 (RFC 2433)
/// and MS-CHAPv2 (RFC 2759).
#pragma once
#include "ppp/auth.hpp"

namespace ppp {

/// Challenges the peer and lets the Aaa judge its Response, once for each challenge; a repeated Response gets
/// the same reply again (RFC 1994 section 4.2).
///
/// A Challenge sent again because no Response came is the same one: with a new value each time, a peer
/// further away than the restart time could never answer in time.
class ChapAuthenticator final : public Authentication {
public:
    ChapAuthenticator(AuthMethod method, Scheduler& time, Rng& rng, aaa::Aaa& aaa, Owner& owner,
                      std::shared_ptr<const AuthenticatorConfig> config);
    void start() override;
    void receive(wire::ByteView packet) override;
    void rechallenge() override;

private:
    enum class State : std::uint8_t { idle, challenging, asking, accepted, refused, gave_up };
    void new_challenge();
    void send_challenge();
    void send_reply() const;
    void judge(const wire::ChapValue& response);
    void answer(aaa::Answer answer);
    void refuse(AuthFailure failure);
    [[nodiscard]] wire::ByteView challenge() const;
    [[nodiscard]] std::optional<aaa::Proof> proof_of(wire::ByteView value) const;

    Scheduler& time_;
    Rng& rng_;
    aaa::Aaa& aaa_;
    Owner& owner_;
    std::shared_ptr<const AuthenticatorConfig> config_;
    Timer timer_;
    Pending question_;
    std::string name_;   ///< the peer's; kept, since a re-challenge must be answered under the same one
    wire::Bytes reply_;  ///< Success or Failure, for repeated Responses
    std::array<std::uint8_t, 16> challenge_{};  ///< MS-CHAPv1 uses the first 8 octets
    int sent_ = 0;
    AuthMethod method_;
    State state_ = State::idle;
    std::uint8_t id_ = 0;
    bool authenticated_ = false;  ///< a challenge was answered rightly before
};

/// Answers every Challenge, also later ones. Its Response is sent again until the peer replies, because a
/// lost Success is not repeated otherwise.
class ChapAuthenticatee final : public Authentication {
public:
    ChapAuthenticatee(AuthMethod method, Scheduler& time, Rng& rng, Owner& owner, AuthenticateeConfig config);
    void start() override;
    void resume() override { state_ = State::accepted; }
    void receive(wire::ByteView packet) override;

private:
    enum class State : std::uint8_t { idle, waiting, responding, accepted, failed };
    void take_challenge(const wire::ChapValue& challenge);
    void take_reply(const wire::ChapReply& reply);
    void accept(std::string_view message);
    void repeat_response();
    void fail(AuthFailure failure);
    [[nodiscard]] wire::Bytes respond(const wire::ChapValue& challenge);
    [[nodiscard]] AuthFailure refusal(std::string_view message) const;
    [[nodiscard]] crypto::NtHash hash() const;

    Scheduler& time_;
    Rng& rng_;
    Owner& owner_;
    AuthenticateeConfig config_;
    Timer timer_;
    wire::Bytes challenge_;                          ///< the value last answered
    wire::Bytes response_;                           ///< the packet that answered it
    std::array<std::uint8_t, 16> peer_challenge_{};  ///< ours, MS-CHAPv2 only
    crypto::NtResponse nt_response_{};               ///< MS-CHAP only
    int sent_ = 0;
    AuthMethod method_;
    State state_ = State::idle;
    std::uint8_t id_ = 0;
};

}  // namespace ppp
