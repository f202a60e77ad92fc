// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ClientConfig: what the clients of all kinds have in common, with the object that it was made of.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include "config/model.hpp"

namespace ppp::session {

struct ClientConfig {
    using Object = std::variant<config::PppoeClient, config::PptpClient, config::PppClient>;
    std::string_view kind;  ///< in the configuration: "pppoe-client"
    std::string user;
    config::Password password;
    std::string profile;
    AuthMethods allow;
    bool add_default_route = false;
    std::uint8_t default_route_distance = 1;
    bool use_peer_dns = false;
    std::chrono::seconds keepalive_timeout{0};
    std::optional<std::uint16_t> max_mtu, max_mru;
    bool disabled = true;
    Object object;  ///< with what is the kind's own
};

[[nodiscard]] ClientConfig client_config(const config::PppoeClient& object);
[[nodiscard]] ClientConfig client_config(const config::PptpClient& object);
[[nodiscard]] ClientConfig client_config(const config::PppClient& object);
/// All clients that this version acts on, by name: a name is an interface's, so no two kinds share one.
[[nodiscard]] std::map<std::string, ClientConfig> client_configs(const config::Config& config);

/// Whether a session made with one is as good for the other.
[[nodiscard]] bool same_session(const ClientConfig& a, const ClientConfig& b);
/// Of everything that same_session() compares. @param name the client's.
[[nodiscard]] std::uint32_t fingerprint(const std::string& name, const ClientConfig& client);

}  // namespace ppp::session
