// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The rows of the kinds that answer, one line a property. Included by property_table.cpp only.
#pragma once
#include "config/property_row.hpp"

namespace ppp::config::rows {

using namespace types;

using S = PppoeServer;
inline constexpr std::array kPppoeServer{
    required(row<&S::interface, InterfaceName>("interface",
                                               "the Ethernet interface to listen on; needed "
                                               "once the server is enabled"),
             Required::when_enabled),
    row<&S::service_name, Text>("service-name", "the service offered; empty serves every name"),
    row<&S::ac_name, Text>("ac-name", "the name shown to clients; empty is the name of the host"),
    authentication_row<&S::authentication>(),
    default_profile_row<&S::default_profile>(),
    keepalive_row<&S::keepalive_timeout>(),
    max_mtu_row<&S::max_mtu>(),
    max_mru_row<&S::max_mru>(),
    row<&S::max_sessions, Number<std::uint32_t, 0, 1'000'000>>("max-sessions",
                                                               "sessions at a time; 0 is no limit"),
    mrru_row<&S::mrru>(),
    row<&S::one_session_per_host, YesNo>("one-session-per-host",
                                         "a new session of a host closes its old one"),
    row<&S::pado_delay, Milliseconds<65535>>("pado-delay", "how long an offer is held back"),
    row<&S::disabled, YesNo>("disabled", "do not listen"),
    comment_row<&S::comment>(),
    alias(row<&S::disabled, NoYes>("enabled", "listen"), "disabled"),
    alias(row<&S::authentication, Methods>("allow", "the same as authentication"), "authentication"),
};

using E = PppoeServerEntry;
inline constexpr std::array kPppoeServerEntry{
    required(row<&E::user, Text>("user", "the user whose session gets this interface name"),
             Required::always),
    row<&E::service, Text>("service", "the service name it is kept for; empty is any"),
    row<&E::disabled, YesNo>("disabled", "do not keep the name"),
    comment_row<&E::comment>(),
    alias(row<&E::disabled, NoYes>("enabled", "keep the name"), "disabled"),
};

using V = PptpServer;
inline constexpr std::array kPptpServer{
    row<&V::bind_address, Address>("bind-address", "the address to listen at; empty is every one"),
    authentication_row<&V::authentication>(),
    default_profile_row<&V::default_profile>(),
    keepalive_row<&V::keepalive_timeout>(),
    max_mtu_row<&V::max_mtu>(),
    max_mru_row<&V::max_mru>(),
    mrru_row<&V::mrru>(),
    row<&V::disabled, YesNo>("disabled", "do not listen"),
    comment_row<&V::comment>(),
    alias(row<&V::disabled, NoYes>("enabled", "listen"), "disabled"),
    alias(row<&V::authentication, Methods>("allow", "the same as authentication"), "authentication"),
};

using N = PptpServerEntry;
inline constexpr std::array kPptpServerEntry{
    required(row<&N::user, Text>("user", "the user whose session gets this interface name"),
             Required::always),
    row<&N::disabled, YesNo>("disabled", "do not keep the name"),
    comment_row<&N::comment>(),
    alias(row<&N::disabled, NoYes>("enabled", "keep the name"), "disabled"),
};

using D = PppServer;
inline constexpr std::array kPppServer{
    required(row<&D::port, Text>("port", "the serial device; needed once the server is enabled"),
             Required::when_enabled),
    authentication_row<&D::authentication>(),
    session_profile_row<&D::profile>(),
    max_mtu_row<&D::max_mtu>(),
    max_mru_row<&D::max_mru>(),
    mrru_row<&D::mrru>(),
    row<&D::modem_init, Text>("modem-init", "what the modem is told first of all"),
    row<&D::data_channel, Channel>("data-channel", "the channel of the port that carries the data"),
    row<&D::null_modem, YesNo>("null-modem", "there is a cable, not a modem"),
    row<&D::ring_count, Number<std::uint8_t, 1, 255>>("ring-count", "rings before the call is answered"),
    row<&D::baud_rate, Baud>("baud-rate", "bits a second on the port"),
    row<&D::disabled, YesNo>("disabled", "do not answer"),
    comment_row<&D::comment>(),
    alias(row<&D::disabled, NoYes>("enabled", "answer"), "disabled"),
    alias(row<&D::authentication, Methods>("allow", "the same as authentication"), "authentication"),
};

}  // namespace ppp::config::rows
