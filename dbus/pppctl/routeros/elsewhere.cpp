// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/elsewhere.hpp"
#include <algorithm>
#include <array>
#include "dbus/pppctl/routeros/spelling.hpp"

namespace ppp::ctl::ros {
namespace {

/// `text` may have {key|word}: the value of the argument `key` as a word of the shell, or `word` without one.
struct Row {
    std::string_view path;
    std::string_view key, value;  ///< only with this argument; "" = always
    std::string_view tool, text;
};

// The first row that fits is taken, so the particular stands before the general.
constexpr auto kRows = std::to_array<Row>({
    {"ip firewall mangle", "action", "change-mss", "pppctl",
     "change-tcp-mss=yes of the session's profile does this, by its negotiated MTU: pppctl /ppp profile set "
     "default change-tcp-mss=yes"},
    {"ip firewall mangle", "action", "mark-connection", "nft",
     "nft add rule inet mangle {chain|prerouting} ct state new ct mark set 1, where numgen inc mod 2 shares "
     "out"},
    {"ip firewall mangle", "action", "mark-routing", "nft",
     "nft add rule inet mangle {chain|prerouting} meta mark set ct mark, and ip rule add fwmark 1 table 101"},
    {"ip firewall mangle", "", "", "nft", "nft add rule inet mangle {chain|prerouting} ..."},
    {"ip firewall nat", "action", "masquerade", "nft",
     "nft add table ip nat; nft add chain ip nat postrouting '{ type nat hook postrouting priority srcnat; "
     "}'; "
     "nft add rule ip nat postrouting oifname {out-interface|ppp0} masquerade"},
    {"ip firewall nat", "", "", "nft", "nft add rule ip nat {chain|prerouting} ..."},
    {"ip firewall", "", "", "nft", "nft add rule inet filter {chain|forward} ..."},
    {"ipv6 firewall", "", "", "nft", "nft add rule ip6 filter {chain|forward} ..."},
    {"ip route", "routing-mark", "", "ip",
     "ip route add {dst-address|default} dev {gateway|ppp0} table 101, and ip rule add fwmark 1 table 101"},
    {"ip route", "", "", "ip", "ip route add {dst-address|default} dev {gateway|ppp0} metric {distance|1}"},
    {"ipv6 route", "", "", "ip", "ip -6 route add {dst-address|default} dev {gateway|ppp0}"},
    {"routing table", "", "", "ip", "ip rule add ... lookup TABLE"},
    {"routing rule", "", "", "ip", "ip rule add ..."},
    {"routing", "", "", "FRR", "vtysh, or BIRD's birdc, configures routing protocols"},
    {"ip address", "", "", "ip", "ip address add {address|ADDRESS/LENGTH} dev {interface|eth0}"},
    {"ipv6 address", "", "", "ip", "ip -6 address add {address|ADDRESS/LENGTH} dev {interface|eth0}"},
    {"ip neighbor", "", "", "lldpd", "lldpcli show neighbors"},
    {"ip arp", "", "", "ip", "ip neighbour"},
    {"ip dhcp-client", "", "", "systemd-networkd", "DHCP=ipv4 in the .network file of {interface|eth0}"},
    {"ip dhcp-server", "", "", "dnsmasq", "dhcp-range= in /etc/dnsmasq.conf, or Kea's kea-dhcp4.conf"},
    {"ip dns", "", "", "systemd-resolved",
     "DNS={servers|8.8.8.8} in /etc/systemd/resolved.conf, or resolvectl dns LINK {servers|8.8.8.8}; "
     "DNSStubListenerExtra= answers other hosts"},
    {"ip service", "", "", "systemctl", "systemctl enable --now ssh"},
    {"ip settings", "", "", "sysctl", "sysctl net.ipv4.ip_forward=1"},
    {"ipv6 settings", "", "", "sysctl",
     "sysctl -w net.ipv6.conf.all.forwarding=1, and a line in /etc/sysctl.d/ to keep it"},
    {"ipv6 dhcp-client", "", "", "systemd-networkd",
     "DHCP=ipv6 and, in [DHCPv6], PrefixDelegationHint= in the .network file of {interface|ppp0}; "
     "DHCPPrefixDelegation=yes in that of the LAN"},
    {"ipv6 dhcp-server", "", "", "dnsmasq", "dhcp-range=::,constructor:eth0 in /etc/dnsmasq.conf"},
    {"ipv6 nd", "", "", "systemd-networkd", "IPv6SendRA=yes in the .network file of {interface|eth0}"},
    {"ip ipsec", "", "", "strongSwan", "swanctl --load-all"},
    {"ip proxy", "", "", "squid", "/etc/squid/squid.conf"},
    {"ip hotspot", "", "", "nodogsplash", "/etc/nodogsplash/nodogsplash.conf"},
    {"ip upnp", "", "", "miniupnpd", "/etc/miniupnpd/miniupnpd.conf"},
    {"ip cloud", "", "", "ddclient", "/etc/ddclient.conf"},
    {"ip ssh", "", "", "sshd", "/etc/ssh/sshd_config"},
    {"ip traffic-flow", "", "", "softflowd", "softflowd -i {interfaces|ppp0} -n COLLECTOR:2055"},
    {"interface lte", "", "", "mmcli", "mmcli -m any --reset; mmcli -m any shows the modem"},
    {"interface ethernet", "", "", "ethtool", "ethtool eth0, or a .link file of systemd-networkd"},
    {"interface bridge", "", "", "ip",
     "ip link add {name|bridge0} type bridge; ip link set eth0 master {bridge|bridge0}"},
    {"interface bonding", "", "", "ip", "ip link add {name|bond0} type bond"},
    {"interface wireless", "", "", "iwctl", "iwctl station wlan0 connect SSID"},
    {"interface wifi", "", "", "iwctl", "iwctl station wlan0 connect SSID"},
    {"interface wireguard", "", "", "wg", "ip link add {name|wg0} type wireguard; wg set {name|wg0} ..."},
    {"interface l2tp-client", "", "", "xl2tpd", "/etc/xl2tpd/xl2tpd.conf"},
    {"interface l2tp-server", "", "", "xl2tpd", "/etc/xl2tpd/xl2tpd.conf"},
    {"interface ovpn-client", "", "", "openvpn", "openvpn --config FILE"},
    {"interface ovpn-server", "", "", "openvpn", "openvpn --config FILE"},
    {"interface sstp-client", "", "", "sstpc", "sstpc --user USER HOST"},
    {"interface eoip", "", "", "ip",
     "ip link add {name|gretap1} type gretap remote {remote-address|ADDRESS}"},
    {"interface gre", "", "", "ip", "ip tunnel add {name|gre1} mode gre remote {remote-address|ADDRESS}"},
    {"interface ipip", "", "", "ip", "ip tunnel add {name|ipip1} mode ipip remote {remote-address|ADDRESS}"},
    {"interface vxlan", "", "", "ip", "ip link add {name|vxlan1} type vxlan id {vni|1}"},
    {"interface list", "", "", "nft", "nft add set inet filter {name|lan} '{ type ifname; }'"},
    {"queue", "", "", "tc", "rate-limit= of a profile or secret shapes a session; tc qdisc does the rest"},
    {"snmp", "", "", "net-snmp",
     "in /etc/snmp/snmpd.conf: sysContact {contact|CONTACT} and sysLocation {location|PLACE}; then systemctl "
     "restart snmpd"},
    {"tool e-mail", "", "", "msmtp",
     R"(printf 'Subject: %s\n\n%s\n' {subject|SUBJECT} {body|TEXT} | msmtp {to|ADDRESS})"},
    {"tool graphing", "", "", "collectd",
     "the interface plugin of collectd, or Prometheus' node_exporter, draws {interface|every interface}"},
    {"tool bandwidth-test", "", "", "iperf3", "iperf3 -c {address|HOST}"},
    {"tool bandwidth-server", "", "", "iperf3", "iperf3 -s"},
    {"tool sniffer", "", "", "tcpdump", "tcpdump -i {interface|ppp0}"},
    {"tool torch", "", "", "iftop", "iftop -i {interface|ppp0}"},
    {"tool traceroute", "", "", "traceroute", "traceroute {address|HOST}"},
    {"tool fetch", "", "", "curl", "curl -O {url|URL}"},
    {"tool sms", "", "", "mmcli", "mmcli -m any --messaging-create-sms=..."},
    {"tool wol", "", "", "wakeonlan", "wakeonlan {mac|MAC}"},
    {"tool mac-server", "", "", "sshd", "there is no login by MAC address; use ssh"},
    {"tool romon", "", "", "sshd", "there is no login by MAC address; use ssh"},
    {"tool traffic-monitor", "", "", "collectd", "its threshold plugin calls a program"},
    {"system script", "", "", "systemd",
     "write {name|the script} as a shell script and run it by a systemd unit; RouterOS' language is not run "
     "here"},
    {"system scheduler", "", "", "systemd",
     "systemd-run --on-calendar='*:0/60' --unit={name|NAME} {on-event|PROGRAM}, or a .timer unit with "
     "OnUnitActiveSec={interval|1h}"},
    {"system logging", "", "", "journalctl",
     "all topics are kept in the journal already: journalctl -u pppmanager, or pppctl /log print where "
     "topics~\"ppp\""},
    {"system resource usb", "", "", "lsusb", "lsusb, and ls -l /dev/serial/by-id for the ports of modems"},
    {"system resource", "", "", "systemctl",
     "systemctl status pppmanager shows memory and CPU time, top those of the host"},
    {"system identity", "", "", "hostnamectl", "hostnamectl set-hostname {name|NAME}"},
    {"system clock", "", "", "timedatectl", "timedatectl set-timezone {time-zone-name|ZONE}"},
    {"system ntp", "", "", "systemd-timesyncd", "NTP={servers|SERVER} in /etc/systemd/timesyncd.conf"},
    {"system package", "", "", "apt", "apt update; apt upgrade"},
    {"system routerboard", "", "", "fwupdmgr", "fwupdmgr update"},
    {"system backup", "", "", "pppctl", "pppctl export writes the configuration of PPP Manager"},
    {"system health", "", "", "sensors", "sensors"},
    {"system watchdog", "", "", "systemd", "RuntimeWatchdogSec= in /etc/systemd/system.conf"},
    {"system reboot", "", "", "systemctl", "systemctl reboot"},
    {"system shutdown", "", "", "systemctl", "systemctl poweroff"},
    {"system note", "", "", "motd", "/etc/motd"},
    {"system leds", "", "", "sysfs", "/sys/class/leds"},
    {"port", "", "", "udev",
     "ls -l /dev/serial/by-id names the serial ports; baud-rate is a property of ppp-client"},
    {"radius incoming", "", "", "pppctl",
     "requests to disconnect a session are not taken: pppctl kick SESSION"},
    {"user", "", "", "useradd", "useradd {name|NAME}; the users of our servers are in /ppp secret"},
    {"user-manager", "", "", "FreeRADIUS", "/etc/freeradius/3.0/users"},
    {"certificate", "", "", "openssl", "openssl x509, or certbot"},
    {"file", "", "", "ls", "ls, cp and rm"},
    {"disk", "", "", "lsblk", "lsblk"},
    {"container", "", "", "podman", "podman run ..."},
    {"caps-man", "", "", "hostapd", "/etc/hostapd/hostapd.conf"},
    {"mpls", "", "", "FRR", "vtysh"},
    {"dude", "", "", "Prometheus", "its blackbox_exporter watches hosts"},
    {"ppp l2tp-secret", "", "", "xl2tpd", "/etc/xl2tpd/l2tp-secrets"},
});

const std::string* argument(const Place& place, std::string_view key) {
    for (const auto& a : place.arguments)
        if (a.form == Argument::Form::pair && a.key == key) return &a.value;
    return nullptr;
}

bool fits(const Row& row, const Place& place) {
    if (!is_below(place.path, row.path) && place.path + ' ' + place.verb != row.path) return false;
    if (row.key.empty()) return true;
    const auto* value = argument(place, row.key);
    return value != nullptr && (row.value.empty() || *value == row.value);
}

std::string filled(std::string_view text, const Place& place) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        text.remove_prefix(open + 1);
        const auto bar = text.find('|'), close = text.find('}');
        if (bar == std::string_view::npos || bar > close) {  // a brace of nft's
            out += '{';
            continue;
        }
        constexpr std::size_t longest = 200;
        const auto* value = argument(place, text.substr(0, bar));
        const auto shows = value == nullptr || value->empty() ? std::optional<std::string>()
                                                              : showable(text.substr(0, bar), *value);
        if (shows)
            out += shell_word(std::string_view(*shows).substr(0, longest));
        else
            out += text.substr(bar + 1, close - bar - 1);
        text.remove_prefix(close + 1);
    }
    return out;
}

