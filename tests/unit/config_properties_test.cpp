// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include "config/validate.hpp"

using namespace ppp;
using namespace ppp::config;

TEST_CASE("every property of a client is read") {
    Config out;
    const auto problems = validate(R"({"pppoe-client": {"pppoe-out1": {
        "interface": "eth1", "user": "bob", "service-name": "internet", "ac-name": "bras7",
        "profile": "default-encryption", "allow": ["mschap2", "chap"], "add-default-route": true,
        "default-route-distance": 7, "use-peer-dns": "yes", "dial-on-demand": true,
        "keepalive-timeout": "1m30s", "max-mtu": 1500, "max-mru": "auto", "mrru": 1600,
        "allow-fast-path": "no", "disabled": false, "comment": "line 1"}}})",
                                   R"({"pppoe-client": {"pppoe-out1": {"password": "hunter2"}}})", out);
    CHECK(to_string(problems).empty());
    PppoeClient wanted{.interface = "eth1",
                       .user = "bob",
                       .password = Secret("hunter2"),
                       .service_name = "internet",
                       .ac_name = "bras7",
                       .profile = "default-encryption",
                       .allow = {},
                       .add_default_route = true,
                       .default_route_distance = 7,
                       .use_peer_dns = true,
                       .dial_on_demand = true,
                       .keepalive_timeout = seconds(90),
                       .max_mtu = 1500,
                       .max_mru = {},
                       .mrru = 1600,
                       .allow_fast_path = false,
                       .disabled = false,
                       .comment = "line 1"};
    wanted.allow.add(AuthMethod::mschap2);
    wanted.allow.add(AuthMethod::chap_md5);
    CHECK(out.pppoe_client.at("pppoe-out1") == wanted);
}

TEST_CASE("every property of a server, its entry, a profile, a secret and a pool is read") {
    Config out;
    const auto problems = validate(R"({
      "pppoe-server": {"ac": {"interface": "br0", "service-name": "isp", "ac-name": "bras",
        "authentication": "mschap2", "default-profile": "gold", "keepalive-timeout": 20, "max-mtu": "auto",
        "max-mru": 1492, "max-sessions": 100, "mrru": "disabled", "one-session-per-host": true,
        "pado-delay": 150, "enabled": true, "comment": "c"}},
      "pppoe-server-entry": {"ppp-bob": {"user": "bob", "service": "isp", "disabled": true, "comment": "c"}},
      "profile": {"gold": {"local-address": "10.0.0.1", "remote-address": "lan", "dns-server": "1.1.1.1,9.9.9.9",
        "wins-server": ["10.0.0.5"], "idle-timeout": "1h", "session-timeout": 3600,
        "use-encryption": "required", "only-one": true, "change-tcp-mss": "default", "use-compression": "no",
        "use-ipv6": false, "use-mpls": "no", "remote-ipv6-prefix-pool": "links", "dhcpv6-pd-pool": "homes",
        "bridge": "br1", "address-list": "customers", "parent-queue": "none", "on-up": ":log info \"up\"\n",
        "on-down": "x", "rate-limit": "10M/5M", "comment": "c"}},
      "secret": {"bob": {"service": "pppoe", "profile": "gold", "local-address": "lan",
        "remote-address": "10.0.9.1-10.0.9.3", "caller-id": "aa:bb:cc:dd:ee:ff", "rate-limit": "1M",
        "routes": ["10.9.0.0/24 10.0.0.2 1", "10.8.0.0/16"], "limit-bytes-in": 5000000000, "limit-bytes-out": "7",
        "disabled": false, "comment": "c"}},
      "pool": {"lan": {"ranges": ["10.0.1.0/24", "10.0.2.5"], "next-pool": "more", "comment": "c"},
               "more": {"ranges": "10.0.3.1-10.0.3.9"}}})",
                                   R"({"secret": {"bob": {"password": "p"}}})", out);
    CHECK(to_string(problems).empty());
    AuthMethods strong;
    strong.add(AuthMethod::mschap2);
    const PppoeServer server{.interface = "br0",
                             .service_name = "isp",
                             .ac_name = "bras",
                             .authentication = strong,
                             .default_profile = "gold",
                             .keepalive_timeout = seconds(20),
                             .max_mtu = {},
                             .max_mru = 1492,
                             .max_sessions = 100,
                             .mrru = {},
                             .one_session_per_host = true,
                             .pado_delay = std::chrono::milliseconds(150),
                             .disabled = false,
                             .comment = "c"};
    CHECK(out.pppoe_server.at("ac") == server);
    CHECK(out.pppoe_server_entry.at("ppp-bob") ==
          PppoeServerEntry{.user = "bob", .service = "isp", .disabled = true, .comment = "c"});
    const Profile gold{.local_address = "10.0.0.1",
                       .remote_address = "lan",
                       .dns_server = {"1.1.1.1", "9.9.9.9"},
                       .wins_server = {"10.0.0.5"},
                       .idle_timeout = seconds(3600),
                       .session_timeout = seconds(3600),
                       .use_encryption = Encryption::required,
                       .only_one = true,
                       .change_tcp_mss = {},
                       .use_compression = false,
                       .use_ipv6 = false,
                       .use_mpls = false,
                       .remote_ipv6_prefix_pool = "links",
                       .dhcpv6_pd_pool = "homes",
                       .bridge = "br1",
                       .address_list = "customers",
                       .parent_queue = "",
                       .on_up = ":log info \"up\"\n",
                       .on_down = "x",
                       .rate_limit = "10M/5M",
                       .comment = "c"};
    CHECK(out.profile.at("gold") == gold);
    const PppSecret bob{.password = Secret("p"),
                        .service = "pppoe",
                        .profile = "gold",
                        .local_address = "lan",
                        .remote_address = "10.0.9.1-10.0.9.3",
                        .caller_id = "AA:BB:CC:DD:EE:FF",
                        .routes = "10.9.0.0/24 10.0.0.2 1,10.8.0.0/16",
                        .limit_bytes_in = 5'000'000'000,
                        .limit_bytes_out = 7,
                        .rate_limit = "1M",
                        .disabled = false,
                        .comment = "c"};
    CHECK(out.secret.at("bob") == bob);
    CHECK(out.pool.at("lan") == Pool{.ranges = "10.0.1.0/24,10.0.2.5", .next_pool = "more", .comment = "c"});
}

