// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Choosing the protocol, and the sentences both share.
#include "ppp/auth.hpp"
#include "base/quoted.hpp"
#include "ppp/auth_text.hpp"
#include "ppp/chap.hpp"
#include "ppp/pap.hpp"

namespace ppp {

AuthFailure not_granted(const aaa::Answer& answer) {
    if (const auto* refusal = std::get_if<aaa::Refusal>(&answer))
        return {AuthEnd::refused, refusal->sentence};
    if (const auto* error = std::get_if<Error>(&answer)) return {AuthEnd::unavailable, error->what};
    return {AuthEnd::unavailable, "the answer gave no proof for the peer"};
}

AuthFailure refused_by_peer(std::string_view user, std::string_view why) {
    return {AuthEnd::refused,
            "the peer refused " + quoted(user) + (why.empty() ? "" : ": " + quoted(why, 160))};
}

std::unique_ptr<Authentication> make_authenticator(AuthMethod method, Scheduler& time, Rng& rng,
                                                   aaa::Aaa& aaa, Authentication::Owner& owner,
                                                   std::shared_ptr<const AuthenticatorConfig> config) {
    if (method == AuthMethod::pap)
        return std::make_unique<PapAuthenticator>(time, aaa, owner, std::move(config));
    return std::make_unique<ChapAuthenticator>(method, time, rng, aaa, owner, std::move(config));
}

std::unique_ptr<Authentication> make_authenticatee(AuthMethod method, Scheduler& time, Rng& rng,
                                                   Authentication::Owner& owner, AuthenticateeConfig config) {
    if (method == AuthMethod::pap) return std::make_unique<PapAuthenticatee>(time, owner, std::move(config));
    return std::make_unique<ChapAuthenticatee>(method, time, rng, owner, std::move(config));
}

}  // namespace ppp