/// ECMP: one route with a next hop for each gateway.
std::optional<std::string> several_gateways(const Place& place) {
    const auto* gateways = argument(place, "gateway");
    if (place.path != "ip route" || gateways == nullptr || gateways->find(',') == std::string::npos)
        return std::nullopt;
    const auto* to = argument(place, "dst-address");
    std::string out = "ip route add " + (to == nullptr || *to == "0.0.0.0/0" ? "default" : shell_word(*to));
    std::string_view rest(*gateways);
    for (int i = 0; !rest.empty() && i < 16; ++i) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto gateway = rest.substr(0, comma);
        const bool address = gateway.find_first_not_of("0123456789.") == std::string_view::npos;
        out += (address ? " nexthop via " : " nexthop dev ") + shell_word(gateway);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return out;
}

}  // namespace

std::optional<Answer> elsewhere(const Place& place) {
    if (auto route = several_gateways(place)) return Answer{"ip", *route};
    for (const auto& row : kRows)
        if (fits(row, place)) return Answer{std::string(row.tool), filled(row.text, place)};
    return std::nullopt;
}

bool leads_elsewhere(std::string_view path) {
    return std::any_of(kRows.begin(), kRows.end(), [&](const Row& row) { return is_below(row.path, path); });
}

std::vector<std::string_view> elsewhere_paths() {
    std::vector<std::string_view> out;
    out.reserve(kRows.size());
    for (const auto& row : kRows) out.push_back(row.path);
    return out;
}

}  // namespace ppp::ctl::ros
