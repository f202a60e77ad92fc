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
#include "base/secret.hpp"
#include "wire/auth_method.hpp"

namespace ppp::config {

using std::chrono::seconds;

/// yes, no, required, or fall through to the profile "default".
enum class Encryption : std::uint8_t { no, yes, required };

struct PppoeClient {
    std::string interface;  ///< the parent: required
    std::string user;
    Secret password;           ///< lives in secrets.json
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

struct Profile {
    std::string local_address;            ///< address or pool name; "" = unset
    std::string remote_address;           ///< address, range a-b, or pool name; "" = unset
    std::vector<std::string> dns_server;  ///< IPv4 addresses, at most two are given to a peer
    std::vector<std::string> wins_server;
    std::optional<seconds> idle_timeout, session_timeout;
    std::optional<Encryption> use_encryption;
    std::optional<bool> only_one, change_tcp_mss, use_compression, use_ipv6;
    std::string rate_limit;
    std::string comment;
    friend bool operator==(const Profile&, const Profile&) = default;
};

struct PppSecret {
    Secret password;              ///< lives in secrets.json
    std::string service = "any";  ///< any, pppoe, pptp, ppp, ...
    std::string profile = "default";
    std::string local_address, remote_address;  ///< "" = unset
    std::string caller_id;                      ///< "" = from anywhere
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

/// Objects by name. std::map: files, listings and differences come out in one order.
struct Config {
    std::map<std::string, PppoeClient> pppoe_client;
    std::map<std::string, PppoeServer> pppoe_server;
    std::map<std::string, PppoeServerEntry> pppoe_server_entry;
    std::map<std::string, Profile> profile;  ///< "default" and "default-encryption" always exist
    std::map<std::string, PppSecret> secret;
    std::map<std::string, Pool> pool;
    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace ppp::config
