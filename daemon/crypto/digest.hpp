// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Digests, keyed digests and the DES block that PPP's authentication methods are made of.
///
/// MD4, MD5, SHA-1 and DES are broken as such; they are here because RFC 1994, 2433, 2759 and 3079 say so.
#pragma once
#include <array>
#include <initializer_list>
#include "wire/bytes.hpp"

namespace ppp::crypto {

template <std::size_t N>
using Octets = std::array<std::uint8_t, N>;
/// What is digested: the concatenation of the parts, without copying them together.
using Parts = std::initializer_list<wire::ByteView>;

[[nodiscard]] Octets<16> md4(Parts parts);                              ///< RFC 1320
[[nodiscard]] Octets<16> md5(Parts parts);                              ///< RFC 1321
[[nodiscard]] Octets<20> sha1(Parts parts);                             ///< RFC 3174
[[nodiscard]] Octets<32> sha256(Parts parts);                           ///< FIPS 180-4
[[nodiscard]] Octets<16> hmac_md5(wire::ByteView key, Parts parts);     ///< RFC 2104
[[nodiscard]] Octets<32> hmac_sha256(wire::ByteView key, Parts parts);  ///< RFC 2104

/// Spreads 56 key bits over 8 octets, odd parity in each lowest bit (RFC 2759 section 8.6).
[[nodiscard]] Octets<8> des_parity_key(std::span<const std::uint8_t, 7> key);
/// One block of DES in ECB mode under a 56-bit key (DesEncrypt of RFC 2759 section 8.6).
[[nodiscard]] Octets<8> des_block(std::span<const std::uint8_t, 8> clear,
                                  std::span<const std::uint8_t, 7> key);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal(wire::ByteView a, wire::ByteView b);

}  // namespace ppp::crypto
