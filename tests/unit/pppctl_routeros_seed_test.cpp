// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Every command of tests/data/seed-commands.rsc has its outcome: none is passed over in silence.
#include <doctest/doctest.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include "config/property.hpp"
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/routeros/session.hpp"
#include "support/ros_backend.hpp"

using namespace ppp;
using namespace ppp::ctl::ros;
using ppp::test::MemoryBackend;
using Kind = Report::Kind;

namespace {

/// What is expected of a command: its kind and a part of its message, which names object or tool.
struct Expected {
    const char* begins;  ///< of the command as the report shows it
    Kind kind;
    const char* says;
};

constexpr Kind kChanged = Kind::changed, kDone = Kind::done, kAnswer = Kind::answer;

constexpr auto kExpected = std::to_array<Expected>({
    {"/interface pppoe-client add name=pppoe-out1 interface=ether1", kChanged,
     "added pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-client set pppoe-out1 max-mtu=1500", kChanged, "changed pppoe-client 'pppoe-out1'"},
    {"/interface vlan add name=vlan-isp vlan-id=35", kChanged, "added vlan 'vlan-isp'"},
    {"/interface pppoe-client add name=pppoe-out1 interface=vlan-isp", kChanged,
     "changed pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-server server set enabled=yes", kChanged,
     "there was no server, so pppoe-server1 was made"},
    {"/ip pool add name=pppoe-pool ranges=192.168.100.2", kChanged, "added pool 'pppoe-pool'"},
    {"/ppp profile add name=pppoe-profile", kChanged, "added profile 'pppoe-profile'"},
    {"/interface pppoe-server server set default-profile=", kChanged, "changed pppoe-server 'pppoe-server1'"},
    {"/ppp secret add name=user1", kChanged, "added secret 'user1'"},
    {"/ppp secret add name=user2", kChanged, "added secret 'user2'"},
    {"/ppp secret add name=admin", kChanged, "added secret 'admin'"},
    {"/ppp secret add name=limited", kChanged, "added secret 'limited'"},
    {"/interface pppoe-server add name=pppoe-server-eth2", kChanged,
     "added pppoe-server 'pppoe-server-eth2'"},
    {"/interface vlan add name=isp-vlan vlan-id=35", kChanged, "added vlan 'isp-vlan'"},
    {"/interface pppoe-client add name=pppoe-isp interface=isp-vlan", kChanged,
     "added pppoe-client 'pppoe-isp'"},
    {"/interface pppoe-client add name=pppoe-isp interface=ether1", kChanged,
     "changed pppoe-client 'pppoe-isp'"},
    {"/interface pppoe-client add name=pppoe-isp interface=ether1", kChanged,
     "changed pppoe-client 'pppoe-isp'"},
    {"/ipv6 settings set forward=yes", kAnswer, "sysctl: sysctl -w net.ipv6.conf.all.forwarding=1"},
    {"/ipv6 dhcp-client add interface=pppoe-isp", kAnswer, "systemd-networkd: DHCP=ipv6"},
    {"/interface pppoe-client print detail", kDone, "list pppoe-client"},
    {"/interface pppoe-client monitor pppoe-out1", kDone, "monitor pppoe-client pppoe-out1"},
    {"/interface print stats where", kDone, "interfaces"},
    {"/ppp active print where", kDone, "sessions"},
    {"/log print where", kDone, "log"},
    {"/ping 8.8.8.8", kDone, "ping"},
    {"/ip route print where", kDone, "routes"},
    {"/interface monitor-traffic interface=pppoe-out1", kDone, "traffic pppoe-out1"},
    {"/interface pppoe-client set pppoe-out1 max-mtu=1492", kChanged, "changed pppoe-client 'pppoe-out1'"},
    {"/ip firewall mangle add chain=forward", kAnswer, "change-tcp-mss=yes of the session's profile"},
    {"/interface pppoe-client set pppoe-out1 user=", kChanged, "changed pppoe-client 'pppoe-out1'"},
    {"/interface vlan add name=isp-vlan vlan-id=VLAN_ID", kChanged, "changed vlan 'isp-vlan'"},
    {"/interface pppoe-client set pppoe-out1 interface=isp-vlan", kChanged,
     "changed pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-client add name=pppoe-primary", kChanged, "added pppoe-client 'pppoe-primary'"},
    {"/interface pppoe-client add name=pppoe-backup", kChanged, "added pppoe-client 'pppoe-backup'"},
    {"/tool netwatch add host=8.8.8.8", kChanged, "added watch 'watch1'"},
    {"/interface pppoe-client add name=pppoe-wan1", kChanged, "added pppoe-client 'pppoe-wan1'"},
    {"/interface pppoe-client add name=pppoe-wan2", kChanged, "added pppoe-client 'pppoe-wan2'"},
    {"/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan1,pppoe-wan2", kAnswer,
     "ip: ip route add default nexthop dev pppoe-wan1 nexthop dev pppoe-wan2"},
    {"/ip firewall mangle add chain=prerouting connection-state=new nth=2,1", kAnswer, "nft: nft add rule"},
    {"/ip firewall mangle add chain=prerouting connection-mark=wan1_conn", kAnswer, "nft: nft add rule"},
    {"/ip firewall mangle add chain=prerouting connection-state=new", kAnswer, "nft: nft add rule"},
    {"/ip firewall mangle add chain=prerouting connection-mark=wan2_conn", kAnswer, "nft: nft add rule"},
    {"/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan1 routing-mark", kAnswer, "ip rule add fwmark"},
    {"/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan2 routing-mark", kAnswer, "ip rule add fwmark"},
    {"/ppp profile set pppoe-profile session-timeout=8h", kChanged, "changed profile 'pppoe-profile'"},
    {"/interface pppoe-server server set authentication=mschap2", kChanged,
     "changed pppoe-server 'pppoe-server-eth2'; changed pppoe-server 'pppoe-server1'"},
    {"/ppp profile set pppoe-profile rate-limit=20M/10M", kChanged, "changed profile 'pppoe-profile'"},
    {"/log print where", kDone, "log"},
    {"/interface pppoe-client set pppoe-out1 allow-fast-path=no", kChanged,
     "changed pppoe-client 'pppoe-out1'"},
    {"/tool netwatch add host=GATEWAY_IP", kChanged, "added watch 'watch2'"},
    {"/system logging add topics=ppp,info", kAnswer, "journalctl: "},
    {"/interface pppoe-client add name=pppoe-vpn", kChanged, "added pppoe-client 'pppoe-vpn'"},
    {"/ip route add dst-address=VPN_NETWORK/24", kAnswer, "ip: ip route add VPN_NETWORK/24 dev pppoe-vpn"},
    {"/ip firewall nat add chain=srcnat out-interface=pppoe-vpn", kAnswer, "oifname pppoe-vpn masquerade"},
    {"/tool graphing interface add", kAnswer, "collectd: "},
    {"/snmp set enabled=yes", kAnswer, "net-snmp: in /etc/snmp/snmpd.conf: sysContact admin@company.com"},
    {"/system script add name=bandwidth-alert", kAnswer, "systemd: write bandwidth-alert as a shell script"},
    {"/system scheduler add name=check-bandwidth", kAnswer, "systemd: systemd-run"},
    {"/interface pppoe-client add name=pppoe-primary interface=vlan-isp", kChanged,
     "changed pppoe-client 'pppoe-primary'"},
    {"/interface pppoe-client add name=pppoe-backup interface=ether2", kChanged,
     "changed pppoe-client 'pppoe-backup'"},
    {"/ip firewall mangle add chain=forward", kAnswer, "change-tcp-mss=yes"},
    {"/ip firewall mangle add chain=forward", kAnswer, "change-tcp-mss=yes"},
    {"/tool netwatch add host=8.8.8.8", kChanged, "added watch 'watch3'"},
    {"/ip firewall nat add chain=srcnat", kAnswer, "oifname pppoe-primary masquerade"},
    {"/ip firewall nat add chain=srcnat", kAnswer, "oifname pppoe-backup masquerade"},
    {"/ip dns set servers=8.8.8.8,1.1.1.1", kAnswer, "systemd-resolved: DNS=8.8.8.8,1.1.1.1"},
    {"/interface pppoe-client set pppoe-out1 allow-fast-path=yes", kChanged,
     "changed pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-client set pppoe-out1 max-mtu=1492", kChanged, "changed pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-client set pppoe-out1 mrru=1600", kChanged, "changed pppoe-client 'pppoe-out1'"},
    {"/interface pppoe-client set pppoe-out1 keepalive-timeout=60", kChanged,
     "changed pppoe-client 'pppoe-out1'"},
    {"/interface monitor-traffic interface=pppoe-out1 duration=60", kDone, "traffic pppoe-out1 duration=60"},
    {"/ping 8.8.8.8 interface=pppoe-out1 count=100", kDone,
     "ping address=8.8.8.8 count=100 interface=pppoe-out1"},
    {"/system resource print", kAnswer, "systemctl: systemctl status pppmanager"},
    {"/interface ppp-client add apn=yourapn", kChanged, "added ppp-client 'ppp-out1'"},
    {"/interface ppp-client add apn=internet", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-client add apn=internet authentication=chap", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-client enable ppp-out1", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-client monitor ppp-out1", kDone, "monitor ppp-client ppp-out1"},
    {"/interface ppp-client add apn=internet add-default-route=yes", kChanged,
     "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-client add apn=internet dial-on-demand=yes", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-server add name=ppp-in1", kChanged, "added ppp-server 'ppp-in1'"},
    {"/ppp secret add name=remoteuser", kChanged, "added secret 'remoteuser'"},
    {"/ppp secret add name=mobileuser", kChanged, "added secret 'mobileuser'"},
    {"/ppp profile add local-address=10.0.0.1 name=remote-pool", kChanged, "added profile 'remote-pool'"},
    {"/ppp secret add name=remoteuser", kChanged, "changed secret 'remoteuser'"},
    {"/interface ppp-server add profile=remote-pool", kChanged, "changed ppp-server 'ppp-in1'"},
    {"/ppp active print", kDone, "sessions"},
    {"/system logging add topics=ppp", kAnswer, "journalctl: "},
    {"/log print where", kDone, "log"},
    {"/interface ppp-client print", kDone, "list ppp-client"},
    {"/ppp secret print", kDone, "list secret"},
    {"/interface lte reset", kAnswer, "mmcli: mmcli -m any --reset"},
    {"/system resource usb print", kAnswer, "lsusb: "},
    {"/interface ppp-client set [find ...] password=***", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/interface ppp-client set [find ...] allow=mschap2,chap", kChanged, "changed ppp-client 'ppp-out1'"},
    {"/ppp profile add name=cellular-profile", kChanged, "added profile 'cellular-profile'"},
    {"/interface pppoe-client scan ether1", kDone, "scan interface=ether1"},
    {"/interface pppoe-client add interface=ether2", kChanged, "added pppoe-client 'PPPoE-Out'"},
    {"/interface pppoe-client print", kDone, "list pppoe-client"},
    {"/interface pppoe-client monitor PPPoE-Out", kDone, "monitor pppoe-client PPPoE-Out"},
    {"/ip pool add name=pppoe-pool ranges=10.0.0.2", kChanged, "changed pool 'pppoe-pool'"},
    {"/ppp profile add local-address=10.0.0.1 name=for-pppoe", kChanged, "added profile 'for-pppoe'"},
    {"/ppp secret add name=MT-User", kChanged, "added secret 'MT-User'"},
    {"/interface pppoe-server server add default-profile=for-pppoe", kChanged,
     "added pppoe-server 'pppoe-server2'"},
    {"/interface pptp-client add name=pptp-hm", kChanged, "added pptp-client 'pptp-hm'"},
    {"/interface pptp-client print detail", kDone, "list pptp-client"},
    {"/interface pptp-client monitor 0", kDone, "monitor pptp-client pptp-hm"},
    {"/interface pptp-server server set enabled=yes", kChanged, "changed pptp-server 'server'"},
});

std::string seeds() {
    std::ifstream in(std::string(TEST_ROOT) + "/data/seed-commands.rsc");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Says what it was asked for.
struct Telling : MemoryBackend {
    Result<Shown> act(const Action& action) override {
        PPP_CHECK(MemoryBackend::act(action));
        std::string out(to_string(action.what));
        if (!action.kind.empty()) out += ' ' + action.kind;
        for (const auto& name : action.names) out += ' ' + name;
        for (const auto& [key, value] : action.arguments) out += ' ' + key + '=' + value;
        return Shown{out, {}};
    }
};

/// The edits of a kind that the daemon has, as the daemon reads them; texts in capitals are placeholders.
void check_by_table(const Edit& edit, config::Config& config) {
    const auto* kind = config::find_kind(edit.kind);
    if (kind == nullptr) return;
    if (edit.verb == Edit::Verb::remove) return;
    void* object = kind->add(config, edit.name);
    for (const auto& pair : edit.properties) {
        if (pair.second.empty()) continue;  // back to its default
        const auto &key = pair.first, &value = pair.second;
        CAPTURE(edit.kind);
        CAPTURE(key);
        CAPTURE(value);
        const auto* property = config::find_property(*kind, key);
        REQUIRE(property != nullptr);
        if (value != "VLAN_ID" && value != "GATEWAY_IP") CHECK(property->parse(object, value));
    }
}

}  // namespace

TEST_CASE("every command of the guides takes effect or is answered with the tool that does it") {
    Telling backend;
    Interpreter interpreter(backend, {.replace = true, .interfaces = {}});
    const auto outcome = interpreter.run(seeds());
    for (std::size_t i = 0; i < std::max(outcome.reports.size(), kExpected.size()); ++i) {
        REQUIRE(i < outcome.reports.size());
        REQUIRE(i < kExpected.size());
        const auto& report = outcome.reports[i];
        CAPTURE(report.line);
        CAPTURE(report.command);
        CAPTURE(report.message);
        CHECK(report.command.starts_with(kExpected[i].begins));
        CHECK(to_string(report.kind) == to_string(kExpected[i].kind));
        CHECK(report.message.find(kExpected[i].says) != std::string::npos);
        CHECK(report.message.find('\n') == std::string::npos);
        if (std::getenv("SEED_TABLE") != nullptr)
            std::printf("%3zu %-8s %s\n    %s\n", report.line, std::string(to_string(report.kind)).c_str(),
                        report.command.c_str(), report.message.c_str());
    }

    config::Config config = config::default_config();
    for (const auto& edit : backend.edits) check_by_table(edit, config);
    CHECK(config.secret.at("limited").rate_limit == "10M/5M");
    CHECK(config.profile.at("cellular-profile").use_encryption == config::Encryption::required);
    CHECK(backend.value("ppp-client", "ppp-out1", "allow") == "mschap2,chap");
    CHECK(backend.value("ppp-client", "ppp-out1", "password") == "correctpassword");
    CHECK(backend.value("pppoe-server", "pppoe-server1", "disabled") == "yes");
    CHECK(backend.value("pppoe-server", "pppoe-server-eth2", "authentication") == "mschap2");
    CHECK(backend.value("pppoe-server", "pppoe-server-eth2", "service-name") == "Internet Access");
    CHECK(backend.value("watch", "watch3", "down-script").find("\"pppoe-primary\"] distance=10;") !=
          std::string::npos);
    CHECK(backend.value("pptp-server", "server", "enabled") == "yes");
}

TEST_CASE("the configuration of the guides, exported and imported, is the same") {
    MemoryBackend first, second;
    Interpreter(first, {.replace = true, .interfaces = {}}).run(seeds());
    std::vector<Exported> kinds;
    for (const auto& [kind, objects] : first.kinds) {
        kinds.push_back({kind, {}});
        for (const auto& [name, properties] : objects) kinds.back().objects.push_back({name, properties});
    }
    const auto text = export_text(kinds);
    const auto outcome = Interpreter(second).run(text);
    CHECK_FALSE(outcome.failed());
    CHECK(second.kinds == first.kinds);
    CHECK(text.find("#") == std::string::npos);
    CHECK(text.find("/ppp profile") < text.find("/interface pppoe-client"));
}
