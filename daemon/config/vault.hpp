// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Vault: the key of the daemon, under which passwords are sealed for secrets.json.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/model.hpp"
#include "config/problem.hpp"
#include "crypto/seal.hpp"

namespace ppp::config {

/// The key is what systemd delivers as the credential "pppmanager.key" (LoadCredentialEncrypted= of
/// systemd.exec(5)). Its octets are digested, so a key file may have any form.
class Vault {
public:
    /// Where a password belongs: a seal moved to another object, or to another property, does not open.
    struct Place {
        std::string_view kind, name, property;
    };
    static constexpr std::size_t kLeastKey = 32;
    static constexpr std::size_t kLongestSeal = 1024;

    /// Without a key: everything stays locked.
    Vault() = default;
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;
    ~Vault();
    /// Takes the key of $CREDENTIALS_DIRECTORY, if there is one.
    /// @param directory nullptr or "" when systemd delivers no credentials.
    void load(const char* directory);
    /// @return false when it is too short.
    bool use_key(std::string_view octets);

    [[nodiscard]] bool has_key() const { return key_.has_value(); }
    /// Why there is no key, and how to make one.
    [[nodiscard]] const std::string& missing() const { return missing_; }

    /// @return base64 of a version, the nonce, the password filled up so that its length does not show, and
    ///         the tag. Errc::refused without a key.
    [[nodiscard]] Result<std::string> seal(const Place& place, const Secret& password) const;
    /// Errc::refused without the key; Errc::malformed when it is the wrong one or the seal was made for
    /// another place. The error completes "the password ...".
    [[nodiscard]] Result<Secret> open(const Place& place, std::string_view seal) const;
    /// Whether the text has the form of a seal.
    [[nodiscard]] static bool well_formed(std::string_view seal);

private:
    std::optional<crypto::SealKey> key_;
    std::string missing_ = no_key();
    mutable SystemRng rng_;

    static std::string no_key();
};

/// Opens every seal. @return what stays locked, a problem each.
[[nodiscard]] std::vector<Problem> open_all(Config& config, const Vault& vault);
/// Seals every password that shall be sealed and is not, or was under another name.
/// @param before its seals are kept where the password is the same.
/// @param vault nullptr is one without a key.
void seal_all(Config& config, const Config& before, const Vault* vault, Problems& problems);

}  // namespace ppp::config