TEST_CASE("every property of the kinds that are only kept is read") {
    Config out;
    const auto problems = validate(R"({
      "pptp-client": {"pptp-out1": {"connect-to": "vpn.example.net", "source-address": "192.0.2.2", "user": "bob", "profile": "default",
        "allow": "mschap2", "add-default-route": true, "default-route-distance": 2, "dial-on-demand": true,
        "keepalive-timeout": 5, "max-mtu": 1400, "max-mru": "auto", "mrru": 1600, "disabled": false,
        "comment": "c"}},
      "pptp-server": {"server": {"bind-address": "192.0.2.1", "authentication": "mschap2", "default-profile": "default",
        "keepalive-timeout": 5, "max-mtu": 1400, "max-mru": 1401, "mrru": 1600, "enabled": true,
        "comment": "c"}},
      "pptp-server-entry": {"pptp-bob": {"user": "bob", "disabled": true, "comment": "c"}},
      "ppp-client": {"ppp-out1": {"port": "/dev/ttyUSB0", "apn": "internet", "phone": "*99#",
        "dial-command": "ATD", "modem-init": "AT+X", "user": "u", "profile": "default-encryption",
        "authentication": "chap,mschap2", "add-default-route": true, "default-route-distance": 10,
        "use-peer-dns": true, "dial-on-demand": true, "remote-address": "10.112.112.1",
        "keepalive-timeout": 0, "max-mtu": 1400, "max-mru": 1401, "mrru": 1600, "data-channel": 2,
        "info-channel": 3, "null-modem": true, "baud-rate": 9600, "disabled": false, "comment": "c"}},
      "ppp-server": {"ppp-in1": {"port": "serial0", "authentication": "mschap2", "profile": "default-encryption",
        "max-mtu": 1400, "max-mru": 1401, "mrru": 1600, "modem-init": "ATS0", "data-channel": 2,
        "null-modem": true, "ring-count": 3, "baud-rate": 9600, "disabled": false, "comment": "c"}},
      "aaa": {"aaa": {"use-radius": true, "accounting": false, "interim-update": "5m",
        "use-circuit-id-in-nas-port-id": true}},
      "radius": {"one": {"address": "2001:db8::1", "service": ["login", "ppp"], "timeout": "1s",
        "authentication-port": 1645, "accounting-port": 1646, "incoming": true, "incoming-port": 1700,
        "disabled": true, "comment": "c"}},
      "vlan": {"vlan7": {"vlan-id": 7, "interface": "eth0", "disabled": true, "comment": "c"}},
      "watch": {"google": {"host": "8.8.8.8", "interval": 30, "up-script": "up\n", "down-script": "down",
        "disabled": true, "comment": "c"}}})",
                                   R"({"pptp-client": {"pptp-out1": {"password": "p1"}},
      "ppp-client": {"ppp-out1": {"password": "p2", "pin": "0000"}}, "radius": {"one": {"secret": "p3"}}})",
                                   out);
    CHECK(to_string(problems) == "");
    AuthMethods strong;
    strong.add(AuthMethod::mschap2);
    AuthMethods two = strong;
    two.add(AuthMethod::chap_md5);
    CHECK(out.pptp_client.at("pptp-out1") == PptpClient{.connect_to = "vpn.example.net",
                                                        .source_address = "192.0.2.2",
                                                        .user = "bob",
                                                        .password = Secret("p1"),
                                                        .profile = "default",
                                                        .allow = strong,
                                                        .add_default_route = true,
                                                        .default_route_distance = 2,
                                                        .dial_on_demand = true,
                                                        .keepalive_timeout = seconds(5),
                                                        .max_mtu = 1400,
                                                        .max_mru = {},
                                                        .mrru = 1600,
                                                        .disabled = false,
                                                        .comment = "c"});
    CHECK(out.pptp_server.at("server") == PptpServer{.bind_address = "192.0.2.1",
                                                     .authentication = strong,
                                                     .default_profile = "default",
                                                     .keepalive_timeout = seconds(5),
                                                     .max_mtu = 1400,
                                                     .max_mru = 1401,
                                                     .mrru = 1600,
                                                     .disabled = false,
                                                     .comment = "c"});
    CHECK(out.pptp_server_entry.at("pptp-bob") ==
          PptpServerEntry{.user = "bob", .disabled = true, .comment = "c"});
    CHECK(out.ppp_client.at("ppp-out1") == PppClient{.port = "/dev/ttyUSB0",
                                                     .apn = "internet",
                                                     .phone = "*99#",
                                                     .dial_command = "ATD",
                                                     .modem_init = "AT+X",
                                                     .pin = Secret("0000"),
                                                     .user = "u",
                                                     .password = Secret("p2"),
                                                     .profile = "default-encryption",
                                                     .allow = two,
                                                     .add_default_route = true,
                                                     .default_route_distance = 10,
                                                     .use_peer_dns = true,
                                                     .dial_on_demand = true,
                                                     .remote_address = "10.112.112.1",
                                                     .keepalive_timeout = seconds(0),
                                                     .max_mtu = 1400,
                                                     .max_mru = 1401,
                                                     .mrru = 1600,
                                                     .data_channel = 2,
                                                     .info_channel = 3,
                                                     .null_modem = true,
                                                     .baud_rate = 9600,
                                                     .disabled = false,
                                                     .comment = "c"});
    CHECK(out.ppp_server.at("ppp-in1") == PppServer{.port = "serial0",
                                                    .authentication = strong,
                                                    .profile = "default-encryption",
                                                    .max_mtu = 1400,
                                                    .max_mru = 1401,
                                                    .mrru = 1600,
                                                    .modem_init = "ATS0",
                                                    .data_channel = 2,
                                                    .null_modem = true,
                                                    .ring_count = 3,
                                                    .baud_rate = 9600,
                                                    .disabled = false,
                                                    .comment = "c"});
    CHECK(out.aaa.at("aaa") == Aaa{.use_radius = true,
                                   .accounting = false,
                                   .interim_update = seconds(300),
                                   .use_circuit_id_in_nas_port_id = true});
    CHECK(out.radius.at("one") == Radius{.address = "2001:db8::1",
                                         .secret = Secret("p3"),
                                         .service = "ppp,login",
                                         .timeout = std::chrono::milliseconds(1000),
                                         .authentication_port = 1645,
                                         .accounting_port = 1646,
                                         .incoming = true,
                                         .incoming_port = 1700,
                                         .disabled = true,
                                         .comment = "c"});
    CHECK(out.vlan.at("vlan7") == Vlan{.vlan_id = 7, .interface = "eth0", .disabled = true, .comment = "c"});
    CHECK(out.watch.at("google") == Watch{.host = "8.8.8.8",
                                          .interval = seconds(30),
                                          .up_script = "up\n",
                                          .down_script = "down",
                                          .disabled = true,
                                          .comment = "c"});
}
