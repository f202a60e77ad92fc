// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LCP configuration options (RFC 1661 section 6, RFC 1662 section 7): octets <-> values.
#pragma once
#include <optional>
#include <variant>
#include "wire/tlv.hpp"

namespace ppp::wire::lcp {

struct Mru {
    std::uint16_t octets;
    friend bool operator==(const Mru&, const Mru&) = default;
};  ///< type 1
struct AsyncMap {
    std::uint32_t accm;
    friend bool operator==(const AsyncMap&, const AsyncMap&) = default;
};  ///< type 2
/// Type 3. `algorithm` only for CHAP: 5 = MD5, 0x81 = MS-CHAPv2 (RFC 2759 section 3).
struct AuthProtocol {
    std::uint16_t protocol;
    std::optional<std::uint8_t> algorithm;
    friend bool operator==(const AuthProtocol&, const AuthProtocol&) = default;
};
struct MagicNumber {
    std::uint32_t value;
    friend bool operator==(const MagicNumber&, const MagicNumber&) = default;
};  ///< type 5
struct ProtocolFieldCompression {
    friend bool operator==(const ProtocolFieldCompression&, const ProtocolFieldCompression&) = default;
};
struct AddressControlCompression {
    friend bool operator==(const AddressControlCompression&, const AddressControlCompression&) = default;
};

using Option = std::variant<Mru, AsyncMap, AuthProtocol, MagicNumber, ProtocolFieldCompression,
                            AddressControlCompression>;

/// @return nullopt for an unknown type or an impossible length; the peer then gets a Configure-Reject.
[[nodiscard]] std::optional<Option> decode(const Tlv& tlv);
void encode(Writer& out, const Option& option);

}  // namespace ppp::wire::lcp
