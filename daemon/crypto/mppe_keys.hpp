// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MPPE session keys from MS-CHAP credentials (RFC 3079).
#pragma once
#include "crypto/mschap.hpp"

namespace ppp::crypto {

/// Which half of a session a key is for (RFC 3079 section 3.3).
enum class MppeEnd : std::uint8_t { client, server };
enum class MppeDirection : std::uint8_t { send, receive };
enum class MppeStrength : std::uint8_t { bits40, bits56, bits128 };

/// The keys Linux wants: start keys of full length, which its MPPE code cuts and re-keys itself.
struct MppeStartKeys {
    Octets<16> send, receive;
    bool operator==(const MppeStartKeys&) const = default;
};

/// MS-CHAPv2: GetMasterKey of RFC 3079 section 3.4.
[[nodiscard]] Octets<16> get_master_key(const PasswordHash& hash_hash, const NtResponse& response);
/// MS-CHAPv2: GetAsymmetricStartKey of RFC 3079 section 3.4, all 16 octets; 40- and 56-bit keys use the
/// first 8.
[[nodiscard]] Octets<16> get_asymmetric_start_key(const Octets<16>& master_key, MppeEnd end,
                                                  MppeDirection direction);
/// MS-CHAPv1: Get_Start_Key of RFC 3079 section 2.4. Both directions start with the same key.
[[nodiscard]] Octets<16> get_start_key(const MsChap1Challenge& challenge, const PasswordHash& hash_hash);
/// GetNewKeyFromSHA of RFC 3079 section 2.4, then the fixed first octets that make a 40- or 56-bit key.
/// @return 8 octets for 40 and 56 bits, else 16.
[[nodiscard]] wire::Bytes session_key(wire::ByteView start_key, wire::ByteView current_key,
                                      MppeStrength strength);

/// Both start keys of one end, MS-CHAPv2.
[[nodiscard]] MppeStartKeys mschap2_start_keys(const PasswordHash& hash_hash, const NtResponse& response,
                                               MppeEnd end);
/// Both start keys, MS-CHAPv1; for 128 bits only, because the weaker ones need the LAN Manager hash.
[[nodiscard]] MppeStartKeys mschap1_start_keys(const PasswordHash& hash_hash,
                                               const MsChap1Challenge& challenge);

}  // namespace ppp::crypto
