# SPDX-License-Identifier: GPL-2.0-or-later
# Commands from guides to PPP on RouterOS, grouped as a guide has them: what an administrator types.

# PPPoE, from a first client to a failover setup
/interface pppoe-client add name=pppoe-out1 interface=ether1 user="your_username" password="your_password" add-default-route=yes use-peer-dns=yes disabled=no comment="Main ISP connection"
/interface pppoe-client set pppoe-out1 max-mtu=1500 max-mru=1500 mrru=1600 service-name="" ac-name="" keepalive-timeout=60 dial-on-demand=no use-peer-dns=yes add-default-route=yes default-route-distance=1
/interface vlan add name=vlan-isp vlan-id=35 interface=ether1 comment="ISP VLAN"
/interface pppoe-client add name=pppoe-out1 interface=vlan-isp user="your_username" password="your_password" add-default-route=yes use-peer-dns=yes disabled=no comment="PPPoE over VLAN 35"
/interface pppoe-server server set enabled=yes default-profile=default-encryption
/ip pool add name=pppoe-pool ranges=192.168.100.2-192.168.100.50
/ppp profile add name=pppoe-profile local-address=192.168.100.1 remote-address=pppoe-pool dns-server=8.8.8.8,8.8.4.4 use-encryption=yes comment="PPPoE client profile"
/interface pppoe-server server set default-profile=pppoe-profile
/ppp secret add name=user1 password=pass1 service=pppoe profile=pppoe-profile comment="PPPoE User 1"
/ppp secret add name=user2 password=pass2 service=pppoe profile=pppoe-profile comment="PPPoE User 2"
/ppp secret add name=admin password=adminpass service=pppoe profile=pppoe-profile remote-address=192.168.100.10 comment="Admin user"
/ppp secret add name=limited password=limitpass service=pppoe profile=pppoe-profile rate-limit=10M/5M comment="Limited user"
/interface pppoe-server add name=pppoe-server-eth2 interface=ether2 service-name="Internet Access" max-mtu=1480 max-mru=1480 authentication=pap,chap,mschap1,mschap2 keepalive-timeout=10 one-session-per-host=yes max-sessions=50 disabled=no
/interface vlan add name=isp-vlan vlan-id=35 interface=ether1
/interface pppoe-client add name=pppoe-isp interface=isp-vlan user="username" password="password" add-default-route=yes use-peer-dns=yes
/interface pppoe-client add name=pppoe-isp interface=ether1 user="username" password="password" service-name="internet" add-default-route=yes use-peer-dns=yes
/interface pppoe-client add name=pppoe-isp interface=ether1 user="username" password="password" add-default-route=yes use-peer-dns=yes allow-fast-path=no
/ipv6 settings set forward=yes
/ipv6 dhcp-client add interface=pppoe-isp add-default-route=yes request=prefix
/interface pppoe-client print detail
/interface pppoe-client monitor pppoe-out1
/interface print stats where name=pppoe-out1
/ppp active print where service=pppoe
/log print where topics~"pppoe"
/ping 8.8.8.8 interface=pppoe-out1
/ip route print where gateway~"pppoe"
/interface monitor-traffic interface=pppoe-out1
/interface pppoe-client set pppoe-out1 max-mtu=1492 max-mru=1492
/ip firewall mangle add chain=forward action=change-mss new-mss=1360 protocol=tcp tcp-flags=syn passthrough=yes out-interface=pppoe-out1
/interface pppoe-client set pppoe-out1 user="correct_username" password="correct_password"
/interface vlan add name=isp-vlan vlan-id=VLAN_ID interface=ether1
/interface pppoe-client set pppoe-out1 interface=isp-vlan
/interface pppoe-client add name=pppoe-primary interface=ether1 user="user1" password="pass1" add-default-route=yes default-route-distance=1
/interface pppoe-client add name=pppoe-backup interface=ether2 user="user2" password="pass2" add-default-route=yes default-route-distance=2
/tool netwatch add host=8.8.8.8 interval=30s up-script="/ip route set [find gateway~\"pppoe-primary\"] distance=1" down-script="/ip route set [find gateway~\"pppoe-primary\"] distance=10"
/interface pppoe-client add name=pppoe-wan1 interface=ether1 user="user1" password="pass1" add-default-route=no
/interface pppoe-client add name=pppoe-wan2 interface=ether2 user="user2" password="pass2" add-default-route=no
/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan1,pppoe-wan2 distance=1 check-gateway=ping
/ip firewall mangle add chain=prerouting connection-state=new nth=2,1 action=mark-connection new-connection-mark=wan1_conn
/ip firewall mangle add chain=prerouting connection-mark=wan1_conn action=mark-routing new-routing-mark=to_wan1
/ip firewall mangle add chain=prerouting connection-state=new action=mark-connection new-connection-mark=wan2_conn
/ip firewall mangle add chain=prerouting connection-mark=wan2_conn action=mark-routing new-routing-mark=to_wan2
/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan1 routing-mark=to_wan1
/ip route add dst-address=0.0.0.0/0 gateway=pppoe-wan2 routing-mark=to_wan2
/ppp profile set pppoe-profile session-timeout=8h idle-timeout=10m only-one=yes
/interface pppoe-server server set authentication=mschap2
/ppp profile set pppoe-profile rate-limit=20M/10M
/log print where message~"authentication failed" and topics~"ppp"
/interface pppoe-client set pppoe-out1 allow-fast-path=no
/tool netwatch add host=GATEWAY_IP interval=60s comment="Monitor PPPoE gateway"
/system logging add topics=ppp,info action=memory
/interface pppoe-client add name=pppoe-vpn interface=ether3 user="vpn_user" password="vpn_pass" add-default-route=no
/ip route add dst-address=VPN_NETWORK/24 gateway=pppoe-vpn
/ip firewall nat add chain=srcnat out-interface=pppoe-vpn action=masquerade
/tool graphing interface add interface=pppoe-out1 allow-address=0.0.0.0/0
/snmp set enabled=yes contact="admin@company.com" location="Main Office"
/system script add name=bandwidth-alert source={
    :local usage [/interface get pppoe-out1 tx-byte]
    :if ($usage > 1000000000) do={
        /tool e-mail send to="admin@company.com" subject="High bandwidth usage" body="PPPoE usage exceeded 1GB"
    }
}
/system scheduler add name=check-bandwidth interval=1h on-event=bandwidth-alert
/interface pppoe-client add name=pppoe-primary interface=vlan-isp user="primary_user" password="primary_password" add-default-route=yes use-peer-dns=yes default-route-distance=1 max-mtu=1492 max-mru=1492 disabled=no comment="Primary ISP connection"
/interface pppoe-client add name=pppoe-backup interface=ether2 user="backup_user" password="backup_password" add-default-route=yes use-peer-dns=no default-route-distance=2 max-mtu=1492 max-mru=1492 disabled=no comment="Backup ISP connection"
/ip firewall mangle add chain=forward action=change-mss new-mss=1360 protocol=tcp tcp-flags=syn out-interface=pppoe-primary
/ip firewall mangle add chain=forward action=change-mss new-mss=1360 protocol=tcp tcp-flags=syn out-interface=pppoe-backup
/tool netwatch add host=8.8.8.8 interval=30s up-script="/ip route set [find gateway~\"pppoe-primary\"] distance=1; /log info \"Primary PPPoE restored\"" down-script="/ip route set [find gateway~\"pppoe-primary\"] distance=10; /log error \"Primary PPPoE failed, using backup\""
/ip firewall nat add chain=srcnat out-interface=pppoe-primary action=masquerade comment="NAT for primary"
/ip firewall nat add chain=srcnat out-interface=pppoe-backup action=masquerade comment="NAT for backup"
/ip dns set servers=8.8.8.8,1.1.1.1 allow-remote-requests=yes
/interface pppoe-client set pppoe-out1 allow-fast-path=yes
/interface pppoe-client set pppoe-out1 max-mtu=1492 max-mru=1492 mrru=1600
/interface pppoe-client set pppoe-out1 mrru=1600
/interface pppoe-client set pppoe-out1 keepalive-timeout=60
/interface monitor-traffic interface=pppoe-out1 duration=60
/ping 8.8.8.8 interface=pppoe-out1 count=100
/system resource print

