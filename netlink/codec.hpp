// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The port's objects as rtnetlink messages, both ways. Pure: no socket, no clock.
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

/// Requests for dump(): the whole table, narrowed by the kernel where it can (NETLINK_GET_STRICT_CHK).
void encode_list_links(Batch& batch);
/// @param ifindex 0 for all links.
void encode_list_addresses(Batch& batch, unsigned ifindex);
/// Routes of one family.
/// @param protocol 0 for all.
void encode_list_routes(Batch& batch, bool v6, std::uint32_t table, std::uint8_t protocol);

/// A RTM_NEWLINK or RTM_DELLINK of the link itself; those of address families (a bridge's view of its port)
/// and malformed ones give nothing.
std::optional<Link> parse_link(const Received& message);
/// @return nothing for anything but a well-formed RTM_NEWADDR of IPv4 or IPv6.
std::optional<Address> parse_address(const Received& message);
/// Appends the unicast routes of a RTM_NEWROUTE: one for each hop of a multipath route.
void parse_route(const Received& message, std::vector<Route>& routes);

}  // namespace ppp::net
