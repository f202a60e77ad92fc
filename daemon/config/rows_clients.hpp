// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The rows of the kinds that dial, one line a property. Included by property_table.cpp only.
#pragma once
#include "config/property_row.hpp"

namespace ppp::config::rows {

using namespace types;

using C = PppoeClient;
inline constexpr std::array kPppoeClient{
    required(row<&C::interface, InterfaceName>("interface", "the Ethernet interface to dial on"),
             Required::always),
    required(row<&C::user, Text>("user", "the name given to the provider; needed once the client is enabled"),
             Required::when_enabled),
    client_password_row<&C::password>(),
    storage_row<&C::password>(),
    row<&C::service_name, Text>("service-name", "the service asked for; empty takes any"),
    row<&C::ac_name, Text>("ac-name", "the Access-Concentrator asked for; empty takes any"),
    session_profile_row<&C::profile>(),
    allow_row<&C::allow>(),
    default_route_row<&C::add_default_route>(),
    distance_row<&C::default_route_distance>(),
    row<&C::use_peer_dns, YesNo>("use-peer-dns", "use the name servers that the peer gives"),
    dial_on_demand_row<&C::dial_on_demand>(),
    keepalive_row<&C::keepalive_timeout>(),
    max_mtu_row<&C::max_mtu>(),
    max_mru_row<&C::max_mru>(),
    mrru_row<&C::mrru>(),
    row<&C::allow_fast_path, YesNo>("allow-fast-path", "let forwarded traffic take the flow table"),
    row<&C::disabled, YesNo>("disabled", "do not dial"),
    comment_row<&C::comment>(),
    alias(row<&C::disabled, NoYes>("enabled", "dial"), "disabled"),
    alias(row<&C::allow, Methods>("authentication", "the same as allow"), "allow"),
};

using T = PptpClient;
inline constexpr std::array kPptpClient{
    required(
        row<&T::connect_to, HostName>("connect-to", "the server to dial; needed once the client is enabled"),
        Required::when_enabled),
    row<&T::source_address, Address>("source-address",
                                     "the address of this host to dial from; empty is the one of the route"),
    required(row<&T::user, Text>("user", "the name given to the server; needed once the client is enabled"),
             Required::when_enabled),
    client_password_row<&T::password>(),
    storage_row<&T::password>(),
    session_profile_row<&T::profile>(),
    allow_row<&T::allow>(),
    default_route_row<&T::add_default_route>(),
    distance_row<&T::default_route_distance>(),
    dial_on_demand_row<&T::dial_on_demand>(),
    keepalive_row<&T::keepalive_timeout>(),
    max_mtu_row<&T::max_mtu>(),
    max_mru_row<&T::max_mru>(),
    mrru_row<&T::mrru>(),
    row<&T::disabled, YesNo>("disabled", "do not dial"),
    comment_row<&T::comment>(),
    alias(row<&T::disabled, NoYes>("enabled", "dial"), "disabled"),
    alias(row<&T::allow, Methods>("authentication", "the same as allow"), "allow"),
};

using M = PppClient;
inline constexpr std::array kPppClient{
    required(row<&M::port, Text>("port", "the serial device; needed once the client is enabled"),
             Required::when_enabled),
    row<&M::apn, Text>("apn", "the access point name given to a mobile modem; empty gives none"),
    row<&M::phone, Text>("phone", "the number to dial"),
    row<&M::dial_command, Text>("dial-command", "what the modem is told before the number"),
    row<&M::modem_init, Text>("modem-init", "what the modem is told first of all"),
    pin_row<&M::pin>("pin", "the number that unlocks the SIM card"),
    row<&M::user, Text>("user", "the name given to the provider"),
    client_password_row<&M::password>(),
    storage_row<&M::password>(),
    session_profile_row<&M::profile>(),
    allow_row<&M::allow>(),
    default_route_row<&M::add_default_route>(),
    distance_row<&M::default_route_distance>(),
    row<&M::use_peer_dns, YesNo>("use-peer-dns", "use the name servers that the peer gives"),
    dial_on_demand_row<&M::dial_on_demand>(),
    row<&M::remote_address, Address>("remote-address", "the address the peer is asked to have"),
    keepalive_row<&M::keepalive_timeout>(),
    max_mtu_row<&M::max_mtu>(),
    max_mru_row<&M::max_mru>(),
    mrru_row<&M::mrru>(),
    row<&M::data_channel, Channel>("data-channel", "the channel of the port that carries the data"),
    row<&M::info_channel, Channel>("info-channel", "the channel of the port that answers questions"),
    row<&M::null_modem, YesNo>("null-modem", "there is a cable, not a modem"),
    row<&M::baud_rate, Baud>("baud-rate", "bits a second on the port"),
    row<&M::disabled, YesNo>("disabled", "do not dial"),
    comment_row<&M::comment>(),
    alias(row<&M::disabled, NoYes>("enabled", "dial"), "disabled"),
    alias(row<&M::allow, Methods>("authentication", "the same as allow"), "allow"),
};

}  // namespace ppp::config::rows
