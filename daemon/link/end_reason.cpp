// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/end_reason.hpp"

namespace ppp {

std::string_view end_reason_name(EndReason reason) {
    switch (reason) {
        case EndReason::none:
            return "none";
        case EndReason::user_request:
            return "user-request";
        case EndReason::shutdown:
            return "shutdown";
        case EndReason::config_changed:
            return "config-changed";
        case EndReason::parent_missing:
            return "parent-missing";
        case EndReason::lost_carrier:
            return "lost-carrier";
        case EndReason::no_answer:
            return "no-answer";
        case EndReason::service_refused:
            return "service-refused";
        case EndReason::limit_reached:
            return "limit-reached";
        case EndReason::peer_terminated:
            return "peer-terminated";
        case EndReason::negotiation_failed:
            return "negotiation-failed";
        case EndReason::loopback:
            return "loopback";
        case EndReason::auth_failed:
            return "auth-failed";
        case EndReason::auth_timeout:
            return "auth-timeout";
        case EndReason::peer_not_authentic:
            return "peer-not-authentic";
        case EndReason::encryption_failed:
            return "encryption-failed";
        case EndReason::no_address:
            return "no-address";
        case EndReason::echo_timeout:
            return "echo-timeout";
        case EndReason::idle_timeout:
            return "idle-timeout";
        case EndReason::session_timeout:
            return "session-timeout";
        case EndReason::replaced:
            return "replaced";
        case EndReason::kernel_error:
            return "kernel-error";
        case EndReason::interrupted:
            return "interrupted";
    }
    return "unknown";
}

}  // namespace ppp
