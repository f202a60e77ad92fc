// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/table_reader.hpp"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ppp::net {
namespace {

constexpr timeval kTimeout{.tv_sec = 2, .tv_usec = 0};
// The kernel never fills a dump datagram further (af_netlink.c, netlink_dump()): no need to peek at its size.
constexpr std::size_t kDatagram = 32768;
// A table that changes all the time is read so often; then the last reading has to do.
constexpr int kDumpAttempts = 3;

std::optional<IpAddress> to_ip(const nl_addr* from) {
    if (!from) return std::nullopt;
    const int family = nl_addr_get_family(from);
    IpAddress to{.octets = {}, .v6 = family == AF_INET6};
    if ((family != AF_INET && family != AF_INET6) || nl_addr_get_len(from) != to.size()) return std::nullopt;
    std::memcpy(to.octets.data(), nl_addr_get_binary_addr(from), to.size());
    return to;
}

std::optional<Prefix> to_prefix(const IpAddress& address, unsigned length) {
    if (length > 8 * address.size()) return std::nullopt;
    return Prefix{.address = address, .length = static_cast<std::uint8_t>(length)};
}

template <class T>
void sort_out(std::vector<T>& all) {
    // A table that changed while it was read may show an object twice.
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

// What libnl calls back. Its own handling of these would lose the kernel's errno.
int on_refusal(sockaddr_nl*, nlmsgerr* answer, void* refusal) noexcept {
    *static_cast<int*>(refusal) = -answer->error;
    return NL_STOP;
}
int on_end(nl_msg* message, void* refusal) noexcept {
    const auto* head = nlmsg_hdr(message);
    std::int32_t status = 0;
    if (nlmsg_datalen(head) >= static_cast<int>(sizeof status))
        std::memcpy(&status, nlmsg_data(head), sizeof status);
    if (status < 0) *static_cast<int*>(refusal) = -status;
    return NL_OK;
}
int on_message(nl_msg* message, void*) noexcept {
    // Privileged processes may send to a netlink socket: only the kernel's address is 0.
    return nlmsg_get_src(message)->nl_pid == 0 ? NL_OK : NL_SKIP;
}

struct RouteAnswer {
    RouteFilter filter;
    bool v6;
    std::vector<Route>& all;
    std::vector<Route> hops;
};
int on_route(nl_msg* message, void* argument) noexcept {
    auto& answer = *static_cast<RouteAnswer*>(argument);
    const auto& filter = answer.filter;
    rtnl_route* object = nullptr;
    // What libnl does not understand, an unknown encapsulation say, is no route the port could describe.
    if (rtnl_route_parse(nlmsg_hdr(message), &object) < 0) return NL_SKIP;
    answer.hops.clear();
    append_routes(*object, answer.hops);
    rtnl_route_put(object);
    // The kernel has filtered, but those before 4.20 cannot.
    for (const auto& r : answer.hops)
        if (r.destination.address.v6 == answer.v6 && r.table == filter.table &&
            (filter.protocol == 0 || r.protocol == filter.protocol) &&
            (!filter.defaults_only || r.destination.length == 0))
            answer.all.push_back(r);
    return NL_OK;
}

}  // namespace

void TableReader::Free::operator()(nl_sock* socket) const { nl_socket_free(socket); }
void TableReader::Free::operator()(nl_msg* message) const { nlmsg_free(message); }
void TableReader::Free::operator()(nl_cache* cache) const { nl_cache_put(cache); }

Result<> TableReader::open() {
    Owned<nl_sock> socket(nl_socket_alloc());
    if (!socket) return fail_errno("netlink socket of libnl", ENOMEM);
    if (const int error = nl_connect(socket.get(), NETLINK_ROUTE); error < 0)
        return fail(Errc::system, std::string("netlink socket of libnl: ") + nl_geterror(error));
    const int fd = nl_socket_get_fd(socket.get());
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kTimeout, sizeof kTimeout) < 0)
        return fail_errno("netlink socket of libnl: receive timeout");
    // Lets the kernel filter; older ones send everything.
    const int on = 1;
    ::setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    nl_socket_set_msg_buf_size(socket.get(), kDatagram);
    nl_socket_disable_msg_peek(socket.get());
    nl_socket_disable_auto_ack(socket.get());
    socket_ = std::move(socket);
    return {};
}

template <class Head, class Read>
Result<> TableReader::dump(const std::string& what, int type, Head head, const RouteFilter* filter,
                           const Read& read) {
    for (int attempt = 1;; ++attempt) {
        if (!socket_) PPP_CHECK(open());
        auto* socket = socket_.get();
        // Anew for each question: the reader may have moved since.
        nl_socket_modify_err_cb(socket, NL_CB_CUSTOM, on_refusal, &refusal_);
        nl_socket_modify_cb(socket, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &refusal_);
        nl_socket_modify_cb(socket, NL_CB_MSG_IN, NL_CB_CUSTOM, on_message, nullptr);
        refusal_ = 0;
        const Owned<nl_msg> request(nlmsg_alloc_simple(type, NLM_F_REQUEST | NLM_F_DUMP));
        if (!request || nlmsg_append(request.get(), &head, sizeof head, NLMSG_ALIGNTO) < 0 ||
            (filter && nla_put_u32(request.get(), RTA_TABLE, filter->table) < 0))
            return fail_errno(what, ENOMEM);
        int error = nl_send_auto(socket, request.get());
        if (error >= 0) error = read(socket);
        if (refusal_ != 0) return fail_errno(what, refusal_);
        if (error >= 0 || (error == -NLE_DUMP_INTR && attempt == kDumpAttempts)) return {};
        if (error == -NLE_DUMP_INTR) continue;
        socket_.reset();
        if (error == -NLE_AGAIN)
            return fail({Errc::timeout, ETIMEDOUT, what + ": no answer from the kernel"});
        return fail(Errc::system, what + ": " + nl_geterror(error));
    }
}

