// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/vault.hpp"
#include <fcntl.h>
#include <nettle/base64.h>
#include <unistd.h>
#include <array>
#include <cstring>
#include "base/fd.hpp"
#include "config/property.hpp"

namespace ppp::config {
namespace {

constexpr const char* kKeyName = "pppmanager.key";
constexpr std::size_t kLongestKey = 65536;
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFill = 64;  // passwords up to 63 octets look alike
constexpr std::string_view kPurpose = "PPP Manager: sealed passwords, version 1";

/// Overwritten when it goes.
struct Wiped {
    wire::Bytes octets;
    ~Wiped() {
        if (!octets.empty()) ::explicit_bzero(octets.data(), octets.size());
    }
};

std::string cannot_read(const std::string& path) {
    const Result<> failed = fail_errno("the key " + path + " cannot be read");
    return failed.error().what;
}

wire::Bytes associated(const Vault::Place& place) {
    // No name has a NUL, so no two places give the same octets.
    wire::Bytes out;
    for (const auto part : {place.kind, place.name, place.property}) {
        out.insert(out.end(), part.begin(), part.end());
        out.push_back(0);
    }
    return out;
}

std::string to_base64(wire::ByteView octets) {
    std::string out(BASE64_ENCODE_RAW_LENGTH(octets.size()), '\0');
    ::base64_encode_raw(out.data(), octets.size(), octets.data());
    return out;
}

std::optional<wire::Bytes> from_base64(std::string_view text) {
    if (text.size() > Vault::kLongestSeal) return std::nullopt;
    ::base64_decode_ctx context{};
    ::base64_decode_init(&context);
    wire::Bytes out(BASE64_DECODE_LENGTH(text.size()));
    std::size_t length = out.size();
    if (::base64_decode_update(&context, &length, out.data(), text.size(), text.data()) == 0 ||
        ::base64_decode_final(&context) == 0)
        return std::nullopt;
    out.resize(length);
    // The decoder skips blanks and more; what we write has one spelling.
    return to_base64(out) == text ? std::optional(std::move(out)) : std::nullopt;
}

/// The version in front of what crypto::seal() made.
std::optional<wire::Bytes> decode(std::string_view seal) {
    auto octets = from_base64(seal);
    if (!octets || octets->size() < 1 + crypto::kSealOverhead + kFill || octets->front() != kVersion)
        return std::nullopt;
    if ((octets->size() - 1 - crypto::kSealOverhead) % kFill != 0) return std::nullopt;
    octets->erase(octets->begin());
    return octets;
}

}  // namespace

std::string Vault::no_key() {
    return "there is no key to seal passwords with; as root make one: mkdir -p -m 700 "
           "/etc/credstore.encrypted; "
           "head -c 32 /dev/urandom | systemd-creds encrypt --name=pppmanager.key - "
           "/etc/credstore.encrypted/pppmanager.key; then restart the service, whose unit has to say "
           "LoadCredentialEncrypted=pppmanager.key:/etc/credstore.encrypted/pppmanager.key";
}

Vault::~Vault() {
    if (key_) ::explicit_bzero(key_->data(), key_->size());
}

void Vault::load(const char* directory) {
    if (directory == nullptr || *directory == '\0') return;
    const auto path = std::string(directory) + "/" + kKeyName;
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        if (errno != ENOENT) missing_ = cannot_read(path);
        return;
    }
    Wiped file{wire::Bytes(kLongestKey)};
    std::size_t length = 0;
    for (ssize_t got = 1; got > 0 && length < file.octets.size(); length += static_cast<std::size_t>(got)) {
        got = ::read(fd.get(), file.octets.data() + length, file.octets.size() - length);
        if (got < 0) {
            missing_ = cannot_read(path);
            return;
        }
    }
    if (!use_key({reinterpret_cast<const char*>(file.octets.data()), length}))
        missing_ = "the key " + path + " is shorter than 32 octets; make another: " + no_key();
}

bool Vault::use_key(std::string_view octets) {
    if (octets.size() < kLeastKey) return false;
    key_ = crypto::hmac_sha256(wire::octets(octets), {wire::octets(kPurpose)});
    return true;
}

Result<std::string> Vault::seal(const Place& place, const Secret& password) const {
    if (!key_) return fail(Errc::refused, "cannot be sealed: " + missing_);
    const auto text = wire::octets(password.reveal());
    if (text.size() > 255) return fail(Errc::refused, "cannot be sealed: it has more than 255 octets");
    Wiped clear{wire::Bytes((1 + text.size() + kFill - 1) / kFill * kFill)};
    clear.octets[0] = static_cast<std::uint8_t>(text.size());
    std::ranges::copy(text, clear.octets.begin() + 1);
    auto sealed = crypto::seal(*key_, rng_.octets<12>(), associated(place), clear.octets);
    sealed.insert(sealed.begin(), kVersion);
    return to_base64(sealed);
}

Result<Secret> Vault::open(const Place& place, std::string_view seal) const {
    if (!key_) return fail(Errc::refused, "is sealed, and " + missing_);
    const auto sealed = decode(seal);
    auto opened = sealed ? crypto::unseal(*key_, associated(place), *sealed) : std::nullopt;
    if (!opened)
        return fail(
            Errc::malformed,
            "is sealed under another key, or for another object: give the password again, or give the "
            "service the key it was sealed with");
    const Wiped clear{*std::move(opened)};
    const std::size_t length = clear.octets.front();
    if (length >= clear.octets.size()) return fail(Errc::malformed, "is sealed in a way that is not known");
    return Secret({reinterpret_cast<const char*>(clear.octets.data()) + 1, length});
}

bool Vault::well_formed(std::string_view seal) { return decode(seal).has_value(); }

std::vector<Problem> open_all(Config& config, const Vault& vault) {
    std::vector<Problem> out;
    for (const auto& kind : kinds())
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            for (const auto& name : kind.names(config)) {
                auto& password = *property.password(kind.find(config, name));
                if (!password.locked()) continue;
                auto text = vault.open({kind.name, name, property.name}, password.seal());
                if (text)
                    password.open(*std::move(text));
                else
                    out.push_back({.file = File::secrets,
                                   .pointer = pointer_to(kind.name, name, property.name),
                                   .text = std::move(text).error().what});
            }
        }
    return out;
}

void seal_all(Config& config, const Config& before, const Vault* vault, Problems& problems) {
    static const Vault kNone;
    for (const auto& kind : kinds())
        for (const auto& property : kind.properties) {
            if (!property.secret) continue;
            for (const auto& name : kind.names(config)) {
                auto& password = *property.password(kind.find(config, name));
                if (password.storage() != PasswordStorage::sealed) continue;
                const auto* old = kept_password(property, kind.find_const(before, name));
                if (old && !old->seal().empty() && password.same_as(*old)) {
                    password.seal_as(old->seal());
                    continue;
                }
                const auto place = pointer_to(kind.name, name, property.name);
                if (problems.has(File::secrets, place)) continue;
                if (!password.text()) {
                    problems.add(File::secrets, place,
                                 "is sealed for another object, and the key that opens it is not there: give "
                                 "the password again");
                    continue;
                }
                auto sealed =
                    (vault ? *vault : kNone).seal({kind.name, name, property.name}, *password.text());
                if (sealed)
                    password.seal_as(*std::move(sealed));
                else
                    problems.add(File::secrets, place, std::move(sealed).error().what);
            }
        }
}

}  // namespace ppp::config
