// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/client_config.hpp"
#include "aaa/address_range.hpp"
#include "base/digest.hpp"
#include "config/dump.hpp"
#include "wire/bytes.hpp"

namespace ppp::session {
namespace {

template <class Kind>
ClientConfig common(std::string_view kind, const Kind& object) {
    ClientConfig out;
    out.kind = kind;
    out.user = object.user;
    out.password = object.password;
    out.profile = object.profile;
    out.allow = object.allow;
    out.add_default_route = object.add_default_route;
    out.default_route_distance = object.default_route_distance;
    if constexpr (requires { object.use_peer_dns; })
        out.use_peer_dns = object.use_peer_dns;
    else
        out.use_peer_dns = true;  // asked for and shown; nothing on this host takes them
    if constexpr (requires { object.remote_address; })
        out.remote_address = aaa::parse_ipv4(object.remote_address).value_or(0);
    out.keepalive_timeout = object.keepalive_timeout;
    out.max_mtu = object.max_mtu;
    out.max_mru = object.max_mru;
    out.disabled = object.disabled;
    out.object = object;
    return out;
}

config::PppoeClient& place(config::Config& in, const std::string& name, const config::PppoeClient&) {
    return in.pppoe_client[name];
}
config::PptpClient& place(config::Config& in, const std::string& name, const config::PptpClient&) {
    return in.pptp_client[name];
}
config::PppClient& place(config::Config& in, const std::string& name, const config::PppClient&) {
    return in.ppp_client[name];
}

}  // namespace

ClientConfig client_config(const config::PppoeClient& object) { return common("pppoe-client", object); }
ClientConfig client_config(const config::PptpClient& object) { return common("pptp-client", object); }
ClientConfig client_config(const config::PppClient& object) { return common("ppp-client", object); }

std::map<std::string, ClientConfig> client_configs(const config::Config& config) {
    std::map<std::string, ClientConfig> out;
    for (const auto& [name, object] : config.pppoe_client) out.emplace(name, client_config(object));
    for (const auto& [name, object] : config.pptp_client) out.emplace(name, client_config(object));
    for (const auto& [name, object] : config.ppp_client) out.emplace(name, client_config(object));
    return out;
}

bool same_session(const ClientConfig& a, const ClientConfig& b) {
    if (a.object.index() != b.object.index() || !a.password.same_as(b.password)) return false;
    return std::visit(
        [&a](auto copy) {
            const auto& other = std::get<decltype(copy)>(a.object);
            // The values that no session is made with: a remark, and the form in which the password is kept.
            copy.comment = other.comment;
            copy.password = other.password;
            return copy == other;
        },
        b.object);
}

std::uint32_t fingerprint(const std::string& name, const ClientConfig& client) {
    config::Config alone;
    std::visit(
        [&](const auto& object) {
            auto& copy = place(alone, name, object) = object;
            copy.comment.clear();
        },
        client.object);
    auto digest = fnv1a(wire::octets(config::dump_config(alone)));
    digest = fnv1a(wire::octets(client.password.reveal()), digest);
    if (const auto* hash = client.password.hash()) digest = fnv1a(hash->reveal(), digest);
    if (const auto* serial = std::get_if<config::PppClient>(&client.object))
        digest = fnv1a(wire::octets(serial->pin.reveal()), digest);
    return digest;
}

}  // namespace ppp::session
