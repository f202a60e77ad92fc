// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a client's configuration means to its sessions.
#pragma once
#include <memory>
#include <string>
#include "session/client_config.hpp"
#include "session/settings.hpp"

namespace ppp::session {

[[nodiscard]] std::shared_ptr<const SessionSettings> session_settings(const std::string& name,
                                                                      const ClientConfig& config);

}  // namespace ppp::session
