// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RFC 3079 sections 2 and 3.
#include "crypto/mppe_keys.hpp"

namespace ppp::crypto {
namespace {

constexpr std::string_view kMasterKeyMagic = "This is the MPPE Master Key";
constexpr std::string_view kClientSendsMagic =
    "On the client side, this is the send key; on the server side, it is the receive key.";
constexpr std::string_view kServerSendsMagic =
    "On the client side, this is the receive key; on the server side, it is the send key.";

template <std::uint8_t Octet>
constexpr Octets<40> pad() {
    Octets<40> out{};
    out.fill(Octet);
    return out;
}
constexpr auto kPad1 = pad<0x00>();
constexpr auto kPad2 = pad<0xf2>();

Octets<16> first16(const Octets<20>& digest) {
    Octets<16> out;
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

}  // namespace

Octets<16> get_master_key(const PasswordHash& hash_hash, const NtResponse& response) {
    return first16(sha1({hash_hash, response, wire::octets(kMasterKeyMagic)}));
}

Octets<16> get_asymmetric_start_key(const Octets<16>& master_key, MppeEnd end, MppeDirection direction) {
    const bool server_to_client = (end == MppeEnd::server) == (direction == MppeDirection::send);
    const auto magic = server_to_client ? kServerSendsMagic : kClientSendsMagic;
    return first16(sha1({master_key, kPad1, wire::octets(magic), kPad2}));
}

Octets<16> get_start_key(const MsChap1Challenge& challenge, const PasswordHash& hash_hash) {
    return first16(sha1({hash_hash, hash_hash, challenge}));
}

wire::Bytes session_key(wire::ByteView start_key, wire::ByteView current_key, MppeStrength strength) {
    const auto digest = sha1({start_key, kPad1, current_key, kPad2});
    const std::size_t length = strength == MppeStrength::bits128 ? 16 : 8;
    wire::Bytes key(digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(length));
    switch (strength) {
        case MppeStrength::bits40:
            key[0] = 0xd1;
            key[1] = 0x26;
            key[2] = 0x9e;
            break;
        case MppeStrength::bits56:
            key[0] = 0xd1;
            break;
        case MppeStrength::bits128:
            break;
    }
    return key;
}

MppeStartKeys mschap2_start_keys(const PasswordHash& hash_hash, const NtResponse& response, MppeEnd end) {
    const auto master = get_master_key(hash_hash, response);
    return {get_asymmetric_start_key(master, end, MppeDirection::send),
            get_asymmetric_start_key(master, end, MppeDirection::receive)};
}

MppeStartKeys mschap1_start_keys(const PasswordHash& hash_hash, const MsChap1Challenge& challenge) {
    const auto key = get_start_key(challenge, hash_hash);
    return {key, key};
}

}  // namespace ppp::crypto
