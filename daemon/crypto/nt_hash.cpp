// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/nt_hash.hpp"

namespace ppp::crypto {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEF";

/// @return 16 for what is no digit.
unsigned digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    return 16;
}

}  // namespace

std::optional<NtHash> NtHash::parse(std::string_view hex) {
    PasswordHash octets{};
    if (hex.size() != 2 * octets.size()) return std::nullopt;
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const unsigned high = digit(hex[2 * i]);
        const unsigned low = digit(hex[2 * i + 1]);
        if (high > 15 || low > 15) return std::nullopt;
        octets.at(i) = static_cast<std::uint8_t>(high << 4 | low);
    }
    NtHash out(octets);
    ::explicit_bzero(octets.data(), octets.size());
    return out;
}

Secret NtHash::hex() const {
    std::array<char, 32> text{};
    for (std::size_t i = 0; i < octets_.size(); ++i) {
        text.at(2 * i) = kDigits[octets_.at(i) >> 4];
        text.at(2 * i + 1) = kDigits[octets_.at(i) & 15];
    }
    Secret out(std::string_view(text.data(), text.size()));
    ::explicit_bzero(text.data(), text.size());
    return out;
}

}  // namespace ppp::crypto
