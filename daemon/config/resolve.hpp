// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Effective: what holds for one session after the fall-through secret, profile, profile "default".
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"
#include "config/values.hpp"

namespace ppp::config {

/// Every question answered: nothing in it is unset any more. A value, computed anew for each session that
/// begins: a session that a server accepted keeps the one it was made with, whatever a reload brings.
struct Effective {
    AddressSource local_address, remote_address;  ///< unset: whatever the peer has or gives
    std::array<std::uint32_t, 2> dns{}, wins{};   ///< host byte order, 0 = none
    seconds idle_timeout{0}, session_timeout{0};  ///< 0 = never
    Encryption encryption = Encryption::no;
    bool only_one = false;
    bool change_tcp_mss = true;
    bool use_compression = false;
    bool use_ipv6 = true;
    RateLimit rate_limit;  ///< 0/0 = none
    friend bool operator==(const Effective&, const Effective&) = default;
};

/// What is known of the user alone (a secret, or a RADIUS answer) and beats every profile; "" = unset.
struct UserValues {
    std::string_view local_address, remote_address, rate_limit;
    std::optional<seconds> idle_timeout, session_timeout;
};

/// @param profile its name; one that does not exist counts as "default".
[[nodiscard]] Effective resolve(const Config& config, std::string_view profile, const UserValues& user);
/// A client's session: its profile, then "default".
[[nodiscard]] Effective resolve(const Config& config, const PppoeClient& client);
/// A local user's session: the secret, its profile, then "default".
[[nodiscard]] Effective resolve(const Config& config, const PppSecret& secret);

/// What is to be run for the sessions of a profile: command lines (base/command_line.hpp), "" = nothing.
struct Hooks {
    std::string on_up, on_down;
};
/// A profile's on-up and on-down, each from the profile `default` where the profile has none; a RouterOS
/// script counts as nothing to run. @return nullptr when there is nothing at all.
[[nodiscard]] std::shared_ptr<const Hooks> resolve_hooks(const Config& config, std::string_view profile);
/// A sentence for each on-up and on-down that is kept and never run: "profile 'x': on-up is not run: …".
[[nodiscard]] std::vector<std::string> hooks_not_run(const Config& config);

}  // namespace ppp::config
