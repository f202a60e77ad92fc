// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Steps as rtnetlink messages, and messages as links. Pure: no socket, no clock.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>
#include "netlink/links.hpp"
#include "netlink/message.hpp"
#include "netlink/network.hpp"

namespace ppp::net {

/// Appends the one or two messages that carry out `step`.
/// @return 0, or the errno of a step that the kernel must not see (nothing is appended then): with ifindex 0
/// it would change all links of a group.
int encode(const Step& step, Batch& batch);

/// The request for dump(): all links.
void encode_list_links(Batch& batch);

/// A RTM_NEWLINK or RTM_DELLINK of the link itself; those of address families (a bridge's view of its port)
/// and malformed ones give nothing.
std::optional<Link> parse_link(const Received& message);

}  // namespace ppp::net
