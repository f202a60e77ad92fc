// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Authentication as the link sees it: two roles, one shape for PAP, CHAP-MD5, MS-CHAPv1 and MS-CHAPv2.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include "aaa/aaa.hpp"
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "crypto/nt_hash.hpp"
#include "wire/auth_method.hpp"
#include "wire/auth_packets.hpp"

namespace ppp {

struct AuthSuccess {
    std::string name;  ///< the peer's name when we are the authenticator, ours when we are the authenticatee
    aaa::Grant grant;  ///< the authenticatee's has only `mppe` set
};
enum class AuthEnd : std::uint8_t {
    refused,          ///< name or password were not accepted, by us or by the peer
    timeout,          ///< the peer never answered
    peer_not_proven,  ///< MS-CHAPv2: the peer accepts us but could not prove that it knows the password
    unavailable,      ///< the Aaa could not decide
};
struct AuthFailure {
    AuthEnd end;
    std::string sentence;  ///< for the operator; names the user, never contains a secret
};
using AuthOutcome = std::variant<AuthSuccess, AuthFailure>;

/// One authentication exchange in one direction. Created when LCP opens; destroying it cancels its timer and
/// withdraws its question to the Aaa.
class Authentication {
public:
    /// Whoever holds the object; it must outlive it.
    class Owner {
    public:
        /// @param protocol wire::kPapProtocol or wire::kChapProtocol.
        virtual void auth_send(std::uint16_t protocol, wire::ByteView packet) = 0;
        /// Once per exchange, and again after each re-challenge. It is the last thing `from` does in a call:
        /// the owner may destroy `from` inside.
        virtual void auth_done(Authentication& from, AuthOutcome outcome) = 0;
        /// Authenticator only: the MAC address or call number the peer came from.
        [[nodiscard]] virtual std::string auth_calling_station() const = 0;

    protected:
        ~Owner() = default;
    };

    virtual ~Authentication() = default;
    /// Begins the exchange: a Challenge or Authenticate-Request goes out, or a deadline starts to run.
    virtual void start() = 0;
    /// In place of start(): the exchange has succeeded in another process. What may still come is answered.
    virtual void resume() {}
    /// Octets behind the protocol field. Codes of the other role are ignored, so a link that authenticates
    /// both ways gives every packet to both objects.
    virtual void receive(wire::ByteView packet) = 0;
    /// CHAP authenticator after success: demands the proof again. Elsewhere, or too early, it does nothing.
    virtual void rechallenge() {}
};

/// What the sessions of one server have in common.
struct AuthenticatorConfig {
    std::string our_name{};  ///< the Name field of our Challenges
    aaa::Service service = aaa::Service::any;
    std::string server{};                        ///< for aaa::Request
    Duration restart = std::chrono::seconds(3);  ///< between two transmissions
    int max_transmit = 10;  ///< Challenges sent in vain; PAP waits as long for the request
};
struct AuthenticateeConfig {
    std::string user;
    Secret password{};
    /// In place of the password where nothing else is known: serves MS-CHAP only.
    std::optional<crypto::NtHash> hash{};
    Duration restart = std::chrono::seconds(3);
    int max_transmit = 10;
};

/// We demand proof of the peer.
[[nodiscard]] std::unique_ptr<Authentication> make_authenticator(
    AuthMethod method, Scheduler& time, Rng& rng, aaa::Aaa& aaa, Authentication::Owner& owner,
    std::shared_ptr<const AuthenticatorConfig> config);
/// We prove ourselves.
[[nodiscard]] std::unique_ptr<Authentication> make_authenticatee(AuthMethod method, Scheduler& time, Rng& rng,
                                                                 Authentication::Owner& owner,
                                                                 AuthenticateeConfig config);

}  // namespace ppp