Result<std::vector<Address>> TableReader::addresses(unsigned ifindex) {
    nl_cache* made = nullptr;
    const std::string what =
        ifindex == 0 ? "addresses of all links" : "addresses of link #" + std::to_string(ifindex);
    if (nl_cache_alloc_name("route/addr", &made) < 0) return fail_errno(what, ENOMEM);
    const Owned<nl_cache> cache(made);
    ifaddrmsg head{};
    head.ifa_index = ifindex;
    // nl_cache_refill() would do it in one call, but it asks for the addresses of all links, and again
    // without end while they change.
    PPP_CHECK(dump(what, RTM_GETADDR, head, nullptr, [&](nl_sock* socket) {
        nl_cache_clear(cache.get());
        return nl_cache_pickup(socket, cache.get());
    }));
    std::vector<Address> all;
    all.reserve(static_cast<std::size_t>(nl_cache_nitems(cache.get())));
    nl_cache_foreach(
        cache.get(),
        [](nl_object* object, void* into) {
            // libnl's objects begin with an nl_object; its own users cast the same way.
            if (const auto address = to_address(*reinterpret_cast<rtnl_addr*>(object)))
                static_cast<std::vector<Address>*>(into)->push_back(*address);
        },
        &all);
    if (ifindex != 0) std::erase_if(all, [ifindex](const Address& a) { return a.ifindex != ifindex; });
    sort_out(all);
    return all;
}

Result<> TableReader::routes_of(std::uint8_t family, const RouteFilter& filter, std::vector<Route>& all) {
    rtmsg head{};
    head.rtm_family = family;
    head.rtm_protocol = filter.protocol;
    const auto before = all.size();
    RouteAnswer answer{.filter = filter, .v6 = family == AF_INET6, .all = all, .hops = {}};
    auto read =
        dump(std::string(answer.v6 ? "IPv6" : "IPv4") + " routes of table " + std::to_string(filter.table),
             RTM_GETROUTE, head, &filter, [&](nl_sock* socket) {
                 all.resize(before);
                 nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, on_route, &answer);
                 const int error = nl_recvmsgs_default(socket);
                 nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_DEFAULT, nullptr, nullptr);
                 return error;
             });
    // A table without routes may not exist; a kernel without IPv6 has none either.
    if (!read && read.error().sys != ENOENT && read.error().sys != EAFNOSUPPORT &&
        read.error().sys != EOPNOTSUPP)
        return read;
    return {};
}

Result<std::vector<Route>> TableReader::routes(const RouteFilter& filter) {
    std::vector<Route> all;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}})
        PPP_CHECK(routes_of(family, filter, all));
    sort_out(all);
    return all;
}

std::optional<Address> to_address(rtnl_addr& object) {
    // libnl has already put into `local` what IPv6 calls the address when there is no peer.
    const auto local = to_ip(rtnl_addr_get_local(&object));
    const int length = rtnl_addr_get_prefixlen(&object);
    if (!local || length < 0) return std::nullopt;
    const auto prefix = to_prefix(*local, static_cast<unsigned>(length));
    if (!prefix) return std::nullopt;
    auto peer = to_ip(rtnl_addr_get_peer(&object));
    if (peer == local) peer.reset();
    return Address{
        .ifindex = static_cast<unsigned>(rtnl_addr_get_ifindex(&object)), .local = *prefix, .peer = peer};
}

void append_routes(rtnl_route& object, std::vector<Route>& routes) {
    const int family = rtnl_route_get_family(&object);
    if (family != AF_INET && family != AF_INET6) return;
    if (rtnl_route_get_type(&object) != RTN_UNICAST) return;
    if ((rtnl_route_get_flags(&object) & RTM_F_CLONED) != 0) return;
    Route route{.destination = {.address = {.octets = {}, .v6 = family == AF_INET6}, .length = 0},
                .ifindex = 0,
                .gateway = std::nullopt,
                .metric = rtnl_route_get_priority(&object),
                .table = rtnl_route_get_table(&object),
                .protocol = rtnl_route_get_protocol(&object)};
    if (const auto* to = rtnl_route_get_dst(&object); to && nl_addr_get_prefixlen(to) > 0) {
        const auto address = to_ip(to);
        const auto prefix = address ? to_prefix(*address, nl_addr_get_prefixlen(to)) : std::nullopt;
        if (!prefix || prefix->address.v6 != route.destination.address.v6) return;
        route.destination = *prefix;
    }
    const int hops = rtnl_route_get_nnexthops(&object);
    for (int i = 0; i < hops; ++i) {
        auto* hop = rtnl_route_nexthop_n(&object, i);
        route.ifindex = static_cast<unsigned>(rtnl_route_nh_get_ifindex(hop));
        route.gateway = to_ip(rtnl_route_nh_get_gateway(hop));
        if (!route.gateway) route.gateway = to_ip(rtnl_route_nh_get_via(hop));
        routes.push_back(route);
    }
}

}  // namespace ppp::net
