// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MS-CHAPv1 and MS-CHAPv2, function by function as RFC 2759 section 8 writes them.
#include "crypto/mschap.hpp"
#include <cstring>
#include "base/utf8.hpp"

namespace ppp::crypto {
namespace {

constexpr std::string_view kSigningMagic = "Magic server to client signing constant";
constexpr std::string_view kPaddingMagic = "Pad to make it do more than one iteration";

}  // namespace

PasswordHash nt_password_hash(std::string_view password) {
    // Each octet makes at most one UTF-16 unit, so this never grows and leaves no copies of a password
    // behind.
    wire::Bytes utf16;
    utf16.reserve(2 * password.size());
    auto put = [&utf16](char32_t unit) {
        utf16.push_back(static_cast<std::uint8_t>(unit));
        utf16.push_back(static_cast<std::uint8_t>(unit >> 8));
    };
    while (!password.empty()) {
        // An octet that begins no character is taken as ISO 8859-1.
        const auto [c, octets, valid] = first_character(password);
        password.remove_prefix(octets);
        if (c < 0x10000) {
            put(c);
        } else {
            put(0xd800 + (c - 0x10000) / 0x400);
            put(0xdc00 + (c - 0x10000) % 0x400);
        }
    }
    const auto hash = md4({utf16});
    if (!utf16.empty()) ::explicit_bzero(utf16.data(), utf16.size());
    return hash;
}

PasswordHash hash_nt_password_hash(const PasswordHash& hash) { return md4({hash}); }

NtResponse challenge_response(const Octets<8>& challenge, const PasswordHash& hash) {
    Octets<21> padded{};
    std::ranges::copy(hash, padded.begin());
    NtResponse out;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto block = des_block(challenge, std::span<const std::uint8_t, 7>(padded.data() + 7 * i, 7));
        std::ranges::copy(block, out.begin() + static_cast<std::ptrdiff_t>(8 * i));
    }
    return out;
}

Octets<8> challenge_hash(const MsChap2Challenge& peer, const MsChap2Challenge& authenticator,
                         std::string_view user) {
    // npos + 1 is 0: without a domain the whole name counts.
    user.remove_prefix(user.find_last_of('\\') + 1);
    const auto digest = sha1({peer, authenticator, wire::octets(user)});
    Octets<8> out;
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

NtResponse generate_nt_response(const MsChap2Challenge& authenticator, const MsChap2Challenge& peer,
                                std::string_view user, const PasswordHash& hash) {
    return challenge_response(challenge_hash(peer, authenticator, user), hash);
}

Octets<20> generate_authenticator_response(const PasswordHash& hash, const NtResponse& response,
                                           const MsChap2Challenge& peer,
                                           const MsChap2Challenge& authenticator, std::string_view user) {
    const auto hash_hash = hash_nt_password_hash(hash);
    const auto inner = sha1({hash_hash, response, wire::octets(kSigningMagic)});
    return sha1({inner, challenge_hash(peer, authenticator, user), wire::octets(kPaddingMagic)});
}

bool check_authenticator_response(const PasswordHash& hash, const NtResponse& response,
                                  const MsChap2Challenge& peer, const MsChap2Challenge& authenticator,
                                  std::string_view user, const Octets<20>& received) {
    return equal(generate_authenticator_response(hash, response, peer, authenticator, user), received);
}

}  // namespace ppp::crypto
