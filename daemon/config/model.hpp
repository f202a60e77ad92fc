// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The configuration as plain structs: every object kind, its properties and their defaults.
///
/// Property names in files, on the bus and on the command line are those of RouterOS; a member is its
/// property with underscores. An unset std::optional falls through: secret, then profile, then the profile
/// "default".
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>
#include "config/password.hpp"
#include "wire/auth_method.hpp"

namespace ppp::config {

using std::chrono::seconds;

/// yes, no, required, or fall through to the profile "default".
enum class Encryption : std::uint8_t { no, yes, required };

struct PppoeClient {
    std::string interface;  ///< the parent: required
    std::string user;
    Password password;         ///< lives in secrets.json
    std::string service_name;  ///< "" = any service
    std::string ac_name;       ///< "" = any Access-Concentrator
    std::string profile = "default";
    AuthMethods allow = AuthMethods::all();  ///< how we are willing to prove ourselves
    bool add_default_route = false;
    std::uint8_t default_route_distance = 1;  ///< becomes the route's metric
    bool use_peer_dns = false;
    bool dial_on_demand = false;
    seconds keepalive_timeout{60};         ///< 0 = never
    std::optional<std::uint16_t> max_mtu;  ///< unset: auto
    std::optional<std::uint16_t> max_mru;  ///< unset: auto
    std::optional<std::uint16_t> mrru;     ///< unset: disabled
    bool allow_fast_path = true;
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PppoeClient&, const PppoeClient&) = default;
};

struct PppoeServer {
    std::string interface;
    std::string service_name;  ///< "" serves every name asked for
    std::string ac_name;       ///< "" = the host's name
    AuthMethods authentication = AuthMethods::all();
    std::string default_profile = "default";
    seconds keepalive_timeout{10};
    std::optional<std::uint16_t> max_mtu = 1480;  ///< unset: auto
    std::optional<std::uint16_t> max_mru = 1480;  ///< unset: auto
    std::uint32_t max_sessions = 0;               ///< 0 = no limit
    std::optional<std::uint16_t> mrru;
    bool one_session_per_host = false;
    std::chrono::milliseconds pado_delay{0};
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PppoeServer&, const PppoeServer&) = default;
};

/// An interface name kept for one user of a PPPoE server.
struct PppoeServerEntry {
    std::string user;
    std::string service;
    bool disabled = false;
    std::string comment;
    friend bool operator==(const PppoeServerEntry&, const PppoeServerEntry&) = default;
};

struct PptpClient {
    std::string connect_to;      ///< an address or the name of a host; required once enabled
    std::string source_address;  ///< of this machine; "" = the one of the route to the server
    std::string user;
    Password password;  ///< lives in secrets.json
    std::string profile = "default-encryption";
    AuthMethods allow = AuthMethods::all();
    bool add_default_route = false;
    std::uint8_t default_route_distance = 1;
    bool dial_on_demand = false;
    seconds keepalive_timeout{60};                ///< 0 = never
    std::optional<std::uint16_t> max_mtu = 1460;  ///< unset: auto
    std::optional<std::uint16_t> max_mru = 1460;  ///< unset: auto
    std::optional<std::uint16_t> mrru;            ///< unset: disabled
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PptpClient&, const PptpClient&) = default;
};

struct PptpServer {
    std::string bind_address;  ///< of this machine; "" = every one
    AuthMethods authentication = strong_methods();
    std::string default_profile = "default-encryption";
    seconds keepalive_timeout{30};
    std::optional<std::uint16_t> max_mtu = 1450;  ///< unset: auto
    std::optional<std::uint16_t> max_mru = 1450;  ///< unset: auto
    std::optional<std::uint16_t> mrru;
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PptpServer&, const PptpServer&) = default;

    /// Those that give MPPE its keys (RFC 3079).
    static constexpr AuthMethods strong_methods() {
        AuthMethods out;
        out.add(AuthMethod::mschap2);
        out.add(AuthMethod::mschap1);
        return out;
    }
};

/// An interface name kept for one user of a PPTP server.
struct PptpServerEntry {
    std::string user;
    bool disabled = false;
    std::string comment;
    friend bool operator==(const PptpServerEntry&, const PptpServerEntry&) = default;
};

/// A dialler on a serial port: a modem, a mobile one, or a cable.
struct PppClient {
    std::string port;  ///< the device, e.g. /dev/ttyUSB0; required once enabled
    std::string apn;
    std::string phone;
    std::string dial_command = "ATDT";
    std::string modem_init;
    Password pin;  ///< of the SIM card; lives in secrets.json
    std::string user;
    Password password;  ///< lives in secrets.json
    std::string profile = "default";
    AuthMethods allow = AuthMethods::all();
    bool add_default_route = false;
    std::uint8_t default_route_distance = 1;
    bool use_peer_dns = false;
    bool dial_on_demand = false;
    std::string remote_address;                   ///< asked of the peer; "" = whatever it has
    seconds keepalive_timeout{60};                ///< 0 = never
    std::optional<std::uint16_t> max_mtu = 1500;  ///< unset: auto
    std::optional<std::uint16_t> max_mru = 1500;  ///< unset: auto
    std::optional<std::uint16_t> mrru;            ///< unset: disabled
    std::uint8_t data_channel = 0, info_channel = 0;
    bool null_modem = false;
    std::uint32_t baud_rate = 115200;  ///< bits a second
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PppClient&, const PppClient&) = default;
};

