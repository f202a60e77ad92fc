// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Sealing: octets that only the holder of a key can read or change, bound to where they belong.
#pragma once
#include <optional>
#include "crypto/digest.hpp"

namespace ppp::crypto {

using SealKey = Octets<32>;
using SealNonce = Octets<12>;
/// What a sealed text has more than the clear one: the nonce in front, the tag behind.
inline constexpr std::size_t kSealOverhead = 12 + 16;

/// AEAD_CHACHA20_POLY1305 (RFC 8439 section 2.8).
/// @param nonce never twice with one key: random ones suffice for 2^32 texts.
/// @param associated is protected but not contained: whoever opens it has to say the same.
/// @return nonce, ciphertext, tag.
[[nodiscard]] wire::Bytes seal(const SealKey& key, const SealNonce& nonce, wire::ByteView associated,
                               wire::ByteView clear);
/// @return the clear text, which the caller wipes; nullopt when the key or `associated` is another one or any
///         octet was changed.
[[nodiscard]] std::optional<wire::Bytes> unseal(const SealKey& key, wire::ByteView associated,
                                                wire::ByteView sealed);

}  // namespace ppp::crypto
