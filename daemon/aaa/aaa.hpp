// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Aaa: who may connect, with what, and who is told about it; local secrets or RADIUS stand behind it.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include "base/callback.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/mppe_keys.hpp"

namespace ppp::aaa {

/// What kind of line the peer came in on; `ppp` is a serial one, `other` one that is not served here (L2TP,
/// SSTP).
enum class Service : std::uint8_t { any, pppoe, pptp, ppp, other };
[[nodiscard]] std::string_view to_string(Service service);
/// The words of the configuration; "async" is another name of ppp, and what is not known is `other`.
[[nodiscard]] Service parse_service(std::string_view text);

struct PapProof {
    Secret password;
};
struct ChapMd5Proof {
    std::uint8_t id;
    std::array<std::uint8_t, 16> challenge;
    std::array<std::uint8_t, 16> response;
};
struct MsChap1Proof {
    crypto::MsChap1Challenge challenge;
    crypto::NtResponse nt_response;
};
struct MsChap2Proof {
    crypto::MsChap2Challenge authenticator_challenge, peer_challenge;
    crypto::NtResponse nt_response;
};
using Proof = std::variant<PapProof, ChapMd5Proof, MsChap1Proof, MsChap2Proof>;

struct Request {
    std::string user;  ///< as the peer wrote it; any octets
    Proof proof;
    std::string calling_station{};  ///< MAC address or call number, as the transport knows it
    Service service = Service::any;
    std::string server{};  ///< name of the server object that asks
};

/// What MPPE keys are made of once CCP wants them. The hashes are as good as the password to whoever reads
/// them: never log or store.
struct MsChap1Keying {
    crypto::PasswordHash hash_hash;
    crypto::MsChap1Challenge challenge;
};
struct MsChap2Keying {
    crypto::PasswordHash hash_hash;
    crypto::NtResponse nt_response;
};
/// monostate: the method gives no keys. MppeStartKeys: the keys came ready made (RFC 2548 section 2.4).
using MppeKeying = std::variant<std::monostate, MsChap1Keying, MsChap2Keying, crypto::MppeStartKeys>;
/// nullopt when there are no keys. @param end which half of the session we are.
[[nodiscard]] std::optional<crypto::MppeStartKeys> start_keys(const MppeKeying& keying, crypto::MppeEnd end);

/// An address, a range or the name of a pool, as configured.
struct AddressChoice {
    std::string text{};                   ///< empty: not set, the profile decides
    std::optional<std::uint32_t> ipv4{};  ///< host byte order; set when the text is one address
};

/// What the session is granted. Empty or absent means "the profile decides".
struct Grant {
    std::string profile{};  ///< empty: the server's default profile
    AddressChoice local_address{}, remote_address{};
    std::string rate_limit{};
    std::optional<std::chrono::seconds> session_timeout{}, idle_timeout{};
    std::string mschap2_success{};  ///< "S=..." for the Success packet; MS-CHAPv2 only
    MppeKeying mppe{};
};

enum class RefusalReason : std::uint8_t {
    unknown_user,
    wrong_password,
    disabled,
    wrong_service,
    wrong_caller,
    method_unusable,  ///< what is stored for this user cannot serve this method
};
[[nodiscard]] std::string_view to_string(RefusalReason reason);

struct Refusal {
    RefusalReason reason;
    std::string sentence;  ///< for the operator: names the object; the peer never sees it
};
using Answer = std::variant<Grant, Refusal, Error>;

enum class AccountingEvent : std::uint8_t { start, interim, stop };
/// Octets and packets as the session's own side counts them: `in` came from the peer.
struct Usage {
    std::uint64_t octets_in = 0, octets_out = 0, packets_in = 0, packets_out = 0;
    std::chrono::seconds elapsed{0};
};
struct AccountingRecord {
    AccountingEvent event;
    std::string session_id{}, user{}, calling_station{}, server{};
    std::optional<std::uint32_t> remote_ipv4{};  ///< host byte order
    Usage usage{};
    std::string end_reason{};  ///< stop only
};

/// The port.
class Aaa {
public:
    virtual ~Aaa() = default;
    /// `done` runs exactly once, from the loop, never from inside this call and never after the Pending is
    /// dropped.
    [[nodiscard]] virtual Pending authenticate(Request request, Callback<void(Answer)> done) = 0;
    /// Takes the record over; delivering it, repeating it and giving up are the implementation's business.
    virtual void account(AccountingRecord record) = 0;
};

}  // namespace ppp::aaa
