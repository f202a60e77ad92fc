// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/service.hpp"

namespace ppp::session {

std::string_view client_state_name(ClientState state) {
    switch (state) {
        case ClientState::disabled:
            return "disabled";
        case ClientState::waiting_for_parent:
            return "waiting-for-parent";
        case ClientState::waiting_to_retry:
            return "waiting-to-retry";
        case ClientState::discovery:
            return "discovery";
        case ClientState::establish:
            return "establish";
        case ClientState::authenticate:
            return "authenticate";
        case ClientState::network:
            return "network";
        case ClientState::connected:
            return "connected";
        case ClientState::terminating:
            return "terminating";
        case ClientState::stopped:
            return "stopped";
    }
    return "unknown";
}

bool SessionFilter::matches(const SessionRow& row) const {
    const auto fits = [](const std::string& wanted, const std::string& is) {
        return wanted.empty() || wanted == is;
    };
    return fits(service, row.service) && fits(name, row.name) && fits(server, row.server);
}

std::string_view client_status(ClientState state) {
    switch (state) {
        case ClientState::disabled:
        case ClientState::waiting_for_parent:
        case ClientState::waiting_to_retry:
        case ClientState::terminating:
        case ClientState::stopped:
            break;
        case ClientState::discovery:
        case ClientState::establish:
            return "dialing";
        case ClientState::authenticate:
        case ClientState::network:
            return "verifying password...";
        case ClientState::connected:
            return "connected";
    }
    return "disconnected";
}

}  // namespace ppp::session
