// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The published vectors of every digest, and DES.
#include <doctest/doctest.h>
#include <string>
#include "crypto/digest.hpp"
#include "support/hex.hpp"

using namespace ppp;
using namespace ppp::test::literals;
using test::from_hex;
using test::hex;
using wire::octets;

namespace {
const std::string kAlphabet = "abcdefghijklmnopqrstuvwxyz";
const std::string kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const std::string kEighty =
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890";

template <std::size_t N>
crypto::Octets<N> key_of(std::string_view text) {
    crypto::Octets<N> out{};
    const auto octets = from_hex(text);
    REQUIRE(octets.size() == N);
    std::ranges::copy(octets, out.begin());
    return out;
}
}  // namespace

TEST_CASE("MD4 gives the digests of RFC 1320 appendix A.5") {
    auto md4 = [](std::string_view text) { return hex(crypto::md4({octets(text)})); };
    auto is = [](std::string_view digits) { return hex(from_hex(digits)); };
    CHECK(md4("") == is("31d6cfe0d16ae931b73c59d7e0c089c0"));
    CHECK(md4("a") == is("bde52cb31de33e46245e05fbdbd6fb24"));
    CHECK(md4("abc") == is("a448017aaf21d8525fc10ae87aa6729d"));
    CHECK(md4("message digest") == is("d9130a8164549fe818874806e1c7014b"));
    CHECK(md4(kAlphabet) == is("d79e1c308aa5bbcdeea8ed63df412da9"));
    CHECK(md4(kAlphanumeric) == is("043f8582f241db351ce627e153e7f0e4"));
    CHECK(md4(kEighty) == is("e33b4ddc9c38f2199c3e7b164fcc0536"));
}

TEST_CASE("MD5 gives the digests of RFC 1321 appendix A.5") {
    auto md5 = [](std::string_view text) { return hex(crypto::md5({octets(text)})); };
    auto is = [](std::string_view digits) { return hex(from_hex(digits)); };
    CHECK(md5("") == is("d41d8cd98f00b204e9800998ecf8427e"));
    CHECK(md5("a") == is("0cc175b9c0f1b6a831c399e269772661"));
    CHECK(md5("abc") == is("900150983cd24fb0d6963f7d28e17f72"));
    CHECK(md5("message digest") == is("f96b697d7cb7938d525a2f31aaf161d0"));
    CHECK(md5(kAlphabet) == is("c3fcd3d76192e4007dfb496cca67e13b"));
    CHECK(md5(kAlphanumeric) == is("d174ab98d277d9f5a5611c2c9f419d9f"));
    CHECK(md5(kEighty) == is("57edf4a22be3c955ac49da2e2107b67a"));
}

TEST_CASE("SHA-1 gives the digests of RFC 3174 section 7.3") {
    auto sha1 = [](std::string_view text) { return hex(crypto::sha1({octets(text)})); };
    auto is = [](std::string_view digits) { return hex(from_hex(digits)); };
    CHECK(sha1("abc") == is("a9993e364706816aba3e25717850c26c9cd0d89d"));
    CHECK(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          is("84983e441c3bd26ebaae4aa1f95129e5e54670f1"));
    CHECK(sha1(std::string(1'000'000, 'a')) == is("34aa973cd4c4daa4f61eeb2bdbad27316534016f"));
    std::string repeated;
    for (int i = 0; i < 80; ++i) repeated += "01234567";
    CHECK(sha1(repeated) == is("dea356a2cddd90c7a7ecedc5ebb563934f460452"));
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
    CHECK(hex(crypto::sha256({octets("abc")})) ==
          hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"_hex));
    CHECK(hex(crypto::sha256({})) ==
          hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"_hex));
}

TEST_CASE("keyed digests give the values of RFC 2202 and RFC 4231") {
    const wire::Bytes key16(16, 0x0b);
    const wire::Bytes key20(20, 0x0b);
    const wire::Bytes long_key(131, 0xaa);
    CHECK(hex(crypto::hmac_md5(key16, {octets("Hi There")})) == hex("9294727a3638bb1c13f48ef8158bfc9d"_hex));
    CHECK(hex(crypto::hmac_md5(octets("Jefe"), {octets("what do ya want "), octets("for nothing?")})) ==
          hex("750c783e6ab0b503eaa86e310a5db738"_hex));
    CHECK(hex(crypto::hmac_sha256(key20, {octets("Hi There")})) ==
          hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"_hex));
    CHECK(hex(crypto::hmac_sha256(long_key,
                                  {octets("Test Using Larger Than Block-Size Key - Hash Key First")})) ==
          hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"_hex));
}

TEST_CASE("digesting parts is digesting their concatenation") {
    CHECK(crypto::md5({octets("mess"), octets(""), octets("age digest")}) ==
          crypto::md5({octets("message digest")}));
}

TEST_CASE("DES keys get odd parity as in RFC 2759 section 9.3") {
    CHECK(hex(crypto::des_parity_key(key_of<7>("FC 15 6A F7 ED CD 6C"))) ==
          hex("fd 0b 5b 5e 7f 6e 34 d9"_hex));
    CHECK(hex(crypto::des_parity_key(key_of<7>("0E DD E3 33 7D 42 7F"))) ==
          hex("0e 6e 79 67 37 ea 08 fe"_hex));
}

TEST_CASE("DES works with a weak key too") {
    // The all-zero key is weak; a password's hash may end in it, since its last block has five fixed zeros.
    CHECK(hex(crypto::des_block(key_of<8>("00 00 00 00 00 00 00 00"), key_of<7>("00 00 00 00 00 00 00"))) ==
          hex("8c a6 4d e9 c1 b1 23 a7"_hex));
}

TEST_CASE("equal compares length and every octet") {
    const auto a = "01 02 03"_hex;
    CHECK(crypto::equal(a, "01 02 03"_hex));
    CHECK_FALSE(crypto::equal(a, "01 02"_hex));
    CHECK_FALSE(crypto::equal(a, "81 02 03"_hex));
    CHECK_FALSE(crypto::equal(a, "01 02 02"_hex));
    CHECK(crypto::equal({}, {}));
}
