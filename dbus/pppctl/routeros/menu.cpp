// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/menu.hpp"
#include <algorithm>
#include <array>

namespace ppp::ctl::ros {
namespace {

using Name = std::string_view;

constexpr Rename kAllow{"authentication", "allow"};
constexpr Rename kAuthentication{"allow", "authentication"};

constexpr auto kPool = std::to_array<Name>({"ranges", "next-pool", "comment"});
constexpr auto kProfile = std::to_array<Name>({"local-address",  "remote-address",
                                               "dns-server",     "wins-server",
                                               "idle-timeout",   "session-timeout",
                                               "use-encryption", "only-one",
                                               "change-tcp-mss", "use-compression",
                                               "use-ipv6",       "rate-limit",
                                               "use-mpls",       "remote-ipv6-prefix-pool",
                                               "dhcpv6-pd-pool", "bridge",
                                               "address-list",   "parent-queue",
                                               "on-up",          "on-down",
                                               "comment"});
constexpr auto kProfileLeftOut = std::to_array<LeftOut>({
    {"use-upnp", "miniupnpd opens ports on request"},
    {"bridge-horizon", "sessions are not bridged"},
    {"bridge-learning", "sessions are not bridged"},
    {"bridge-path-cost", "sessions are not bridged"},
    {"bridge-port-priority", "sessions are not bridged"},
    {"bridge-port-trusted", "sessions are not bridged"},
    {"bridge-port-vid", "sessions are not bridged"},
    {"incoming-filter", "write an nftables rule on the session's interface"},
    {"outgoing-filter", "write an nftables rule on the session's interface"},
    {"interface-list", "nftables matches names such as \"ppp*\""},
    {"insert-queue-before", "rate-limit needs no queue"},
    {"queue-type", "rate-limit needs no queue"},
    {"remote-ipv6-prefix-reuse", "prefixes are not given away"},
    {"dhcpv6-lease-time", "prefixes are not given away"},
});
constexpr auto kSecret = std::to_array<Name>(
    {"password", "password-storage", "service", "profile", "local-address", "remote-address", "caller-id",
     "rate-limit", "disabled", "enabled", "routes", "limit-bytes-in", "limit-bytes-out", "comment"});
constexpr auto kSecretLeftOut = std::to_array<LeftOut>({
    {"ipv6-routes", "routes through a session are added with ip -6 route"},
    {"remote-ipv6-prefix", "prefixes are not given away"},
    {"last-logged-out", "it is the state of another machine"},
    {"last-caller-id", "it is the state of another machine"},
    {"last-disconnect-reason", "it is the state of another machine"},
});
constexpr auto kAaa =
    std::to_array<Name>({"use-radius", "accounting", "interim-update", "use-circuit-id-in-nas-port-id"});
constexpr auto kAaaLeftOut =
    std::to_array<LeftOut>({{"enable-ipv6-accounting", "IPv6 is counted with the rest"}});
constexpr auto kRadius =
    std::to_array<Name>({"address", "secret", "password-storage", "service", "timeout", "authentication-port",
                         "accounting-port", "disabled", "incoming", "incoming-port", "enabled", "comment"});
constexpr auto kRadiusLeftOut = std::to_array<LeftOut>({
    {"called-id", "all users of a service ask all its servers"},
    {"domain", "all users of a service ask all its servers"},
    {"realm", "all users of a service ask all its servers"},
    {"src-address", "the host's routes choose it"},
    {"accounting-backup", "servers are asked in their order"},
    {"protocol", "RADIUS is spoken over UDP"},
    {"certificate", "RADIUS is spoken over UDP"},
    {"require-message-auth", "it is always required"},
});
constexpr auto kVlan = std::to_array<Name>({"vlan-id", "interface", "disabled", "enabled", "comment"});
constexpr auto kVlanLeftOut = std::to_array<LeftOut>({
    {"mtu", "it is that of the interface below"},
    {"arp", "ip link set arp on|off"},
    {"arp-timeout", "sysctl net.ipv4.neigh"},
    {"use-service-tag", "the tag is that of 802.1Q"},
    {"mvrp", "there is no MVRP"},
    {"loop-protect", "there is no loop protection"},
    {"loop-protect-disable-time", "there is no loop protection"},
    {"loop-protect-send-interval", "there is no loop protection"},
    {"l3-hw-offloading", "ethtool -K"},
});
constexpr auto kPppoeClient = std::to_array<Name>({"interface",         "user",
                                                   "password",          "password-storage",
                                                   "service-name",      "ac-name",
                                                   "profile",           "allow",
                                                   "add-default-route", "default-route-distance",
                                                   "use-peer-dns",      "dial-on-demand",
                                                   "keepalive-timeout", "max-mtu",
                                                   "max-mru",           "mrru",
                                                   "allow-fast-path",   "disabled",
                                                   "enabled",           "comment"});
constexpr auto kPppoeClientLeftOut = std::to_array<LeftOut>({{"host-uniq", "it is chosen anew each time"}});
constexpr auto kPppoeServer =
    std::to_array<Name>({"interface", "service-name", "ac-name", "authentication", "default-profile",
                         "keepalive-timeout", "max-mtu", "max-mru", "mrru", "max-sessions",
                         "one-session-per-host", "pado-delay", "disabled", "enabled", "comment"});
constexpr auto kPppoeServerLeftOut = std::to_array<LeftOut>({
    {"accept-empty-service", "a PADI without a service is always accepted"},
    {"accept-untagged", "listen on the interface for untagged frames"},
    {"pppoe-over-vlan-range", "listen on one VLAN interface each"},
});
constexpr auto kPppoeEntry = std::to_array<Name>({"user", "service", "disabled", "enabled", "comment"});
constexpr auto kPptpClient =
    std::to_array<Name>({"connect-to", "source-address", "user", "password", "password-storage", "profile",
                         "allow", "add-default-route", "default-route-distance", "dial-on-demand", "max-mtu",
                         "max-mru", "mrru", "keepalive-timeout", "disabled", "enabled", "comment"});
constexpr std::array<LeftOut, 1> kPptpClientLeftOut{
    {{"use-peer-dns", "add the name servers with resolvectl dns"}}};
constexpr auto kPptpServer =
    std::to_array<Name>({"enabled", "bind-address", "authentication", "default-profile", "keepalive-timeout",
                         "max-mtu", "max-mru", "mrru", "disabled", "comment"});
constexpr auto kPptpEntry = std::to_array<Name>({"user", "disabled", "enabled", "comment"});
constexpr auto kPppClient = std::to_array<Name>({"port",
                                                 "apn",
                                                 "user",
                                                 "password",
                                                 "password-storage",
                                                 "profile",
                                                 "allow",
                                                 "add-default-route",
                                                 "default-route-distance",
                                                 "dial-on-demand",
                                                 "use-peer-dns",
                                                 "keepalive-timeout",
                                                 "max-mtu",
                                                 "max-mru",
                                                 "mrru",
                                                 "phone",
                                                 "dial-command",
                                                 "modem-init",
                                                 "pin",
                                                 "data-channel",
                                                 "info-channel",
                                                 "null-modem",
                                                 "baud-rate",
                                                 "remote-address",
                                                 "disabled",
                                                 "enabled",
                                                 "comment"});
constexpr auto kPppClientLeftOut =
    std::to_array<LeftOut>({{"network-mode", "mmcli -m any --set-allowed-modes"}});
constexpr auto kPppServer = std::to_array<Name>(
    {"port", "authentication", "profile", "data-channel", "max-mtu", "max-mru", "mrru", "modem-init",
     "null-modem", "ring-count", "baud-rate", "disabled", "enabled", "comment"});
constexpr auto kWatch =
    std::to_array<Name>({"host", "interval", "up-script", "down-script", "disabled", "enabled", "comment"});
constexpr auto kWatchLeftOut = std::to_array<LeftOut>({
    {"timeout", "an answer counts until the next question"},
    {"type", "the host is asked by ICMP echo"},
    {"src-address", "the route to the host chooses it"},
    {"test-script", "there is up-script and down-script"},
});

constexpr std::array<Rename, 1> kClientRenames{kAllow};
constexpr std::array<Rename, 1> kServerRenames{kAuthentication};

constexpr std::array kMenus{
    Menu{"interface vlan", "vlan", "vlan", "", true, kVlan, {}, kVlanLeftOut},
    Menu{"ip pool", "pool", "pool", "", false, kPool, {}, {}},
    Menu{"ppp profile", "profile", "profile", "", false, kProfile, {}, kProfileLeftOut},
    Menu{"ppp secret", "secret", "", "", false, kSecret, {}, kSecretLeftOut},
    Menu{"ppp aaa", "aaa", "", "aaa", false, kAaa, {}, kAaaLeftOut},
    Menu{"radius", "radius", "radius", "", false, kRadius, {}, kRadiusLeftOut},
    Menu{"interface pppoe-client", "pppoe-client", "pppoe-out", "", true, kPppoeClient, kClientRenames,
         kPppoeClientLeftOut},
    Menu{"interface pptp-client", "pptp-client", "pptp-out", "", true, kPptpClient, kClientRenames,
         kPptpClientLeftOut},
    Menu{"interface ppp-client", "ppp-client", "ppp-out", "", true, kPppClient, kClientRenames,
         kPppClientLeftOut},
    Menu{"interface pppoe-server server", "pppoe-server", "pppoe-server", "", false, kPppoeServer,
         kServerRenames, kPppoeServerLeftOut},
    Menu{"interface pppoe-server", "pppoe-server-entry", "pppoe-in", "", true, kPppoeEntry, {}, {}},
    Menu{"interface pptp-server server", "pptp-server", "", "server", false, kPptpServer, kServerRenames, {}},
    Menu{"interface pptp-server", "pptp-server-entry", "pptp-in", "", true, kPptpEntry, {}, {}},
    Menu{"interface ppp-server", "ppp-server", "ppp-in", "", true, kPppServer, kServerRenames, {}},
    Menu{"tool netwatch", "watch", "watch", "", false, kWatch, {}, kWatchLeftOut},
};

}  // namespace

bool Menu::has(std::string_view property) const {
    return std::find(properties.begin(), properties.end(), property) != properties.end();
}

std::string_view Menu::canonical(std::string_view property) const {
    for (const auto& rename : renames)
        if (rename.from == property) return rename.to;
    const auto it = std::find(properties.begin(), properties.end(), property);
    return it == properties.end() ? std::string_view{} : *it;
}

const LeftOut* Menu::left_out_as(std::string_view property) const {
    for (const auto& row : left_out)
        if (row.name == property) return &row;
    return nullptr;
}

bool Menu::always_there(std::string_view name) const {
    return !only.empty() || (kind == "profile" && (name == "default" || name == "default-encryption"));
}

std::span<const Menu> menus() { return kMenus; }

const Menu* find_menu(std::string_view path) {
    for (const auto& menu : kMenus)
        if (menu.path == path) return &menu;
    return nullptr;
}

const Menu* menu_of(std::string_view kind) {
    for (const auto& menu : kMenus)
        if (menu.kind == kind) return &menu;
    return nullptr;
}

bool is_below(std::string_view lower, std::string_view upper) {
    return upper.empty() || lower == upper || (lower.starts_with(upper) && lower[upper.size()] == ' ');
}

}  // namespace ppp::ctl::ros
