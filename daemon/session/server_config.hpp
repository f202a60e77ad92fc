// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ServerConfig: what the servers of all kinds have in common, with the object that it was made of.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include "config/model.hpp"
#include "link/transport.hpp"

namespace ppp::session {

struct ServerConfig {
    using Object = std::variant<config::PppoeServer, config::PptpServer, config::PppServer>;
    link::LinkKind link = link::LinkKind::pppoe;
    std::string_view kind;  ///< in the configuration: "pppoe-server"
    AuthMethods authentication;
    std::string default_profile;
    std::chrono::seconds keepalive_timeout{0};
    std::optional<std::uint16_t> max_mtu, max_mru;
    std::uint32_t max_sessions = 0;  ///< 0 = no limit
    bool disabled = true;
    Object object;  ///< with what is the kind's own
    friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
};

[[nodiscard]] ServerConfig server_config(const config::PppoeServer& object);
[[nodiscard]] ServerConfig server_config(const config::PptpServer& object);
[[nodiscard]] ServerConfig server_config(const config::PppServer& object);
using ServerConfigs = std::map<std::string, ServerConfig>;
/// All servers that this version acts on, by name; no two kinds share a name.
[[nodiscard]] ServerConfigs server_configs(const config::Config& config);

/// Whether sessions of one go on when it becomes the other: both listen in the same place.
[[nodiscard]] bool same_place(const ServerConfig& a, const ServerConfig& b);
/// How the server calls itself to its peers: as configured, or by the host's name.
[[nodiscard]] std::string own_name(const ServerConfig& server);

}  // namespace ppp::session
