// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LCP configuration options (RFC 1661 section 6, RFC 1662 section 7): octets <-> values.
#pragma once
#include <optional>
#include <variant>
#include "wire/auth_method.hpp"
#include "wire/tlv.hpp"

namespace ppp::wire::lcp {

/// Type 1: the longest packet (without protocol field) that its sender can receive.
struct Mru {
    std::uint16_t octets;
    friend bool operator==(const Mru&, const Mru&) = default;
};
/// Type 2: bit n set means that its sender wants control character n escaped.
struct AsyncMap {
    std::uint32_t accm;
    friend bool operator==(const AsyncMap&, const AsyncMap&) = default;
};
/// Type 3: how the *receiver* of this option shall prove itself.
struct AuthProtocol {
    std::uint16_t protocol = 0;             ///< 0xc023 PAP, 0xc223 CHAP, others as they come
    std::optional<std::uint8_t> algorithm;  ///< CHAP only: 5 MD5, 0x80 MS-CHAP, 0x81 MS-CHAPv2
    friend bool operator==(const AuthProtocol&, const AuthProtocol&) = default;
};
/// Type 5.
struct MagicNumber {
    std::uint32_t value;
    friend bool operator==(const MagicNumber&, const MagicNumber&) = default;
};
/// Type 7.
struct ProtocolFieldCompression {
    friend bool operator==(const ProtocolFieldCompression&, const ProtocolFieldCompression&) = default;
};
/// Type 8.
struct AddressControlCompression {
    friend bool operator==(const AddressControlCompression&, const AddressControlCompression&) = default;
};

using Option = std::variant<Mru, AsyncMap, AuthProtocol, MagicNumber, ProtocolFieldCompression,
                            AddressControlCompression>;

/// @return nullopt for an unknown type or an impossible length; the peer then gets a Configure-Reject.
[[nodiscard]] std::optional<Option> decode(const Tlv& tlv);
/// encode(decode(x)) == x, octet for octet.
void encode(Writer& out, const Option& option);

[[nodiscard]] AuthProtocol to_option(AuthMethod method);
/// @return nullopt for a protocol or algorithm that we do not speak.
[[nodiscard]] std::optional<AuthMethod> to_method(const AuthProtocol& option);

}  // namespace ppp::wire::lcp
