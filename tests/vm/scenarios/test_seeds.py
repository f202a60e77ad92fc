# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command of five RouterOS guides, by pppctl: what it does is asserted, or names the tool that does it.

The table of all commands is printed and kept as seeds.txt in the results.
"""

import pytest

from support.guide import Guide


@pytest.mark.deadline(400)
def test_every_command_of_the_guides_takes_effect_or_names_its_tool(lab):
    guide = Guide(lab)
    try:
        for chapter in (first_client, first_server, troubleshooting, several_lines, tuning, failover,
                        modems, client_and_server, pptp):
            chapter(guide)
    finally:
        text = guide.table.text()
        (lab.results / "seeds.txt").write_text(text)
        print(text)
    assert not guide.table.missing()
    assert not guide.table.faults, "\n\n".join(guide.table.faults)


def first_client(g):
    g.connects("/interface pppoe-client add name=pppoe-out1 interface=ether1", "pppoe-out1", interface="ether1",
               user="your_username", password="yes", add_default_route="yes", use_peer_dns="yes",
               comment="Main ISP connection")
    g.also("a default route of distance 1", g.default_routes(), {"pppoe-out1": 1})
    g.also("name servers", list(g.home.client("pppoe-out1")["Dns"]), ["10.0.0.53"])
    g.connects("/interface pppoe-client set pppoe-out1 max-mtu=1500", "pppoe-out1", max_mtu="1500", mrru="1600",
               keepalive_timeout="1m", dial_on_demand="no", default_route_distance="1")
    g.kept("/interface vlan add name=vlan-isp", "vlan", "vlan-isp", vlan_id="35", interface="ether1",
           comment="ISP VLAN")
    g.home.remove(("pppoe-client", "pppoe-out1"))
    g.vlan("vlan-isp", 35)  # the kind is kept only, so the interface is made by hand
    g.connects("/interface pppoe-client add name=pppoe-out1 interface=vlan-isp", "pppoe-out1",
               interface="vlan-isp", comment="PPPoE over VLAN 35")
    g.also("over VLAN 35", g.home.client("pppoe-out1")["AcName"], "isp-vlan35")


def first_server(g):
    out = g.changes("/interface pppoe-server server set enabled=yes", "pppoe-server", "pppoe-server1",
                    default_profile="default-encryption", disabled="yes")
    g.also("says that it made a server", "there was no server, so pppoe-server1 was made" in out)
    g.changes("/ip pool add", "pool", "pppoe-pool", ranges="192.168.100.2-192.168.100.50")
    g.changes("/ppp profile add name=pppoe-profile", "profile", "pppoe-profile", local_address="192.168.100.1",
              remote_address="pppoe-pool", dns_server="8.8.8.8,8.8.4.4", use_encryption="yes",
              comment="PPPoE client profile")
    g.changes("/interface pppoe-server server set default-profile=", "pppoe-server", "pppoe-server1",
              default_profile="pppoe-profile")
    for name, more in (("user1", {}), ("user2", {}), ("admin", {"remote_address": "192.168.100.10"}),
                       ("limited", {"rate_limit": "10M/5M"})):
        g.changes(f"/ppp secret add name={name}", "secret", name, service="pppoe", profile="pppoe-profile",
                  password="yes", **more)
    g.changes("/interface pppoe-server add name=pppoe-server-eth2", "pppoe-server", "pppoe-server-eth2",
              service_name="Internet Access", authentication="mschap2,mschap1,chap,pap", max_sessions="50",
              one_session_per_host="yes", keepalive_timeout="10s", max_mtu="1480")
    g.also("user1 dials in: an address of the pool",
           g.customer_dials("ether2", "user1", "pass1", "Internet Access"), "192.168.100.2")
    g.also("admin dials in: his own address",
           g.customer_dials("ether2", "admin", "adminpass", "Internet Access"), "192.168.100.10")


def troubleshooting(g):
    g.home.remove(("vlan", "vlan-isp"))
    g.kept("/interface vlan add name=isp-vlan", "vlan", "isp-vlan", vlan_id="35")
    g.changes("/interface pppoe-client add name=pppoe-isp interface=isp-vlan", "pppoe-client", "pppoe-isp",
              interface="isp-vlan", disabled="yes")
    g.home.remove(("pppoe-client", "pppoe-isp"))
    g.changes("/interface pppoe-client add name=pppoe-isp interface=ether1", "pppoe-client", "pppoe-isp",
              service_name="internet", disabled="yes")
    g.home.set("pppoe-client", "pppoe-isp", disabled="no", default_route_distance="5")
    g.client_is("pppoe-isp", ServiceName="internet")
    g.home.remove(("pppoe-client", "pppoe-isp"))
    g.changes("/interface pppoe-client add name=pppoe-isp interface=ether1", "pppoe-client", "pppoe-isp",
              allow_fast_path="no")
    g.named("/ipv6 settings set forward=yes", "sysctl")
    g.named("/ipv6 dhcp-client add", "systemd-networkd")
    g.prints("/interface pppoe-client print detail", r"^\d R name=pppoe-out1 interface=vlan-isp",
             r"^\d X name=pppoe-isp interface=ether1")
    g.prints("/interface pppoe-client monitor pppoe-out1", r"^ +status: connected$", r"^ +uptime: \d+s$",
             r"^ +ac-name: isp-vlan35$")
    g.prints("/interface print stats where", r"^0  R  pppoe-out1  pppoe  \d+  +\d+  +\d+  +\d+  +\d+$")
    g.prints("/ppp active print where service=pppoe", r"pppoe-out1", r"^\d  admin .*192\.168\.100\.10")
    g.log("/log print where topics")
    g.runs("/ping 8.8.8.8 interface=pppoe-out1", r"64 bytes from 8.8.8.8: icmp_seq=2", r"0% packet loss")
    g.prints("/ip route print where", r"^\d  0\.0\.0\.0/0 +pppoe-out1 .* 1$")
    g.runs("/interface monitor-traffic interface=pppoe-out1", r"^pppoe-out1 +[\d.]+ k?bps +[\d.]+ k?bps +\d+ +\d+$")
    g.connects("/interface pppoe-client set pppoe-out1 max-mtu=1492", "pppoe-out1", max_mtu="1492",
               max_mru="1492")
    g.also("MTU", g.home.client("pppoe-out1")["Mtu"], 1492)
    g.named("/ip firewall mangle add", "pppctl")
    g.connects("/interface pppoe-client set pppoe-out1 user=", "pppoe-out1", user="correct_username")
    g.also("the provider knows the new user", len(g.isp.sessions(Name="correct_username")), 1)
    g.placeholder("/interface vlan add name=isp-vlan vlan-id=VLAN_ID", "VLAN_ID", "36",
                  r'vlan .isp-vlan.: vlan-id: "VLAN_ID" is not a number',
                  before=lambda: g.home.remove(("vlan", "isp-vlan")))
    g.also("vlan-id=36", g.home.object("vlan", "isp-vlan")["vlan-id"], "36")
    g.changes("/interface pppoe-client set pppoe-out1 interface=isp-vlan", "pppoe-client", "pppoe-out1",
              interface="isp-vlan")
    g.client_is("pppoe-out1", "waiting-for-parent")


def several_lines(g):
    for name, line in (("pppoe-primary", 1), ("pppoe-backup", 2)):
        g.changes(f"/interface pppoe-client add name={name}", "pppoe-client", name, interface=f"ether{line}",
                  user=f"user{line}", default_route_distance=str(line), disabled="yes")
        g.home.set("pppoe-client", name, disabled="no")
        g.client_is(name)
    g.also("two default routes", g.default_routes(), {"pppoe-primary": 1, "pppoe-backup": 2})
    g.kept("/tool netwatch add host=8.8.8.8", "watch", "watch1", host="8.8.8.8", interval="30s",
           up_script='/ip route set [find gateway~"pppoe-primary"] distance=1')
    for line in (1, 2):
        g.changes(f"/interface pppoe-client add name=pppoe-wan{line}", "pppoe-client", f"pppoe-wan{line}",
                  interface=f"ether{line}", add_default_route="no")
    g.named("/ip route add", "ip", "nexthop dev pppoe-wan1 nexthop dev pppoe-wan2")
    for _ in range(4):
        g.named("/ip firewall mangle add", "nft")
    for _ in range(2):
        g.named("/ip route add", "ip")


def tuning(g):
    g.changes("/ppp profile set pppoe-profile session-timeout", "profile", "pppoe-profile",
              session_timeout="8h", idle_timeout="10m", only_one="yes")
    g.changes("/interface pppoe-server server set authentication", "pppoe-server", "pppoe-server-eth2",
              authentication="mschap2")
    g.also("so has the other", g.home.object("pppoe-server", "pppoe-server1")["authentication"], "mschap2")
    g.changes("/ppp profile set pppoe-profile rate-limit", "profile", "pppoe-profile", rate_limit="20M/10M")
    g.log("/log print where message")
    g.changes("/interface pppoe-client set pppoe-out1 allow-fast-path=no", "pppoe-client", "pppoe-out1",
              allow_fast_path="no")
    g.kept("/tool netwatch add host=GATEWAY_IP", "watch", "watch2", host="GATEWAY_IP", interval="1m",
           comment="Monitor PPPoE gateway")
    g.named("/system logging add", "journalctl")
    g.changes("/interface pppoe-client add name=pppoe-vpn", "pppoe-client", "pppoe-vpn", interface="ether3",
              user="vpn_user", add_default_route="no")
    g.home.set("pppoe-client", "pppoe-vpn", disabled="no")
    g.client_is("pppoe-vpn")
    g.named("/ip route add", "ip", "VPN_NETWORK/24 dev pppoe-vpn")
    g.named("/ip firewall nat", "nft", "masquerade")
    g.named("/tool graphing", "collectd")
    g.named("/snmp set", "net-snmp", "admin@company.com")
    g.named("/system script add", "systemd")
    g.named("/system scheduler add", "systemd")


def failover(g):
    g.home.remove(*(("pppoe-client", name) for name in ("pppoe-primary", "pppoe-backup", "pppoe-vpn")))
    g.connects("/interface pppoe-client add name=pppoe-primary", "pppoe-primary", interface="vlan-isp",
               user="primary_user", default_route_distance="1", use_peer_dns="yes", max_mtu="1492",
               comment="Primary ISP connection")
    g.connects("/interface pppoe-client add name=pppoe-backup", "pppoe-backup", interface="ether2",
               user="backup_user", default_route_distance="2", use_peer_dns="no")
    g.also("two default routes", g.default_routes(), {"pppoe-primary": 1, "pppoe-backup": 2})
    for _ in range(2):
        g.named("/ip firewall mangle add", "pppctl", "change-tcp-mss")
    g.kept("/tool netwatch add host=8.8.8.8", "watch", "watch3", host="8.8.8.8")
    for _ in range(2):
        g.named("/ip firewall nat add", "nft", "masquerade")
    g.named("/ip dns set", "systemd-resolved", "8.8.8.8,1.1.1.1")
    for wanted in ({"allow_fast_path": "yes"}, {"max_mtu": "1492", "max_mru": "1492", "mrru": "1600"},
                   {"mrru": "1600"}, {"keepalive_timeout": "1m"}):
        g.changes("/interface pppoe-client set pppoe-out1", "pppoe-client", "pppoe-out1", **wanted)
    g.home.remove(("pppoe-client", "pppoe-primary"), ("pppoe-client", "pppoe-backup"))
    g.home.set("pppoe-client", "pppoe-out1", interface="ether1")
    g.client_is("pppoe-out1")
    g.runs("/interface monitor-traffic interface=pppoe-out1 duration=60", r"^pppoe-out1 ")
    g.runs("/ping 8.8.8.8 interface=pppoe-out1 count=100", r"icmp_seq=2")
    g.named("/system resource print", "systemctl")


def modems(g):
    g.kept("/interface ppp-client add apn=yourapn", "ppp-client", "ppp-out1", port="usb2", apn="yourapn",
           disabled="no")
    again = lambda kind, name: g.home.remove((kind, name))  # noqa: E731: the guides use names twice
    again("ppp-client", "ppp-out1")
    g.kept("/interface ppp-client add apn=internet", "ppp-client", "ppp-out1", port="usb1", disabled="no")
    again("ppp-client", "ppp-out1")
    g.kept("/interface ppp-client add apn=internet authentication=chap", "ppp-client", "ppp-out1", allow="chap",
           disabled="yes")
    g.kept("/interface ppp-client enable ppp-out1", "ppp-client", "ppp-out1", disabled="no")
    g.prints("/interface ppp-client monitor ppp-out1", "status: kept; this version does nothing with a ppp-client")
    again("ppp-client", "ppp-out1")
    g.kept("/interface ppp-client add apn=internet add-default-route=yes", "ppp-client", "ppp-out1",
           default_route_distance="10")
    again("ppp-client", "ppp-out1")
    g.kept("/interface ppp-client add apn=internet dial-on-demand=yes", "ppp-client", "ppp-out1",
           port="serial0", dial_on_demand="yes")
    g.kept("/interface ppp-server add name=ppp-in1", "ppp-server", "ppp-in1")
    g.changes("/ppp secret add name=remoteuser", "secret", "remoteuser", profile="default",
              remote_address="10.0.0.100")
    g.changes("/ppp secret add name=mobileuser", "secret", "mobileuser", profile="default-encryption",
              service="any")
    g.changes("/ppp profile add local-address", "profile", "remote-pool", local_address="10.0.0.1",
              remote_address="10.0.0.100-10.0.0.200")
    again("secret", "remoteuser")
    g.changes("/ppp secret add name=remoteuser", "secret", "remoteuser", profile="remote-pool")
    again("ppp-server", "ppp-in1")
    g.kept("/interface ppp-server add profile=remote-pool", "ppp-server", "ppp-in1", profile="remote-pool",
           port="serial0")
    g.prints("/ppp active print", r"pppoe-out1")
    g.named("/system logging add", "journalctl")
    g.log("/log print where message")
    g.prints("/interface ppp-client print", r"^0  XI  ppp-out1  serial0  internet")
    g.prints("/ppp secret print", r"^\d  mobileuser ", r"^\d  remoteuser ")
    g.named("/interface lte reset", "mmcli")
    g.named("/system resource usb print", "lsusb")
    g.kept("/interface ppp-client set [find] password", "ppp-client", "ppp-out1", password="yes")
    g.kept("/interface ppp-client set [find] allow", "ppp-client", "ppp-out1", allow="mschap2,chap")
    g.home.add("pool", name="pool1", ranges="10.8.0.2-10.8.0.9")  # the guide has it already
    g.changes("/ppp profile add name=cellular-profile", "profile", "cellular-profile", remote_address="pool1",
              idle_timeout="30m", use_encryption="required")


def client_and_server(g):
    g.home.reset()
    g.prints("/interface pppoe-client scan ether1", r"^internet +([0-9A-F:]{17})  isp-ether1$")
    g.connects("/interface pppoe-client add interface=ether2", "PPPoE-Out", user="MT-User",
               service_name="pppoeservice")
    g.also("its service", g.home.client("PPPoE-Out")["ServiceName"], "pppoeservice")
    g.prints("/interface pppoe-client print", r"^0  R  PPPoE-Out  ether2 ")
    g.prints("/interface pppoe-client monitor PPPoE-Out", r"service-name: pppoeservice", r"status: connected")
    g.changes("/ip pool add", "pool", "pppoe-pool", ranges="10.0.0.2-10.0.0.5")
    g.changes("/ppp profile add local-address", "profile", "for-pppoe", local_address="10.0.0.1",
              remote_address="pppoe-pool")
    g.changes("/ppp secret add name=MT-User", "secret", "MT-User", service="pppoe", profile="for-pppoe")
    g.changes("/interface pppoe-server server add", "pppoe-server", "pppoe-server1", interface="ether3",
              service_name="pppoeservice", disabled="no")
    g.also("MT-User dials in", g.customer_dials("ether3", "MT-User", "StrongPass", "pppoeservice"), "10.0.0.2")


def pptp(g):
    g.connects("/interface pptp-client add", "pptp-hm", user="pptp-hm", connect_to="10.1.101.100", disabled="no")
    g.prints("/interface pptp-client print detail", r"^Flags: .*R - running", r"^0 R name=pptp-hm ")
    g.prints("/interface pptp-client monitor 0", r"^ +status: connected$", r"^ +uptime: \d+s$",
             r"^ +idle-time: \d+s$", r"^ +encoding: MPPE128 stateless$", r"^ +mtu: 14\d\d$", r"^ +mru: 14\d\d$")
    g.changes("/interface pptp-server server set", "pptp-server", "server", disabled="no", acting="yes")
