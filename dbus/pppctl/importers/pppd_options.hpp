// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Every option of pppd and of its usual plugins: how many words it takes and what becomes of it here.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace ppp::ctl::importers {

enum class Effect : std::uint8_t {
    not_needed,  ///< what it asks for is so without it
    not_taken,   ///< there is no counterpart
    serial,      ///< as not_taken, but for a line without a serial port there is nothing to miss
    plugin,
    pty,
    include,
    user,
    name,
    remotename,
    password,
    ifname,
    default_route,
    no_default_route,
    route_metric,
    peer_dns,
    mtu,
    mru,
    mrru,
    echo_interval,
    echo_failure,
    service,
    ac,
    persist,
    no_persist,
    maxfail,
    demand,
    idle,
    maxconnect,
    refuse,   ///< why is the method
    require,  ///< of the peer; why is the method
    need_mppe,
    no_mppe,
    ipv6,
    no_ipv6,
    script,  ///< that talks to a modem
    pptp_server
};

struct PppdOption {
    std::string_view name;
    std::uint8_t words = 0;  ///< behind the name
    Effect effect = Effect::not_taken;
    /// Of not_needed, not_taken and serial: the reason.
    std::string_view why = {};
    bool masked = false;  ///< its words may be secrets
};

/// @return nullptr when pppd has no such option.
[[nodiscard]] const PppdOption* find_pppd_option(std::string_view name);
[[nodiscard]] std::vector<std::string_view> pppd_option_names();

}  // namespace ppp::ctl::importers
