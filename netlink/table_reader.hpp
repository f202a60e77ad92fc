// SPDX-License-Identifier: GPL-2.0-or-later
/// @file TableReader: the kernel's addresses and routes on demand, asked for and understood by libnl.
///
/// For the one thread that may wait, as RequestSocket is. Addresses pass through a libnl cache. Routes do
/// not: that cache keeps one of two routes that differ in their next hop only, and all of a full table in
/// memory.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "base/result.hpp"
#include "netlink/network.hpp"

struct nl_cache;
struct nl_msg;
struct nl_sock;
struct rtnl_addr;
struct rtnl_route;

namespace ppp::net {

/// Which unicast routes are wanted.
struct RouteFilter {
    std::uint32_t table = kMainTable;
    std::uint8_t protocol = 0;  ///< 0 for every one
    bool defaults_only = false;
};

class TableReader {
public:
    /// Sorted.
    /// @param ifindex 0 for all links.
    Result<std::vector<Address>> addresses(unsigned ifindex);
    /// Of both families, sorted; one for each hop of a multipath route. A table that does not exist has none.
    Result<std::vector<Route>> routes(const RouteFilter& filter);

private:
    struct Free {
        void operator()(nl_sock* socket) const;
        void operator()(nl_msg* message) const;
        void operator()(nl_cache* cache) const;
    };
    template <class T>
    using Owned = std::unique_ptr<T, Free>;

    Result<> open();
    /// Sends `request` and lets `read` take the answer, again while the table changes under it.
    /// @param what the table, for error texts.
    template <class Head, class Read>
    Result<> dump(const std::string& what, int type, Head head, const RouteFilter* filter, const Read& read);
    Result<> routes_of(std::uint8_t family, const RouteFilter& filter, std::vector<Route>& all);

    // Opened by the first question, in the namespace of the thread that asks; closed when an answer fails, so
    // that none can come late.
    Owned<nl_sock> socket_;
    int refusal_ = 0;  // errno the kernel gave instead of an answer, or at its end
};

/// @return nothing for families other than IPv4 and IPv6, and for what is no address of theirs.
std::optional<Address> to_address(rtnl_addr& object);
/// Appends a unicast route: one for each hop of a multipath route, nothing for routes that only refuse
/// (blackhole, unreachable) or belong to the kernel (local, broadcast). A next hop of the other family
/// (RTA_VIA) becomes a gateway of that family.
void append_routes(rtnl_route& object, std::vector<Route>& routes);

}  // namespace ppp::net
