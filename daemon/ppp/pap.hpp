// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The Password Authentication Protocol in both roles (RFC 1334 section 2).
#pragma once
#include "ppp/auth.hpp"

namespace ppp {

/// Waits for the peer's name and password and lets the Aaa judge them, once; a repeated request gets the same
/// reply again (RFC 1334 section 2.2.1).
class PapAuthenticator final : public Authentication {
public:
    PapAuthenticator(Scheduler& time, aaa::Aaa& aaa, Owner& owner,
                     std::shared_ptr<const AuthenticatorConfig> config);
    void start() override;
    void receive(wire::ByteView packet) override;

private:
    enum class State : std::uint8_t { idle, waiting, asking, accepted, refused, gave_up };
    void answer(aaa::Answer answer);
    void reply() const;

    Scheduler& time_;
    aaa::Aaa& aaa_;
    Owner& owner_;
    std::shared_ptr<const AuthenticatorConfig> config_;
    Timer timer_;
    Pending question_;
    std::string name_;
    State state_ = State::idle;
    std::uint8_t id_ = 0;  ///< of the last request
};

/// Sends name and password until the peer answers.
class PapAuthenticatee final : public Authentication {
public:
    PapAuthenticatee(Scheduler& time, Owner& owner, AuthenticateeConfig config);
    void start() override;
    void receive(wire::ByteView packet) override;

private:
    enum class State : std::uint8_t { idle, requesting, finished };
    void send_request();
    void finish(AuthOutcome outcome);

    Scheduler& time_;
    Owner& owner_;
    AuthenticateeConfig config_;
    Timer timer_;
    State state_ = State::idle;
    int sent_ = 0;
    std::uint8_t id_ = 0;  ///< of the last request
};

}  // namespace ppp
