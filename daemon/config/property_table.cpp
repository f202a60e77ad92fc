// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The table: one line a kind; the rows are in rows_*.hpp.
#include <algorithm>
#include "config/property.hpp"
#include "config/rows_clients.hpp"
#include "config/rows_host.hpp"
#include "config/rows_servers.hpp"
#include "config/rows_users.hpp"

namespace ppp::config {
namespace {

using namespace rows;

/// A new object of a map: default-constructed, but profiles may have built-in values.
template <class Object>
Object fresh(std::string_view) {
    return {};
}
template <>
Profile fresh<Profile>(std::string_view name) {
    return base_profile(name);
}

template <auto Map>
struct KindOf;
template <class Object, std::map<std::string, Object> Config::*Map>
struct KindOf<Map> {
    static void* find(Config& config, std::string_view name) {
        auto& map = config.*Map;
        const auto it = map.find(std::string(name));
        return it == map.end() ? nullptr : &it->second;
    }
    static void* add(Config& config, std::string_view name) {
        return &(config.*Map).try_emplace(std::string(name), fresh<Object>(name)).first->second;
    }
    static bool remove(Config& config, std::string_view name) {
        const bool existed = (config.*Map).erase(std::string(name)) != 0;
        if constexpr (std::is_same_v<Object, Profile>)
            if (builtin_profile(name)) add(config, name);
        return existed;
    }
    static std::vector<std::string> names(const Config& config) {
        std::vector<std::string> out;
        for (const auto& [name, object] : config.*Map) out.push_back(name);
        return out;
    }
};

template <auto Map>
constexpr Kind kind(std::string_view name, std::string_view meaning, std::span<const Property> properties) {
    using K = KindOf<Map>;
    return {.name = name,
            .meaning = meaning,
            .names_interfaces = false,
            .built = true,
            .name_prefix = {},
            .only_name = {},
            .properties = properties,
            .find = &K::find,
            .add = &K::add,
            .remove = &K::remove,
            .names = &K::names};
}
constexpr Kind interfaces(Kind k, std::string_view prefix = {}) {
    k.names_interfaces = true;
    k.name_prefix = prefix;
    return k;
}
constexpr Kind only(Kind k, std::string_view name) {
    k.only_name = name;
    return k;
}
constexpr Kind to_come(Kind k) {
    k.built = false;
    return k;
}

constexpr std::array kKinds{
    interfaces(kind<&Config::pppoe_client>(
                   "pppoe-client", "a PPPoE dialler; its name is the name of its interface", kPppoeClient),
               "pppoe-out"),
    kind<&Config::pppoe_server>("pppoe-server", "an Access-Concentrator", kPppoeServer),
    interfaces(kind<&Config::pppoe_server_entry>(
        "pppoe-server-entry", "an interface name kept for one user of a PPPoE server", kPppoeServerEntry)),
    interfaces(kind<&Config::pptp_client>(
                   "pptp-client", "a PPTP dialler; its name is the name of its interface", kPptpClient),
               "pptp-out"),
    only(kind<&Config::pptp_server>("pptp-server", "the PPTP server", kPptpServer), "server"),
    interfaces(kind<&Config::pptp_server_entry>(
        "pptp-server-entry", "an interface name kept for one user of a PPTP server", kPptpServerEntry)),
    to_come(interfaces(
        kind<&Config::ppp_client>(
            "ppp-client", "a dialler on a serial port; its name is the name of its interface", kPppClient),
        "ppp-out")),
    to_come(interfaces(kind<&Config::ppp_server>("ppp-server",
                                                 "a server on a serial port; its name is the name of the "
                                                 "interface of its one session",
                                                 kPppServer),
                       "ppp-in")),
    kind<&Config::profile>("profile", "what sessions have in common", kProfile),
    kind<&Config::secret>("secret", "a user of our servers; its name is the name of the user", kSecret),
    kind<&Config::pool>("pool", "addresses to give away", kPool),
    to_come(only(kind<&Config::aaa>("aaa", "how users are authenticated and accounted for", kAaa), "aaa")),
    to_come(kind<&Config::radius>("radius", "a RADIUS server", kRadius)),
    to_come(interfaces(kind<&Config::vlan>("vlan", "a VLAN; its name is the name of its interface", kVlan))),
    to_come(kind<&Config::watch>("watch", "a host that is watched", kWatch)),
};

}  // namespace

std::span<const Kind> kinds() { return kKinds; }

const Kind* find_kind(std::string_view name) {
    const auto* it =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == name; });
    return it == kKinds.end() ? nullptr : it;
}

const Property* find_property(const Kind& kind, std::string_view name) {
    for (const auto& property : kind.properties)
        if (property.name == name) return &property;
    return nullptr;
}

bool builtin_profile(std::string_view name) { return name == "default" || name == "default-encryption"; }

Profile base_profile(std::string_view name) {
    Profile out;
    if (name == "default") {
        out.only_one = false;
        out.change_tcp_mss = true;
        out.use_encryption = Encryption::no;
        out.use_compression = false;
        out.use_mpls = false;
    } else if (name == "default-encryption") {
        out.use_encryption = Encryption::yes;
    }
    return out;
}

Config default_config() {
    Config out;
    for (const auto* name : {"default", "default-encryption"}) out.profile[name] = base_profile(name);
    return out;
}

}  // namespace ppp::config
