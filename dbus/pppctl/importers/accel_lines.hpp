// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The lines of an accel-ppp.conf, and what is known about its sections and options.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/importers/imported.hpp"

namespace ppp::ctl::importers {

enum class AccelEffect : std::uint8_t {
    not_needed,
    not_taken,
    mtu,
    mru,
    echo_interval,
    echo_failure,
    echo_timeout,
    mppe,
    ipv6,
    ccp,
    single_session,
    max_sessions,
    interface,
    ac_name,
    service_name,
    pado_delay,
    ip_pool,
    gateway,
    range,
    dns,
    wins,
    radius_server,
    auth_server,
    acct_server,
    dae_server,
    radius_timeout,
    interim,
    secrets_file,
    encrypted,
    rate_limit,
    switched  ///< not needed when it is 0, not taken otherwise
};

struct AccelLine {
    Note note;            ///< its verdict is still to come, unless `settled`
    std::string section;  ///< "" before the first
    std::string name, value;
    bool has_value = false;
    bool heading = false;  ///< [section]
    bool settled = false;
};

/// One for every line that is neither empty nor a comment; those of an included file behind its $include.
[[nodiscard]] std::vector<AccelLine> read_accel_lines(const Source& source, const Reader& reader);

struct AccelOption {
    std::string_view section, name;  ///< the name "*" stands for every other
    AccelEffect effect;
    std::string_view why = {};
};
/// @return nullptr when it is not known.
[[nodiscard]] const AccelOption* find_accel_option(std::string_view section, std::string_view name);
[[nodiscard]] bool is_accel_section(std::string_view section);
/// Why nothing of a section is taken, or "" when something may be.
[[nodiscard]] std::string_view accel_section_left_out(std::string_view section);

struct AccelModule {
    std::string_view name;
    std::string_view method;  ///< of authentication; "" when it is none
    bool taken = false;
    std::string_view why = {};
};
[[nodiscard]] const AccelModule* find_accel_module(std::string_view name);

}  // namespace ppp::ctl::importers
