// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A last word to the peer of a session that nobody has any more.
#pragma once
#include "link/pppoe_ports.hpp"
#include "link/transport.hpp"

namespace ppp::session {

/// Sends a PADT for it. @return whether it left: not without the interface.
bool send_farewell(const link::PppoePorts& pppoe, const link::LinkInfo& link);

}  // namespace ppp::session
