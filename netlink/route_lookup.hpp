// SPDX-License-Identifier: GPL-2.0-or-later
/// @file look_up_route(): one question to the kernel's routing, policy rules and all.
#pragma once
#include "base/result.hpp"
#include "netlink/network.hpp"

namespace ppp::net {

/// The route that a packet of ours to this address takes now: its destination is that one address. Waits for
/// the rtnl lock: for the one thread that may.
/// @return Errc::not_found when there is no route.
[[nodiscard]] Result<Route> look_up_route(const IpAddress& to);

}  // namespace ppp::net
