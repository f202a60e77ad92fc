// SPDX-License-Identifier: GPL-2.0-or-later
/// @file NtHash: the NT hash of a password where it is kept; it cannot be printed and is wiped.
#pragma once
#include <cstring>
#include <optional>
#include <string_view>
#include "base/secret.hpp"
#include "crypto/mschap.hpp"

namespace ppp::crypto {

/// To MS-CHAP it is as good as the password itself.
class NtHash {
public:
    NtHash(const PasswordHash& octets) : octets_(octets) {}  // NOLINT(google-explicit-constructor): one thing
    NtHash(const NtHash&) = default;
    NtHash(NtHash&&) = default;
    NtHash& operator=(const NtHash&) = default;
    NtHash& operator=(NtHash&&) = default;
    ~NtHash() { ::explicit_bzero(octets_.data(), octets_.size()); }

    /// @param password as nt_password_hash() takes it.
    [[nodiscard]] static NtHash of(const Secret& password) { return nt_password_hash(password.reveal()); }
    /// 32 hexadecimal digits, as smbpasswd(5) writes them.
    [[nodiscard]] static std::optional<NtHash> parse(std::string_view hex);
    /// What parse() reads.
    [[nodiscard]] Secret hex() const;
    /// For the functions of RFC 2759. Never log, store or format it.
    [[nodiscard]] const PasswordHash& reveal() const { return octets_; }
    /// In constant time.
    friend bool operator==(const NtHash& a, const NtHash& b) { return equal(a.octets_, b.octets_); }

private:
    PasswordHash octets_;
};

}  // namespace ppp::crypto
