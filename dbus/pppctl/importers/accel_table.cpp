// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of accel-ppp.conf, as data: accel-ppp.conf(5) and the file that comes with its sources.
#include <algorithm>
#include <array>
#include "dbus/pppctl/importers/accel_lines.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr std::string_view kJournal = "what happens is in the journal: pppctl log";
constexpr std::string_view kNamed = "sessions have numbers of their own";
constexpr std::string_view kTimes = "the times and counts of RFC 1661 and RFC 1994 are used";
constexpr std::string_view kDaemons = "the daemon chooses it";
constexpr std::string_view kIpv6 = "IPv6 beyond link-local addresses is to come";
constexpr std::string_view kShape = "shaping is to come; rate-limit of the profile is kept for it";
constexpr std::string_view kRadius = "RADIUS is to come and will choose it";
constexpr std::string_view kHeaders = "header compression is not asked for";

using E = AccelEffect;

constexpr auto kOptions = std::to_array<AccelOption>({
    {"core", "*", E::not_needed, "the daemon is one thread and logs to the journal"},
    {"common", "single-session", E::single_session},
    {"common", "max-sessions", E::max_sessions},
    {"common", "*", E::not_taken, kNamed},
    {"ppp", "mtu", E::mtu},
    {"ppp", "mru", E::mru},
    {"ppp", "min-mtu", E::not_taken, "what a client asks for is taken down to 68"},
    {"ppp", "lcp-echo-interval", E::echo_interval},
    {"ppp", "lcp-echo-failure", E::echo_failure},
    {"ppp", "lcp-echo-timeout", E::echo_timeout},
    {"ppp", "mppe", E::mppe},
    {"ppp", "ipv6", E::ipv6},
    {"ppp", "ipv4", E::not_needed, "IPv4 is always offered"},
    {"ppp", "ipv6-intf-id", E::not_taken, "identifiers are chosen anew for each session"},
    {"ppp", "ipv6-peer-intf-id", E::not_taken, "identifiers are chosen anew for each session"},
    {"ppp", "ipv6-accept-peer-intf-id", E::not_needed, "a client's identifier is accepted"},
    {"ppp", "ccp", E::ccp},
    {"ppp", "single-session", E::single_session},
    {"ppp", "max-sessions", E::max_sessions},
    {"ppp", "accomp", E::not_needed, kHeaders},
    {"ppp", "pcomp", E::not_needed, kHeaders},
    {"ppp", "verbose", E::not_needed, kJournal},
    {"ppp", "check-ip", E::not_needed, "no address is given twice"},
    {"ppp", "unit-cache", E::not_needed, "interfaces are made when they are needed"},
    {"ppp", "unit-preallocate", E::not_needed, "interfaces are made when they are needed"},
    {"ppp", "sid-case", E::not_taken, kNamed},
    {"ppp", "sid-source", E::not_taken, kNamed},
    {"ppp", "*", E::not_taken, kDaemons},
    {"lcp", "echo-interval", E::echo_interval},
    {"lcp", "echo-failure", E::echo_failure},
    {"lcp", "*", E::not_taken, kDaemons},
    {"auth", "any-login", E::switched, "nobody is let in without a secret"},
    {"auth", "noauth", E::switched, "nobody is let in without a proof"},
    {"auth", "*", E::not_taken, kTimes},
    {"pppoe", "interface", E::interface},
    {"pppoe", "ac-name", E::ac_name},
    {"pppoe", "service-name", E::service_name},
    {"pppoe", "pado-delay", E::pado_delay},
    {"pppoe", "ip-pool", E::ip_pool},
    {"pppoe", "mppe", E::mppe},
    {"pppoe", "verbose", E::not_needed, kJournal},
    {"pppoe", "called-sid", E::not_taken, kRadius},
    {"pppoe", "ifname-in-sid", E::not_taken, kRadius},
    {"pppoe", "tr101", E::not_taken, kRadius},
    {"pppoe", "sid-uppercase", E::not_taken, kNamed},
    {"pppoe", "accept-any-service", E::not_taken, "leave service-name out to serve every name"},
    {"pppoe", "mac-filter", E::not_taken, "caller-id of a secret is the address its user comes from"},
    {"pppoe", "padi-limit", E::not_needed, "the daemon limits what strangers can make it do"},
    {"pppoe", "cookie-timeout", E::not_needed, kDaemons},
    {"pppoe", "ifname", E::not_taken, "a pppoe-server-entry keeps an interface name for a user"},
    {"pppoe", "vlan-mon", E::not_taken, "a server listens on one VLAN interface each"},
    {"pppoe", "vlan-timeout", E::not_taken, "a server listens on one VLAN interface each"},
    {"pppoe", "vlan-name", E::not_taken, "a server listens on one VLAN interface each"},
    {"pppoe", "ipv6-pool", E::not_taken, kIpv6},
    {"pppoe", "ipv6-pool-delegate", E::not_taken, kIpv6},
    {"pppoe", "*", E::not_taken, kDaemons},
    {"pptp", "ip-pool", E::ip_pool},
    {"pptp", "mppe", E::mppe},
    {"pptp", "verbose", E::not_needed, kJournal},
    {"pptp", "bind", E::not_taken, "the server listens on all addresses; nft can keep some out"},
    {"pptp", "ipv6-pool", E::not_taken, kIpv6},
    {"pptp", "ipv6-pool-delegate", E::not_taken, kIpv6},
    {"pptp", "ifname", E::not_taken, "a pptp-server-entry keeps an interface name for a user"},
    {"pptp", "*", E::not_taken, "the tunnel's settings are the daemon's own"},
    {"dns", "dns1", E::dns},
    {"dns", "dns2", E::dns},
    {"wins", "wins1", E::wins},
    {"wins", "wins2", E::wins},
    {"radius", "server", E::radius_server},
    {"radius", "auth-server", E::auth_server},
    {"radius", "acct-server", E::acct_server},
    {"radius", "dae-server", E::dae_server},
    {"radius", "timeout", E::radius_timeout},
    {"radius", "acct-interim-interval", E::interim},
    {"radius", "gw-ip-address", E::gateway},
    {"radius", "verbose", E::not_needed, kJournal},
    {"radius", "*", E::not_taken, kRadius},
    {"client-ip-range", "*", E::not_taken, "an nft rule on TCP port 1723 says who may come"},
    {"ip-pool", "gw-ip-address", E::gateway},
    {"ip-pool", "gw", E::not_taken, "sessions share one address of ours: gw-ip-address"},
    {"ip-pool", "attr", E::not_taken, kRadius},
    {"ip-pool", "vendor", E::not_taken, kRadius},
    {"ip-pool", "shuffle", E::not_taken, "addresses are given in their order"},
    {"ip-pool", "tunnel", E::range},
    {"ip-pool", "*", E::range},
    {"chap-secrets", "chap-secrets", E::secrets_file},
    {"chap-secrets", "gw-ip-address", E::gateway},
    {"chap-secrets", "encrypted", E::encrypted},
    {"chap-secrets", "username-hash", E::not_taken, "names of users are not hashed"},
    {"shaper", "rate-limit", E::rate_limit},
    {"shaper", "*", E::not_taken, kShape},
    {"log", "*", E::not_taken, kJournal},
    {"log-pgsql", "*", E::not_taken, kJournal},
    {"cli", "*", E::not_taken, "pppctl and D-Bus are the ways in"},
    {"snmp", "*", E::not_taken, "net-snmp has the counters of interfaces"},
    {"connlimit", "*", E::not_needed, "the daemon limits what strangers can make it do"},
    {"l2tp", "*", E::not_taken, "there is no L2TP server"},
    {"sstp", "*", E::not_taken, "there is no SSTP server"},
    {"ipoe", "*", E::not_taken, "there is no IPoE server"},
    {"pppd-compat", "*", E::not_taken, "on-up and on-down of the profile are the scripts"},
    {"pppd_compat", "*", E::not_taken, "on-up and on-down of the profile are the scripts"},
    {"ipv6-pool", "*", E::not_taken, kIpv6},
    {"ipv6-dns", "*", E::not_taken, kIpv6},
    {"ipv6-dhcp", "*", E::not_taken, kIpv6},
    {"ipv6-nd", "*", E::not_taken, kIpv6},
});

