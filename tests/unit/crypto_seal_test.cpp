// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "crypto/nt_hash.hpp"
#include "crypto/seal.hpp"
#include "support/hex.hpp"

using namespace ppp;
using namespace ppp::crypto;
using namespace ppp::test;

namespace {

SealKey key_from(std::uint8_t first) {
    SealKey key;
    for (auto& octet : key) octet = first++;
    return key;
}

const wire::Bytes kAssociated = "50515253c0c1c2c3c4c5c6c7"_hex;

}  // namespace

TEST_CASE("sealing is AEAD_CHACHA20_POLY1305: the example of RFC 8439 section 2.8.2") {
    const std::string_view clear =
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
        "sunscreen "
        "would be it.";
    SealNonce nonce{0x07, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47};
    const auto sealed = seal(key_from(0x80), nonce, kAssociated, wire::octets(clear));
    CHECK(sealed ==
          "070000004041424344454647"
          "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
          "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
          "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
          "3ff4def08e4b7a9de576d26586cec64b6116"
          "1ae10b594f09e26a7e902ecbd0600691"_hex);
    const auto opened = unseal(key_from(0x80), kAssociated, sealed);
    REQUIRE(opened);
    CHECK(*opened == wire::Bytes(clear.begin(), clear.end()));
}

TEST_CASE("a seal opens for nobody who has another key, says another place, or changed one bit") {
    const auto clear = "00ff10"_hex;
    const auto sealed = seal(key_from(1), SealNonce{9}, kAssociated, clear);
    CHECK(sealed.size() == clear.size() + kSealOverhead);
    CHECK(unseal(key_from(1), kAssociated, sealed) == clear);
    CHECK_FALSE(unseal(key_from(2), kAssociated, sealed));
    CHECK_FALSE(unseal(key_from(1), {}, sealed));
    for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
        REQUIRE_FALSE(unseal(key_from(1), kAssociated, changed));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        REQUIRE_FALSE(unseal(key_from(1), kAssociated, wire::ByteView(sealed).first(size)));
    CHECK(unseal(key_from(1), {}, seal(key_from(1), SealNonce{}, {}, {})) == wire::Bytes{});
}

TEST_CASE("an NT hash is read from 32 digits of either case and written in upper case") {
    // RFC 2759 section 9.2: the password "clientPass".
    const auto hash = NtHash::of(Secret("clientPass"));
    CHECK(hash.hex().reveal() == "44EBBA8D5312B8D611474411F56989AE");
    CHECK(NtHash::parse("44ebba8d5312b8d611474411f56989ae") == hash);
    CHECK_FALSE(NtHash::of(Secret("clientpass")) == hash);
    for (const auto* wrong : {"", "44EBBA8D5312B8D611474411F56989A", "44EBBA8D5312B8D611474411F56989AEE",
                              "44EBBA8D5312B8D611474411F56989AG", "0x44EBBA8D5312B8D611474411F56989"})
        CHECK_FALSE(NtHash::parse(wrong));
}