# A modem
/interface ppp-client add apn=yourapn dial-on-demand=no disabled=no port=usb2

# PPP over modems and serial ports
/interface ppp-client add apn=internet dial-on-demand=no disabled=no port=usb1 name=ppp-out1 password=internet user=internet
/interface ppp-client add apn=internet authentication=chap port=usb1 name=ppp-out1 password=internet user=internet
/interface ppp-client enable ppp-out1
/interface ppp-client monitor ppp-out1
/interface ppp-client add apn=internet add-default-route=yes default-route-distance=10 port=usb1 name=ppp-out1 password=internet user=internet
/interface ppp-client add apn=internet dial-on-demand=yes port=serial0 name=ppp-out1 password=internet user=internet
/interface ppp-server add name=ppp-in1
/ppp secret add name=remoteuser password=SecretPass123 profile=default remote-address=10.0.0.100
/ppp secret add name=mobileuser password=MobilePass456 profile=default-encryption service=any
/ppp profile add local-address=10.0.0.1 name=remote-pool remote-address=10.0.0.100-10.0.0.200 dns-server=8.8.8.8,8.8.4.4
/ppp secret add name=remoteuser password=SecurePass123 profile=remote-pool
/interface ppp-server add profile=remote-pool port=serial0 name=ppp-in1
/ppp active print
/system logging add topics=ppp action=memory
/log print where message~"ppp"
/interface ppp-client print
/ppp secret print
/interface lte reset
/system resource usb print
/interface ppp-client set [find] password=correctpassword
/interface ppp-client set [find] allow=mschap2,chap
/ppp profile add name=cellular-profile local-address=10.0.0.1 remote-address=pool1 dns-server=8.8.8.8 idle-timeout=30m use-encryption=required

# A PPPoE client and a server
/interface pppoe-client scan ether1
/interface pppoe-client add interface=ether2 password=StrongPass service-name=pppoeservice name=PPPoE-Out disabled=no user=MT-User
/interface pppoe-client print
/interface pppoe-client monitor PPPoE-Out
/ip pool add name=pppoe-pool ranges=10.0.0.2-10.0.0.5
/ppp profile add local-address=10.0.0.1 name=for-pppoe remote-address=pppoe-pool
/ppp secret add name=MT-User password=StrongPass profile=for-pppoe service=pppoe
/interface pppoe-server server add default-profile=for-pppoe disabled=no interface=ether3 service-name=pppoeservice

# PPTP
/interface pptp-client add name=pptp-hm user=pptp-hm password=123 connect-to=10.1.101.100 disabled=no
/interface pptp-client print detail
/interface pptp-client monitor 0
/interface pptp-server server set enabled=yes
