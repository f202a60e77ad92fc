// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a session is told: by its object's configuration, and after authentication by its owner.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include "config/resolve.hpp"
#include "ppp/auth.hpp"
#include "session/plan.hpp"
#include "wire/auth_method.hpp"

namespace ppp::session {

enum class Role : std::uint8_t { client, server };

/// What all sessions of one client or server object have in common.
struct SessionSettings {
    Role role = Role::client;
    std::string object;               ///< the name of the client or server in the configuration
    AuthMethods demand;               ///< how the peer may prove itself; empty: it need not
    AuthMethods offer;                ///< how we are willing to prove ourselves
    AuthenticateeConfig credentials;  ///< used when the peer asks
    std::shared_ptr<const AuthenticatorConfig> authenticator;  ///< set when `demand` is not empty
    std::optional<std::uint16_t> max_mtu, max_mru;             ///< octets; unset: what the link carries
    std::chrono::seconds keepalive{0};                         ///< 0 = never
};

/// What one session gets once it is known who the peer is. Addresses in host byte order, 0 = none.
struct NetworkSettings {
    std::string interface;                       ///< the unit's name; "" = the kernel's pppN
    std::string profile;                         ///< for sentences
    std::shared_ptr<const config::Hooks> hooks;  ///< as they were when it began; nullptr = none
    std::uint32_t local_address = 0;             ///< 0: the peer shall give us one
    std::uint32_t remote_address = 0;            ///< 0: whatever the peer has
    std::array<std::uint32_t, 2> dns{}, nbns{};  ///< to give
    bool want_dns = false;
    bool ipv6 = true;
    config::Encryption encryption = config::Encryption::no;
    bool compression = false;
    HostWishes host;
    std::chrono::seconds session_timeout{0}, idle_timeout{0};  ///< 0 = none
};

}  // namespace ppp::session
