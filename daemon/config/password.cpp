// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/password.hpp"

namespace ppp::config {

std::string_view storage_name(PasswordStorage storage) {
    switch (storage) {
        case PasswordStorage::plain:
            return "plain";
        case PasswordStorage::nt_hash:
            return "nt-hash";
        case PasswordStorage::sealed:
            return "sealed";
    }
    return "";
}

std::optional<PasswordStorage> parse_storage(std::string_view text) {
    for (const auto s : {PasswordStorage::plain, PasswordStorage::nt_hash, PasswordStorage::sealed})
        if (text == storage_name(s)) return s;
    return std::nullopt;
}

Password Password::hashed(crypto::NtHash hash) {
    Password out;
    out.known_ = std::move(hash);
    out.storage_ = PasswordStorage::nt_hash;
    return out;
}

Password Password::locked_by(std::string seal) {
    Password out;
    out.known_ = Locked{};
    out.seal_ = std::move(seal);
    out.storage_ = PasswordStorage::sealed;
    return out;
}

bool Password::empty() const {
    if (const auto* known = hash()) return *known == crypto::NtHash::of(Secret());
    return text() != nullptr && text()->empty();
}

void Password::give(Secret text) {
    known_ = std::move(text);
    seal_.clear();
}

std::string_view Password::settle() {
    if (storage_ != PasswordStorage::sealed) seal_.clear();
    if (const auto* known = text()) {
        if (storage_ == PasswordStorage::nt_hash) known_ = crypto::NtHash::of(*known);
        return "";
    }
    if (hash())
        return storage_ == PasswordStorage::nt_hash
                   ? ""
                   : "is stored as an NT hash, and a hash cannot be turned back: give the password again";
    return storage_ == PasswordStorage::sealed
               ? ""
               : "is sealed, and the key that opens it is not there: give the password again";
}

bool Password::same_as(const Password& other) const {
    if (locked() || other.locked()) return locked() && other.locked() && seal_ == other.seal_;
    if (text() && other.text()) return *text() == *other.text();
    const auto hash_of = [](const Password& p) {
        return p.hash() ? *p.hash() : crypto::NtHash::of(*p.text());
    };
    return hash_of(*this) == hash_of(other);
}

AuthMethods Password::proves() const {
    AuthMethods out;
    if (locked()) return out;
    if (text()) return AuthMethods::all();
    out.add(AuthMethod::mschap2);
    out.add(AuthMethod::mschap1);
    return out;
}

AuthMethods Password::judges() const {
    auto out = proves();
    // What a peer sends by PAP can be hashed; what CHAP hashes with the challenge is the text.
    if (hash()) out.add(AuthMethod::pap);
    return out;
}

}  // namespace ppp::config
