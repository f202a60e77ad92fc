// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a session's settings mean to its protocols.
#pragma once
#include "link/transport.hpp"
#include "ppp/ipcp.hpp"
#include "ppp/lcp.hpp"
#include "session/settings.hpp"

namespace ppp::session {

[[nodiscard]] LcpConfig lcp_config(const SessionSettings& settings, const link::LinkInfo& link);
[[nodiscard]] IpcpConfig ipcp_config(const NetworkSettings& network, Role role);

}  // namespace ppp::session
