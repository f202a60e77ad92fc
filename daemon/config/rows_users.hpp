// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The rows of what sessions and users get: profiles, secrets, pools, RADIUS. Included by
/// property_table.cpp only.
#pragma once
#include "config/property_row.hpp"

namespace ppp::config::rows {

using namespace types;

using P = Profile;
inline constexpr std::array kProfile{
    refers(row<&P::local_address, AddressOrPool>("local-address", "our address in the session"),
           Reference::address_or_pool),
    refers(row<&P::remote_address, AddressRangeOrPool>("remote-address", "the address given to the peer"),
           Reference::address_or_pool),
    row<&P::dns_server, AddressList>("dns-server", "name servers given to the peer"),
    row<&P::wins_server, AddressList>("wins-server", "WINS servers given to the peer"),
    row<&P::idle_timeout, Timeout>("idle-timeout", "ends a session without traffic; 0s never"),
    row<&P::session_timeout, Timeout>("session-timeout", "ends every session; 0s never"),
    row<&P::use_encryption, EncryptionWord>("use-encryption", "MPPE; required ends a session without it"),
    row<&P::only_one, YesNoDefault>("only-one", "one session a user"),
    row<&P::change_tcp_mss, YesNoDefault>("change-tcp-mss", "fit TCP connections to the session's MTU"),
    row<&P::use_compression, YesNoDefault>("use-compression", "offer compression"),
    row<&P::use_ipv6, YesNoDefault>("use-ipv6", "offer IPv6"),
    row<&P::use_mpls, YesNoDefault>("use-mpls", "offer MPLS"),
    row<&P::remote_ipv6_prefix_pool, Text>("remote-ipv6-prefix-pool",
                                           "the pool of the prefixes that links get"),
    row<&P::dhcpv6_pd_pool, Text>("dhcpv6-pd-pool", "the pool of the prefixes delegated to peers"),
    row<&P::bridge, InterfaceName>("bridge", "the bridge that sessions join"),
    row<&P::address_list, Text>("address-list", "the firewall set that the peers' addresses join"),
    row<&P::parent_queue, TextOrNone>("parent-queue", "the queue above those of the sessions; none is empty"),
    row<&P::on_up, Hook>("on-up", "what is run when a session has come up"),
    row<&P::on_down, Hook>("on-down", "what is run when a session has ended"),
    row<&P::rate_limit, Rates>("rate-limit", "bits a second the peer may send and receive"),
    comment_row<&P::comment>(),
};

using Octets = Number<std::uint64_t, 0, std::uint64_t{1} << 62>;

using U = PppSecret;
inline constexpr std::array kSecret{
    password_row<&U::password>("the password of the user"),
    storage_row<&U::password>("how secrets.json keeps the password; an NT hash cannot judge chap"),
    row<&U::service, ServiceWord>("service", "the service the user may use"),
    refers(row<&U::profile, ProfileName>("profile", "the profile of the user's sessions"),
           Reference::profile),
    refers(row<&U::local_address, AddressOrPool>("local-address", "our address in the user's session"),
           Reference::address_or_pool),
    refers(row<&U::remote_address, AddressRangeOrPool>("remote-address", "the address given to the user"),
           Reference::address_or_pool),
    row<&U::caller_id, CallerId>("caller-id", "the MAC address or number to come from; empty is any"),
    row<&U::routes, Routes>("routes", "routes to the user's networks while the session is up"),
    row<&U::limit_bytes_in, Octets>("limit-bytes-in", "octets the user may send in a session; 0 is no limit"),
    row<&U::limit_bytes_out, Octets>("limit-bytes-out",
                                     "octets the user may receive in a session; 0 is no limit"),
    row<&U::rate_limit, Rates>("rate-limit", "bits a second the user may send and receive"),
    row<&U::disabled, YesNo>("disabled", "refuse the user"),
    comment_row<&U::comment>(),
    alias(row<&U::disabled, NoYes>("enabled", "accept the user"), "disabled"),
};

using A = Pool;
inline constexpr std::array kPool{
    required(row<&A::ranges, Ranges>("ranges", "the addresses; a prefix stands for its usable ones"),
             Required::always),
    refers(row<&A::next_pool, PoolName>("next-pool", "the pool to go on with when this one is used up"),
           Reference::pool),
    comment_row<&A::comment>(),
};

using Q = Aaa;
inline constexpr std::array kAaa{
    row<&Q::use_radius, YesNo>("use-radius", "ask RADIUS about users that no secret names"),
    row<&Q::accounting, YesNo>("accounting", "report sessions to RADIUS"),
    row<&Q::interim_update, Seconds<kTenYears>>(
        "interim-update", "how often a session is reported while it lasts; 0s as RADIUS says"),
    row<&Q::use_circuit_id_in_nas_port_id, YesNo>("use-circuit-id-in-nas-port-id",
                                                  "report the circuit that the access node names"),
};

using R = Radius;
inline constexpr std::array kRadius{
    required(row<&R::address, HostName>("address", "the RADIUS server"), Required::always),
    secret_row<&R::secret>("secret", "the secret shared with the RADIUS server"),
    seal_row<&R::secret>("how secrets.json keeps that secret"),
    row<&R::service, RadiusServices>("service", "what the server is asked for"),
    row<&R::timeout, Milliseconds<60000, 10>>("timeout", "how long an answer is waited for"),
    row<&R::authentication_port, Port>("authentication-port", "its UDP port for authentication"),
    row<&R::accounting_port, Port>("accounting-port", "its UDP port for accounting"),
    row<&R::incoming, YesNo>("incoming", "let it change and end sessions"),
    row<&R::incoming_port, Port>("incoming-port", "our UDP port for that"),
    row<&R::disabled, YesNo>("disabled", "do not ask it"),
    comment_row<&R::comment>(),
    alias(row<&R::disabled, NoYes>("enabled", "ask it"), "disabled"),
};

}  // namespace ppp::config::rows