constexpr auto kModules = std::to_array<AccelModule>({
    {"pppoe", "", true, "a pppoe-server for each of its interfaces"},
    {"pptp", "", true, "the pptp-server"},
    {"auth_pap", "pap", true, "authentication=pap"},
    {"auth_chap_md5", "chap", true, "authentication=chap"},
    {"auth_chap", "chap", true, "authentication=chap"},
    {"auth_mschap_v1", "mschap1", true, "authentication=mschap1"},
    {"auth_mschap_v2", "mschap2", true, "authentication=mschap2"},
    {"radius", "", true, "use-radius=yes"},
    {"chap-secrets", "", true, "secrets"},
    {"ippool", "", true, "pools"},
    {"shaper", "", true, "rate-limit of the profile, which no session is held to yet"},
    {"l2tp", "", false, "there is no L2TP server"},
    {"sstp", "", false, "there is no SSTP server"},
    {"ipoe", "", false, "there is no IPoE server"},
    {"log_file", "", false, kJournal},
    {"log_syslog", "", false, kJournal},
    {"log_tcp", "", false, kJournal},
    {"log_pgsql", "", false, kJournal},
    {"connlimit", "", false, "the daemon limits what strangers can make it do"},
    {"pppd_compat", "", false, "on-up and on-down of the profile are the scripts"},
    {"sigchld", "", false, "no child processes are run"},
    {"net-snmp", "", false, "net-snmp has the counters of interfaces"},
    {"logwtmp", "", false, kJournal},
    {"ipv6_nd", "", false, kIpv6},
    {"ipv6_dhcp", "", false, kIpv6},
    {"ipv6pool", "", false, kIpv6},
    {"vlan-mon", "", false, "a server listens on one VLAN interface each"},
});

}  // namespace

const AccelOption* find_accel_option(std::string_view section, std::string_view name) {
    const AccelOption* rest = nullptr;
    for (const auto& option : kOptions) {
        if (option.section != section) continue;
        if (option.name == name) return &option;
        if (option.name == "*") rest = &option;
    }
    return rest;
}

bool is_accel_section(std::string_view section) {
    return section == "modules" ||
           std::any_of(kOptions.begin(), kOptions.end(), [&](const auto& o) { return o.section == section; });
}

std::string_view accel_section_left_out(std::string_view section) {
    std::string_view why;
    for (const auto& option : kOptions) {
        if (option.section != section) continue;
        if (option.name != "*") return {};
        why = option.why;
    }
    return why;
}

const AccelModule* find_accel_module(std::string_view name) {
    const auto at = std::find_if(kModules.begin(), kModules.end(),
                                 [&](const AccelModule& module) { return module.name == name; });
    return at == kModules.end() ? nullptr : &*at;
}

}  // namespace ppp::ctl::importers
