// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/observer.hpp"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <array>
#include <cstddef>
#include "netlink/codec.hpp"

namespace ppp::net {
namespace {

// Costs nothing while the queue is empty, and holds about a thousand notifications.
constexpr int kReceiveBuffer = 4 * 1024 * 1024;
// Other descriptors get their turn after so many notifications.
constexpr int kPerWakeup = 64;
// Far above any notification: virtual functions, which make a link's description long, are sent on request
// only.
constexpr std::size_t kNotification = 16384;
constexpr std::chrono::seconds kRetry{1};

/// Drops in the kernel what take() would drop. Loads convert from network order; netlink is in host order.
Result<> attach_filter(int fd, std::uint16_t hidden_type) {
    constexpr auto type_at = offsetof(nlmsghdr, nlmsg_type);
    constexpr auto family_at = sizeof(nlmsghdr) + offsetof(ifinfomsg, ifi_family);
    constexpr auto link_type_at = sizeof(nlmsghdr) + offsetof(ifinfomsg, ifi_type);
    // What stands for none equals no 16-bit value.
    const std::uint32_t hidden = hidden_type == 0 ? 0x10000U : htons(hidden_type);
    std::array<sock_filter, 9> program{{
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, type_at),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWLINK), 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELLINK), 0, 5),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, family_at),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNSPEC, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, link_type_at),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, hidden, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffffU),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
    const sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
    if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0)
        return fail_errno("link notifications: socket filter");
    return {};
}

}  // namespace

Result<std::unique_ptr<Observer>> Observer::create(EventLoop& loop, std::uint16_t hidden_type, int buffer,
                                                   Reread reread) {
    Fd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
    if (!fd) return fail_errno("link notifications");
    // Before the subscription, so that nothing slips past it.
    PPP_CHECK(attach_filter(fd.get(), hidden_type));
    const int size = buffer > 0 ? buffer : kReceiveBuffer;
    if (::setsockopt(fd.get(), SOL_SOCKET, buffer > 0 ? SO_RCVBUF : SO_RCVBUFFORCE, &size, sizeof size) < 0)
        ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    self.nl_groups = RTMGRP_LINK;
    if (::bind(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&self)), sizeof self) < 0)
        return fail_errno("link notifications");
    return std::unique_ptr<Observer>(new Observer(loop, std::move(fd), hidden_type, std::move(reread)));
}

Result<> Observer::prime(std::vector<Link> links) {
    std::erase_if(links, [this](const Link& link) { return hides(link); });
    table_.replace(std::move(links));
    return listen();
}

Result<> Observer::listen() {
    PPP_TRY(watch_, loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t) { on_readable(); }));
    return {};
}

void Observer::on_readable() {
    ++wakeups_;
    alignas(nlmsghdr) std::array<std::byte, kNotification> buffer;  // NOLINT: filled by recvmsg()
    for (int i = 0; i < kPerWakeup; ++i) {
        sockaddr_nl from{};
        iovec into{.iov_base = buffer.data(), .iov_len = buffer.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &into;
        message.msg_iovlen = 1;
        const auto n = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        // ENOBUFS says that notifications were dropped; what else fails leaves the picture as doubtful.
        if (n < 0 || (message.msg_flags & MSG_TRUNC) != 0) return resync();
        if (from.nl_pid == 0) take(buffer.data(), static_cast<std::size_t>(n));
    }
}

void Observer::take(const std::byte* octets, std::size_t size) {
    Datagram datagram(Octets(octets, size));
    while (const auto message = datagram.next()) {
        auto link = parse_link(*message);
        if (!link || hides(*link)) continue;
        if (message->head.nlmsg_type == RTM_DELLINK)
            table_.erase(link->ifindex);
        else
            table_.update(std::move(*link));
    }
}

void Observer::resync() {
    ++resyncs_;
    // Unwatched until the new picture is in, because a further loss would raise EPOLLERR for ever.
    watch_ = {};
    // The loss is told ahead of what was queued before it. Replayed onto the new picture, that would bring
    // the old one back with nothing behind it to put it right: only what comes from now on may be replayed.
    while (::recv(socket_.get(), nullptr, 0, MSG_DONTWAIT | MSG_TRUNC) >= 0 || errno == ENOBUFS) continue;
    reading_ = reread_([this](Result<std::vector<Link>> links) { resynced(std::move(links)); });
}

void Observer::resynced(Result<std::vector<Link>> links) {
    if (links && prime(std::move(*links))) return;
    retry_ = loop_.after(kRetry, [this] {
        reading_ = reread_([this](Result<std::vector<Link>> again) { resynced(std::move(again)); });
    });
}

}  // namespace ppp::net
