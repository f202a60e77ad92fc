// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The digests over nettle, which has MD4 and DES without any provider or policy in between.
#include "crypto/digest.hpp"
#include <nettle/des.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <cstring>

namespace ppp::crypto {
namespace {

template <std::size_t N, class Context>
Octets<N> digest(Parts parts, void (*init)(Context*),
                 void (*update)(Context*, std::size_t, const std::uint8_t*),
                 void (*finish)(Context*, std::size_t, std::uint8_t*)) {
    Context context{};
    init(&context);
    for (const auto part : parts)
        if (!part.empty()) update(&context, part.size(), part.data());
    Octets<N> out;
    finish(&context, out.size(), out.data());
    ::explicit_bzero(&context, sizeof context);
    return out;
}

template <std::size_t N, class Context>
Octets<N> keyed(wire::ByteView key, Parts parts, void (*set_key)(Context*, std::size_t, const std::uint8_t*),
                void (*update)(Context*, std::size_t, const std::uint8_t*),
                void (*finish)(Context*, std::size_t, std::uint8_t*)) {
    Context context{};
    set_key(&context, key.size(), key.data());
    for (const auto part : parts)
        if (!part.empty()) update(&context, part.size(), part.data());
    Octets<N> out;
    finish(&context, out.size(), out.data());
    ::explicit_bzero(&context, sizeof context);
    return out;
}

}  // namespace

Octets<16> md4(Parts parts) { return digest<16>(parts, ::md4_init, ::md4_update, ::md4_digest); }
Octets<16> md5(Parts parts) { return digest<16>(parts, ::md5_init, ::md5_update, ::md5_digest); }
Octets<20> sha1(Parts parts) { return digest<20>(parts, ::sha1_init, ::sha1_update, ::sha1_digest); }
Octets<32> sha256(Parts parts) { return digest<32>(parts, ::sha256_init, ::sha256_update, ::sha256_digest); }

Octets<16> hmac_md5(wire::ByteView key, Parts parts) {
    return keyed<16>(key, parts, ::hmac_md5_set_key, ::hmac_md5_update, ::hmac_md5_digest);
}
Octets<32> hmac_sha256(wire::ByteView key, Parts parts) {
    return keyed<32>(key, parts, ::hmac_sha256_set_key, ::hmac_sha256_update, ::hmac_sha256_digest);
}

Octets<8> des_parity_key(std::span<const std::uint8_t, 7> key) {
    std::uint64_t bits = 0;
    for (const auto o : key) bits = bits << 8 | o;
    Octets<8> out;
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>((bits >> (49 - 7 * i) & 0x7f) << 1);
    ::des_fix_parity(out.size(), out.data(), out.data());
    return out;
}

Octets<8> des_block(std::span<const std::uint8_t, 8> clear, std::span<const std::uint8_t, 7> key) {
    const auto full = des_parity_key(key);
    ::des_ctx context{};
    // Its result says "weak key"; the schedule is made all the same, and the protocol allows such keys.
    static_cast<void>(::des_set_key(&context, full.data()));
    Octets<8> out;
    ::des_encrypt(&context, out.size(), out.data(), clear.data());
    ::explicit_bzero(&context, sizeof context);
    return out;
}

bool equal(wire::ByteView a, wire::ByteView b) {
    return a.size() == b.size() && (a.empty() || ::memeql_sec(a.data(), b.data(), a.size()) != 0);
}

}  // namespace ppp::crypto
