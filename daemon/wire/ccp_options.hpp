// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Options of CCP (RFC 1962): octets <-> values. Each names one method and says how its sender wants to
/// receive.
#pragma once
#include <optional>
#include <variant>
#include "wire/tlv.hpp"

namespace ppp::wire::ccp {

/// Type 18, Microsoft's (RFC 3078 section 2): the Supported Bits as one integer.
struct Mppe {
    static constexpr std::uint32_t kStateless = 0x01000000, kBits56 = 0x80, kBits128 = 0x40, kBits40 = 0x20,
                                   kObsolete = 0x10, kMppc = 0x01;
    std::uint32_t bits;
    friend bool operator==(const Mppe&, const Mppe&) = default;
};
/// Type 26 (RFC 1979), and type 24, which its drafts used and some peers still do.
struct Deflate {
    enum Kind : std::uint8_t { draft = 24, rfc1979 = 26 } kind;
    std::uint8_t window;  ///< 8 to 23: the binary logarithm of the window's size in octets
    std::uint8_t method;  ///< 8 is zlib; four bits
    std::uint8_t check;   ///< 0: sequence numbers; the octet as it is
    friend bool operator==(const Deflate&, const Deflate&) = default;
};
/// Type 21 (RFC 1977).
struct BsdCompress {
    std::uint8_t version;  ///< 1; three bits
    std::uint8_t bits;     ///< 9 to 15: the longest code; five bits
    friend bool operator==(const BsdCompress&, const BsdCompress&) = default;
};

using Option = std::variant<Mppe, Deflate, BsdCompress>;

/// @return nullopt for an unknown type or an impossible length; the peer then gets a Configure-Reject.
[[nodiscard]] std::optional<Option> decode(const Tlv& tlv);
/// encode(decode(x)) == x, octet for octet.
void encode(Writer& out, const Option& option);

}  // namespace ppp::wire::ccp
