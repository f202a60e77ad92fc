// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/route_lookup.hpp"
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <array>
#include "base/fd.hpp"
#include "netlink/message.hpp"

namespace ppp::net {
namespace {

constexpr timeval kPatience{.tv_sec = 5, .tv_usec = 0};

std::optional<IpAddress> to_address(const std::optional<Attribute>& attribute, bool v6) {
    IpAddress out{.octets = {}, .v6 = v6};
    if (!attribute || attribute->value.size() != out.size()) return std::nullopt;
    std::memcpy(out.octets.data(), attribute->value.data(), out.size());
    return out;
}

}  // namespace

Result<Route> look_up_route(const IpAddress& to) {
    const auto what = "the route to " + to_string(to);
    Batch batch;
    rtmsg head{};
    head.rtm_family = to.v6 ? AF_INET6 : AF_INET;
    head.rtm_dst_len = static_cast<unsigned char>(8 * to.size());
    batch.begin(RTM_GETROUTE, 0).header(head).put(RTA_DST, to.octets.data(), to.size());
    const Fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
    if (!socket) return fail_errno(what);
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    const auto request = batch.message(0);
    if (::send(socket.get(), request.data(), request.size(), 0) < 0) return fail_errno(what);
    alignas(nlmsghdr) std::array<std::byte, 8192> buffer{};
    const auto n = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (n < 0) return fail_errno(what);
    Datagram datagram(Octets(buffer).first(static_cast<std::size_t>(n)));
    const auto answer = datagram.next();
    if (!answer) return fail(Errc::system, what + ": the kernel's answer makes no sense");
    if (const auto ack = parse_ack(*answer))
        return fail({Errc::not_found, ack->error, what + ": " + std::strerror(ack->error)});
    const auto attributes = answer->attributes(sizeof(rtmsg));
    const auto link = attributes.find(RTA_OIF);
    if (answer->head.nlmsg_type != RTM_NEWROUTE || !link || !link->u32())
        return fail(Errc::not_found, what + ": there is none");
    Route out;
    out.destination = {.address = to, .length = static_cast<std::uint8_t>(8 * to.size())};
    out.ifindex = *link->u32();
    out.gateway = to_address(attributes.find(RTA_GATEWAY), to.v6);
    return out;
}

}  // namespace ppp::net