/// Answers on a serial port; its name is the name of the interface of the one session a port carries.
struct PppServer {
    std::string port;  ///< the device; required once enabled
    AuthMethods authentication = AuthMethods::all();
    std::string profile = "default";
    std::optional<std::uint16_t> max_mtu = 1500;  ///< unset: auto
    std::optional<std::uint16_t> max_mru = 1500;  ///< unset: auto
    std::optional<std::uint16_t> mrru;            ///< unset: disabled
    std::string modem_init;
    std::uint8_t data_channel = 0;
    bool null_modem = false;
    std::uint8_t ring_count = 1;
    std::uint32_t baud_rate = 115200;  ///< bits a second
    bool disabled = true;
    std::string comment;
    friend bool operator==(const PppServer&, const PppServer&) = default;
};

struct Profile {
    std::string local_address;            ///< address or pool name; "" = unset
    std::string remote_address;           ///< address, range a-b, or pool name; "" = unset
    std::vector<std::string> dns_server;  ///< IPv4 addresses, at most two are given to a peer
    std::vector<std::string> wins_server;
    std::optional<seconds> idle_timeout, session_timeout;
    std::optional<Encryption> use_encryption;
    std::optional<bool> only_one, change_tcp_mss, use_compression, use_ipv6, use_mpls;
    std::string remote_ipv6_prefix_pool, dhcpv6_pd_pool;  ///< names of pools of prefixes; "" = unset
    std::string bridge;                                   ///< the bridge that sessions join; "" = unset
    std::string address_list;                             ///< the set that peers' addresses join; "" = unset
    std::string parent_queue;                             ///< "" = none
    std::string on_up, on_down;                           ///< base/command_line.hpp; "" = unset
    std::string rate_limit;
    std::string comment;
    friend bool operator==(const Profile&, const Profile&) = default;
};

struct PppSecret {
    Password password;            ///< lives in secrets.json
    std::string service = "any";  ///< any, pppoe, pptp, ppp, ...
    std::string profile = "default";
    std::string local_address, remote_address;  ///< "" = unset
    std::string caller_id;                      ///< "" = from anywhere
    std::string routes;                         ///< "10.9.0.0/24 10.0.0.2 1,10.8.0.0/16"; "" = none
    std::uint64_t limit_bytes_in = 0, limit_bytes_out = 0;  ///< 0 = no limit
    std::string rate_limit;
    bool disabled = false;
    std::string comment;
    friend bool operator==(const PppSecret&, const PppSecret&) = default;
};

struct Pool {
    std::string ranges;  ///< "10.0.0.2-10.0.0.5,10.0.1.0/24"
    std::string next_pool;
    std::string comment;
    friend bool operator==(const Pool&, const Pool&) = default;
};

/// How users are authenticated and accounted for. There is one; without it, it has its defaults.
struct Aaa {
    bool use_radius = false;
    bool accounting = true;
    seconds interim_update{0};  ///< 0 = as the RADIUS server says
    bool use_circuit_id_in_nas_port_id = false;
    friend bool operator==(const Aaa&, const Aaa&) = default;
};

/// A RADIUS server that is asked (RFC 2865, RFC 2866) and, with `incoming`, listened to (RFC 5176).
struct Radius {
    std::string address;          ///< an address or the name of a host: required
    Password secret;              ///< shared with the server; lives in secrets.json
    std::string service = "ppp";  ///< what the server is asked for, separated by commas
    std::chrono::milliseconds timeout{300};
    std::uint16_t authentication_port = 1812, accounting_port = 1813;
    bool incoming = false;
    std::uint16_t incoming_port = 3799;
    bool disabled = false;
    std::string comment;
    friend bool operator==(const Radius&, const Radius&) = default;
};

struct Vlan {
    std::optional<std::uint16_t> vlan_id;  ///< 1..4094: required
    std::string interface;                 ///< the parent: required
    bool disabled = false;
    std::string comment;
    friend bool operator==(const Vlan&, const Vlan&) = default;
};

/// A host that is asked for again and again, with what to do when it stops answering and answers again.
struct Watch {
    std::string host;  ///< an address or the name of a host: required
    seconds interval{60};
    std::string up_script, down_script;
    bool disabled = false;
    std::string comment;
    friend bool operator==(const Watch&, const Watch&) = default;
};

/// Objects by name. std::map: files, listings and differences come out in one order.
struct Config {
    std::map<std::string, PppoeClient> pppoe_client;
    std::map<std::string, PppoeServer> pppoe_server;
    std::map<std::string, PppoeServerEntry> pppoe_server_entry;
    std::map<std::string, PptpClient> pptp_client;
    std::map<std::string, PptpServer> pptp_server;  ///< at most one, named "server"
    std::map<std::string, PptpServerEntry> pptp_server_entry;
    std::map<std::string, PppClient> ppp_client;
    std::map<std::string, PppServer> ppp_server;
    std::map<std::string, Profile> profile;  ///< "default" and "default-encryption" always exist
    std::map<std::string, PppSecret> secret;
    std::map<std::string, Pool> pool;
    std::map<std::string, Aaa> aaa;  ///< at most one, named "aaa"
    std::map<std::string, Radius> radius;
    std::map<std::string, Vlan> vlan;
    std::map<std::string, Watch> watch;
    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace ppp::config
