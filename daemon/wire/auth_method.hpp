// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AuthMethod: the authentication methods of PPP, weakest first.
#pragma once
#include <cstdint>
#include <string_view>

namespace ppp {

enum class AuthMethod : std::uint8_t {
    pap,       ///< RFC 1334
    chap_md5,  ///< RFC 1994, algorithm 5
    mschap1,   ///< RFC 2433, algorithm 0x80
    mschap2,   ///< RFC 2759, algorithm 0x81
};

/// The name as the configuration, the command line and the bus spell it.
[[nodiscard]] constexpr std::string_view auth_method_name(AuthMethod method) {
    switch (method) {
        case AuthMethod::pap:
            return "pap";
        case AuthMethod::chap_md5:
            return "chap";
        case AuthMethod::mschap1:
            return "mschap1";
        case AuthMethod::mschap2:
            return "mschap2";
    }
    return "";
}

/// A set of methods in one octet: sessions keep two of them.
class AuthMethods {
public:
    constexpr AuthMethods() = default;
    static constexpr AuthMethods all() {
        AuthMethods s;
        s.bits_ = 0b1111;
        return s;
    }
    constexpr void add(AuthMethod m) { bits_ = static_cast<std::uint8_t>(bits_ | bit(m)); }
    constexpr void remove(AuthMethod m) { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(m)); }
    [[nodiscard]] constexpr bool has(AuthMethod m) const { return (bits_ & bit(m)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    friend constexpr bool operator==(AuthMethods, AuthMethods) = default;

private:
    static constexpr unsigned bit(AuthMethod m) { return 1U << static_cast<unsigned>(m); }
    std::uint8_t bits_ = 0;
};

}  // namespace ppp
