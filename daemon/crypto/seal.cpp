// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/seal.hpp"
#include <nettle/chacha-poly1305.h>
#include <cstring>

namespace ppp::crypto {
namespace {

constexpr std::size_t kNonce = CHACHA_POLY1305_NONCE_SIZE;
constexpr std::size_t kTag = CHACHA_POLY1305_DIGEST_SIZE;
static_assert(kNonce + kTag == kSealOverhead && sizeof(SealKey) == CHACHA_POLY1305_KEY_SIZE);

/// Wiped: it holds the key.
struct Cipher {
    Cipher(const SealKey& key, const std::uint8_t* nonce, wire::ByteView associated) {
        ::chacha_poly1305_set_key(&context, key.data());
        ::chacha_poly1305_set_nonce(&context, nonce);
        if (!associated.empty()) ::chacha_poly1305_update(&context, associated.size(), associated.data());
    }
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;
    ~Cipher() { ::explicit_bzero(&context, sizeof context); }
    ::chacha_poly1305_ctx context{};
};

}  // namespace

wire::Bytes seal(const SealKey& key, const SealNonce& nonce, wire::ByteView associated,
                 wire::ByteView clear) {
    wire::Bytes out(kNonce + clear.size() + kTag);
    std::ranges::copy(nonce, out.begin());
    Cipher cipher(key, nonce.data(), associated);
    auto* text = out.data() + kNonce;
    if (!clear.empty()) ::chacha_poly1305_encrypt(&cipher.context, clear.size(), text, clear.data());
    ::chacha_poly1305_digest(&cipher.context, kTag, text + clear.size());
    return out;
}

std::optional<wire::Bytes> unseal(const SealKey& key, wire::ByteView associated, wire::ByteView sealed) {
    if (sealed.size() < kSealOverhead) return std::nullopt;
    const auto text = sealed.subspan(kNonce, sealed.size() - kSealOverhead);
    wire::Bytes clear(text.size());
    Cipher cipher(key, sealed.data(), associated);
    if (!text.empty()) ::chacha_poly1305_decrypt(&cipher.context, text.size(), clear.data(), text.data());
    Octets<kTag> tag{};
    ::chacha_poly1305_digest(&cipher.context, tag.size(), tag.data());
    if (equal(tag, sealed.last(kTag))) return clear;
    // What a wrong key makes of it is nobody's business either.
    if (!clear.empty()) ::explicit_bzero(clear.data(), clear.size());
    return std::nullopt;
}

}  // namespace ppp::crypto
