// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MS-CHAP and MPPE keys against the RFCs' own numbers.
#include <doctest/doctest.h>
#include "crypto/mppe_keys.hpp"
#include "support/hex.hpp"

using namespace ppp;
using namespace ppp::crypto;
using namespace ppp::test::literals;
using test::from_hex;
using test::hex;

namespace {

template <std::size_t N>
Octets<N> of(std::string_view text) {
    Octets<N> out{};
    const auto octets = from_hex(text);
    REQUIRE(octets.size() == N);
    std::ranges::copy(octets, out.begin());
    return out;
}

// RFC 2759 section 9.2; RFC 3079 section 3.5 goes on with the same exchange.
struct Exchange {
    std::string_view user = "User", password = "clientPass";
    MsChap2Challenge authenticator = of<16>("5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28");
    MsChap2Challenge peer = of<16>("21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E");
    NtResponse response = of<24>("82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF");
    PasswordHash hash = of<16>("44 EB BA 8D 53 12 B8 D6 11 47 44 11 F5 69 89 AE");
    PasswordHash hash_hash = of<16>("41 C0 0C 58 4B D2 D9 1C 40 17 A2 A1 2F A5 9F 3F");
    Octets<16> master_key = of<16>("FD EC E3 71 7A 8C 83 8C B3 88 E5 27 AE 3C DD 31");
    Octets<20> authenticator_response = of<20>("40 7A 55 89 11 5F D0 D6 20 9F 51 0F E9 C0 45 66 93 2C DA 56");
};

}  // namespace

TEST_CASE("MS-CHAPv2 gives the values of RFC 2759 section 9.2") {
    const Exchange x;
    CHECK(hex(challenge_hash(x.peer, x.authenticator, x.user)) == hex("D0 2E 43 86 BC E9 12 26"_hex));
    CHECK(hex(nt_password_hash(x.password)) == hex(x.hash));
    CHECK(hex(hash_nt_password_hash(x.hash)) == hex(x.hash_hash));
    CHECK(hex(generate_nt_response(x.authenticator, x.peer, x.user, x.hash)) == hex(x.response));
    CHECK(hex(generate_authenticator_response(x.hash, x.response, x.peer, x.authenticator, x.user)) ==
          hex(x.authenticator_response));
}

TEST_CASE("an authenticator response is accepted only when all of it is right") {
    const Exchange x;
    CHECK(check_authenticator_response(x.hash, x.response, x.peer, x.authenticator, x.user,
                                       x.authenticator_response));
    for (std::size_t i = 0; i < 20; ++i) {
        auto wrong = x.authenticator_response;
        wrong[i] ^= 1;
        CHECK_FALSE(check_authenticator_response(x.hash, x.response, x.peer, x.authenticator, x.user, wrong));
    }
}

TEST_CASE("a domain in front of the name does not count in the MS-CHAPv2 hash") {
    const Exchange x;
    const auto plain = challenge_hash(x.peer, x.authenticator, "User");
    CHECK(challenge_hash(x.peer, x.authenticator, "BIGCO\\User") == plain);
    CHECK(challenge_hash(x.peer, x.authenticator, "user") != plain);
    CHECK(challenge_hash(x.peer, x.authenticator, "User\\") == challenge_hash(x.peer, x.authenticator, ""));
}

TEST_CASE("MS-CHAPv1 gives the NT response of RFC 2433 appendix B") {
    const auto hash = nt_password_hash("MyPw");
    CHECK(hex(hash) == hex("FC 15 6A F7 ED CD 6C 0E DD E3 33 7D 42 7F 4E AC"_hex));
    CHECK(hex(challenge_response(of<8>("10 2D B5 DF 08 5D 30 41"), hash)) ==
          hex("4E 9D 3C 8F 9C FD 38 5D 5B F4 D3 24 67 91 95 6C A4 C3 51 AB 40 9A 3D 61"_hex));
}

TEST_CASE("a password is hashed as UTF-16LE") {
    auto utf16 = [](std::string_view digits) { return hex(md4({from_hex(digits)})); };
    CHECK(hex(nt_password_hash("")) == hex("31d6cfe0d16ae931b73c59d7e0c089c0"_hex));
    CHECK(hex(nt_password_hash("p\xc3\xa4ss")) == utf16("70 00 e4 00 73 00 73 00"));
    CHECK(hex(nt_password_hash("\xe2\x82\xac")) == utf16("ac 20"));
    CHECK(hex(nt_password_hash("\xf0\x9f\x94\x91")) == utf16("3d d8 11 dd"));
}

TEST_CASE("octets that are no UTF-8 are taken as ISO 8859-1") {
    auto utf16 = [](std::string_view digits) { return hex(md4({from_hex(digits)})); };
    CHECK(hex(nt_password_hash("p\xe4ss")) == utf16("70 00 e4 00 73 00 73 00"));
    CHECK(hex(nt_password_hash("\xc3")) == utf16("c3 00"));
    CHECK(hex(nt_password_hash("\xc0\xaf")) == utf16("c0 00 af 00"));                      // overlong
    CHECK(hex(nt_password_hash("\xed\xa0\x80")) == utf16("ed 00 a0 00 80 00"));            // a surrogate
    CHECK(hex(nt_password_hash("\xf4\x90\x80\x80")) == utf16("f4 00 90 00 80 00 80 00"));  // past U+10FFFF
}

TEST_CASE("MPPE keys are those of RFC 3079 section 3.5") {
    const Exchange x;
    const auto master = get_master_key(x.hash_hash, x.response);
    CHECK(hex(master) == hex(x.master_key));
    const auto send = get_asymmetric_start_key(master, MppeEnd::server, MppeDirection::send);
    CHECK(hex(send) == hex("8B 7C DC 14 9B 99 3A 1B A1 18 CB 15 3F 56 DC CB"_hex));

    const wire::ByteView half = wire::ByteView(send).first(8);
    CHECK(hex(session_key(half, half, MppeStrength::bits40)) == hex("D1 26 9E C4 9F A6 2E 3E"_hex));
    CHECK(hex(session_key(half, half, MppeStrength::bits56)) == hex("D1 5C 00 C4 9F A6 2E 3E"_hex));
    CHECK(hex(session_key(send, send, MppeStrength::bits128)) ==
          hex("40 5C B2 24 7A 79 56 E6 E2 11 00 7A E2 7B 22 D4"_hex));
}

TEST_CASE("MPPE keys after MS-CHAPv1 are those of RFC 3079 section 2.5") {
    const Exchange x;
    const auto start = get_start_key(of<8>("10 2D B5 DF 08 5D 30 41"), x.hash_hash);
    CHECK(hex(start) == hex("A8 94 78 50 CF C0 AC C1 D1 78 9F B6 2D DC DD B0"_hex));
    CHECK(hex(session_key(start, start, MppeStrength::bits128)) ==
          hex("59 D1 59 BC 09 F7 6F 1D A2 A8 6A 28 FF EC 0B 1E"_hex));
    const auto keys = mschap1_start_keys(x.hash_hash, of<8>("10 2D B5 DF 08 5D 30 41"));
    CHECK(keys.send == start);
    CHECK(keys.receive == start);
}

TEST_CASE("what one end sends with the other end receives with") {
    const Exchange x;
    const auto client = mschap2_start_keys(x.hash_hash, x.response, MppeEnd::client);
    const auto server = mschap2_start_keys(x.hash_hash, x.response, MppeEnd::server);
    CHECK(client.send == server.receive);
    CHECK(client.receive == server.send);
    CHECK(client.send != client.receive);
}
