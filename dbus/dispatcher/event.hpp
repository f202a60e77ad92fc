// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Event: a session came up or went down, and what its programs are told.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ppp::dispatcher {

/// Octets of a command or a path that a message shows.
constexpr std::size_t kShown = 256;

/// Texts are as they came over the bus. Most of what a peer can choose is among them.
struct Event {
    bool up = true;
    std::uint64_t session = 0;
    std::string interface, kind, object, profile, user, service, caller_id;
    std::string local_address, remote_address;
    std::vector<std::string> dns;
    std::uint16_t mtu = 0;
    std::string command;  ///< the profile's on-up or on-down; "" = none
    // Of a session that is over.
    std::string reason, detail;
    std::uint64_t uptime = 0, octets_in = 0, octets_out = 0;  ///< seconds, octets

    [[nodiscard]] const char* word() const { return up ? "up" : "down"; }
};

/// The whole environment of an event's programs, "NAME=value" each: our names, and those that pppd gives its
/// ip-up and ip-down. Control characters in a value are \xNN; a value has at most 1024 octets.
[[nodiscard]] std::vector<std::string> environment(const Event& event);

/// The text with its control characters as \xNN, at most `limit` octets of it.
[[nodiscard]] std::string cleaned(std::string_view text, std::size_t limit);

}  // namespace ppp::dispatcher
