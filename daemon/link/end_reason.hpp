// SPDX-License-Identifier: GPL-2.0-or-later
/// @file EndReason: why a session ended; one closed list, the same in the journal, on D-Bus and in
/// accounting.
#pragma once
#include <cstdint>
#include <string_view>

namespace ppp {

enum class EndReason : std::uint8_t {
    none,
    user_request,        ///< down, disconnect or kick
    shutdown,            ///< the daemon stops
    config_changed,      ///< a value of this session was changed, or its object removed
    parent_missing,      ///< what it dials on, or from, is not there: interface, port, address
    lost_carrier,        ///< the parent interface lost its carrier or was changed under the session
    no_answer,           ///< nobody answered the discovery or the call
    service_refused,     ///< the far end said no: Service-Name-Error, AC-System-Error
    limit_reached,       ///< no address left, only-one
    peer_terminated,     ///< Terminate-Request or PADT of the peer
    negotiation_failed,  ///< LCP or an NCP found no common ground
    loopback,            ///< our own frames come back
    auth_failed,         ///< the proof was refused, by either side
    auth_timeout,        ///< the far end did not finish authentication
    peer_not_authentic,  ///< the server could not prove that it knows the password
    encryption_failed,   ///< encryption is required and cannot be had, or the keys differ
    no_address,          ///< no network protocol could be opened
    echo_timeout,        ///< the peer stopped answering
    idle_timeout,
    session_timeout,
    replaced,      ///< a newer session of the same host took over
    kernel_error,  ///< a request to the kernel failed
    interrupted,   ///< the service was interrupted, and what the session lived on was lost with it
};

/// The reason's stable name, as machines read it: "auth-failed".
[[nodiscard]] std::string_view end_reason_name(EndReason reason);

}  // namespace ppp
