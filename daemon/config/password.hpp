// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Password: a password of the configuration, and in which form secrets.json keeps it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include "base/secret.hpp"
#include "crypto/nt_hash.hpp"
#include "wire/auth_method.hpp"

namespace ppp::config {

enum class PasswordStorage : std::uint8_t {
    plain,    ///< the password itself
    nt_hash,  ///< its NT hash, from which it cannot be had back
    sealed,   ///< encrypted under the key of the daemon (config/vault.hpp)
};
/// "plain", "nt-hash", "sealed"
[[nodiscard]] std::string_view storage_name(PasswordStorage storage);
[[nodiscard]] std::optional<PasswordStorage> parse_storage(std::string_view text);

/// What is known of a password is its text, its hash, or nothing as long as its seal is closed ("locked").
class Password {
public:
    Password() = default;  // the empty one
    // NOLINTNEXTLINE(google-explicit-constructor): a password as people give it
    Password(Secret text) : known_(std::move(text)) {}
    [[nodiscard]] static Password hashed(crypto::NtHash hash);
    /// One that open() makes readable. @param seal base64, as the file has it.
    [[nodiscard]] static Password locked_by(std::string seal);

    [[nodiscard]] PasswordStorage storage() const { return storage_; }
    /// nullptr when only the hash is known, or nothing.
    [[nodiscard]] const Secret* text() const { return std::get_if<Secret>(&known_); }
    /// nullptr when the text is known, or nothing.
    [[nodiscard]] const crypto::NtHash* hash() const { return std::get_if<crypto::NtHash>(&known_); }
    [[nodiscard]] bool locked() const { return std::holds_alternative<Locked>(known_); }
    /// The text, or "" when it is not known. Never log, store or format it.
    [[nodiscard]] std::string_view reveal() const { return text() ? text()->reveal() : std::string_view{}; }
    /// Whether it is known to be the empty password.
    [[nodiscard]] bool empty() const;
    /// What secrets.json has for a sealed one; "" until seal_as().
    [[nodiscard]] const std::string& seal() const { return seal_; }

    /// Another password, to be kept as this one was.
    void give(Secret text);
    /// The other form is in force after settle().
    void keep_as(PasswordStorage storage) { storage_ = storage; }
    /// Brings the form about, but for the seal. @return why that cannot be, or "".
    [[nodiscard]] std::string_view settle();
    void seal_as(std::string seal) { seal_ = std::move(seal); }
    /// A locked one is locked no longer.
    void open(Secret text) { known_ = std::move(text); }

    /// Whether both are the same password, in whatever forms.
    [[nodiscard]] bool same_as(const Password& other) const;
    /// How we can prove ourselves with it, and how we can judge a peer by it. Nothing while it is locked.
    [[nodiscard]] AuthMethods proves() const;
    [[nodiscard]] AuthMethods judges() const;

    /// Equal in form too; texts and hashes in constant time.
    friend bool operator==(const Password&, const Password&) = default;

private:
    struct Locked {
        friend bool operator==(const Locked&, const Locked&) = default;
    };
    std::variant<Secret, crypto::NtHash, Locked> known_;
    std::string seal_;
    PasswordStorage storage_ = PasswordStorage::plain;
};

}  // namespace ppp::config
