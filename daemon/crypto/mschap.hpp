// SPDX-License-Identifier: GPL-2.0-or-later
/// @file MS-CHAPv1 (RFC 2433) and MS-CHAPv2 (RFC 2759) by the RFCs' own function names.
///
/// The LAN Manager response of MS-CHAPv1 is neither sent nor accepted: it gives the password away.
#pragma once
#include <string>
#include "crypto/digest.hpp"

namespace ppp::crypto {

using PasswordHash = Octets<16>;
using NtResponse = Octets<24>;
using MsChap1Challenge = Octets<8>;
using MsChap2Challenge = Octets<16>;

/// RFC 2759 section 8.3: MD4 of the password in UTF-16LE. @param password UTF-8; an octet that is no UTF-8 is
/// taken as ISO 8859-1, so that a password from an old file still has one meaning.
[[nodiscard]] PasswordHash nt_password_hash(std::string_view password);
/// RFC 2759 section 8.4.
[[nodiscard]] PasswordHash hash_nt_password_hash(const PasswordHash& hash);
/// RFC 2759 section 8.5 (and RFC 2433 appendix A): three DES blocks of the challenge.
[[nodiscard]] NtResponse challenge_response(const Octets<8>& challenge, const PasswordHash& hash);
/// RFC 2759 section 8.2. @param user as in the Response packet; a "DOMAIN\" in front is left out, as section
/// 4 demands.
[[nodiscard]] Octets<8> challenge_hash(const MsChap2Challenge& peer, const MsChap2Challenge& authenticator,
                                       std::string_view user);
/// RFC 2759 section 8.1, from the password's hash.
[[nodiscard]] NtResponse generate_nt_response(const MsChap2Challenge& authenticator,
                                              const MsChap2Challenge& peer, std::string_view user,
                                              const PasswordHash& hash);
/// RFC 2759 section 8.7, from the password's hash: the 20 octets that "S=" shows in hexadecimal.
[[nodiscard]] Octets<20> generate_authenticator_response(const PasswordHash& hash, const NtResponse& response,
                                                         const MsChap2Challenge& peer,
                                                         const MsChap2Challenge& authenticator,
                                                         std::string_view user);
/// RFC 2759 section 8.8, in constant time.
[[nodiscard]] bool check_authenticator_response(const PasswordHash& hash, const NtResponse& response,
                                                const MsChap2Challenge& peer,
                                                const MsChap2Challenge& authenticator, std::string_view user,
                                                const Octets<20>& received);

}  // namespace ppp::crypto
