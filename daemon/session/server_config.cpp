// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/server_config.hpp"
#include <unistd.h>
#include <array>

namespace ppp::session {
namespace {

// Of kinds that have no such property: a cable does not tell that its far end has gone.
constexpr std::chrono::seconds kKeepalive{30};

template <class Kind>
ServerConfig common(link::LinkKind link, std::string_view kind, const Kind& object) {
    ServerConfig out;
    out.link = link;
    out.kind = kind;
    out.authentication = object.authentication;
    if constexpr (requires { object.default_profile; })
        out.default_profile = object.default_profile;
    else
        out.default_profile = object.profile;
    if constexpr (requires { object.keepalive_timeout; })
        out.keepalive_timeout = object.keepalive_timeout;
    else
        out.keepalive_timeout = kKeepalive;
    out.max_mtu = object.max_mtu;
    out.max_mru = object.max_mru;
    if constexpr (requires { object.max_sessions; }) out.max_sessions = object.max_sessions;
    out.disabled = object.disabled;
    out.object = object;
    return out;
}

std::string host_name() {
    std::array<char, 65> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "pppmanager";
}

bool same_place_of(const config::PppoeServer& a, const config::PppoeServer& b) {
    return a.interface == b.interface;
}
bool same_place_of(const config::PptpServer& a, const config::PptpServer& b) {
    return a.bind_address == b.bind_address;
}
bool same_place_of(const config::PppServer& a, const config::PppServer& b) {
    return a.port == b.port && a.data_channel == b.data_channel;
}

}  // namespace

ServerConfig server_config(const config::PppoeServer& object) {
    return common(link::LinkKind::pppoe, "pppoe-server", object);
}
ServerConfig server_config(const config::PptpServer& object) {
    return common(link::LinkKind::pptp, "pptp-server", object);
}
ServerConfig server_config(const config::PppServer& object) {
    return common(link::LinkKind::serial, "ppp-server", object);
}

ServerConfigs server_configs(const config::Config& config) {
    ServerConfigs out;
    for (const auto& [name, object] : config.pppoe_server) out.emplace(name, server_config(object));
    for (const auto& [name, object] : config.pptp_server) out.emplace(name, server_config(object));
    for (const auto& [name, object] : config.ppp_server) out.emplace(name, server_config(object));
    return out;
}

bool same_place(const ServerConfig& a, const ServerConfig& b) {
    return a.object.index() == b.object.index() &&
           std::visit(
               [&b](const auto& object) {
                   return same_place_of(object, std::get<std::decay_t<decltype(object)>>(b.object));
               },
               a.object);
}

std::string own_name(const ServerConfig& server) {
    const auto* pppoe = std::get_if<config::PppoeServer>(&server.object);
    return pppoe && !pppoe->ac_name.empty() ? pppoe->ac_name : host_name();
}

}  // namespace ppp::session
