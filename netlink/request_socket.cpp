// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/request_socket.hpp"
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <algorithm>

namespace ppp::net {
namespace {

constexpr std::chrono::milliseconds kTimeout{2000};
// Errors of a whole chunk must fit the receive buffer: each takes about 1.3 KiB of it.
constexpr std::size_t kChunk = 256;
constexpr int kReceiveBuffer = 1024 * 1024;
// The kernel never fills a dump datagram further (af_netlink.c, netlink_dump()).
constexpr std::size_t kDatagram = 32768;
constexpr std::int32_t kMaxErrno = 4095;  // MAX_ERRNO of the kernel's include/linux/err.h

Result<Fd> open_rtnetlink() {
    Fd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
    if (!fd) return fail_errno("netlink socket");
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    if (::bind(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&self)), sizeof self) < 0)
        return fail_errno("netlink socket");
    const int on = 1;
    // Each of these only betters the answers; kernels without them are served too.
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK})
        ::setsockopt(fd.get(), SOL_NETLINK, option, &on, sizeof on);
    const int size = kReceiveBuffer;
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return fd;
}

}  // namespace

Result<> Answer::result(const std::string& what) const {
    switch (kind) {
        case Kind::done:
            return {};
        case Kind::refused: {
            auto error = what + ": " + std::strerror(sys);
            if (!text.empty()) error += " (" + text + ")";
            return fail({Errc::system, sys, std::move(error)});
        }
        case Kind::unanswered:
            break;
    }
    return fail({Errc::timeout, ETIMEDOUT, what + ": no answer from the kernel"});
}

Result<RequestSocket> RequestSocket::create() { return create(open_rtnetlink, kTimeout); }

Result<RequestSocket> RequestSocket::create(Opener open, std::chrono::milliseconds timeout) {
    RequestSocket socket(std::move(open), timeout);
    PPP_CHECK(socket.reopen());
    socket.buffer_.resize(kDatagram);
    return socket;
}

Result<> RequestSocket::reopen() {
    PPP_TRY(socket_, open_());
    const timeval limit{.tv_sec = timeout_.count() / 1000, .tv_usec = timeout_.count() % 1000 * 1000};
    if (::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
        return fail_errno("netlink socket: receive timeout");
    ++generations_;
    return {};
}

Result<> RequestSocket::send(Octets octets) {
    if (!socket_) PPP_CHECK(reopen());
    while (::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0)
        if (errno != EINTR) return fail_errno("netlink send");
    return {};
}

RequestSocket::Read RequestSocket::receive(bool wait, Octets& datagram) {
    while (true) {
        sockaddr_nl from{};
        iovec into{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = &into;
        message.msg_iovlen = 1;
        const auto n = ::recvmsg(socket_.get(), &message, wait ? 0 : MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == ENOBUFS ? Read::lost : Read::nothing;
        // Any process may send to a netlink socket: only the kernel's address is 0.
        if (message.msg_namelen == sizeof from && from.nl_family == AF_NETLINK && from.nl_pid != 0) continue;
        if (n == 0) return Read::nothing;
        if ((message.msg_flags & MSG_TRUNC) != 0) return Read::lost;
        datagram = Octets(buffer_).first(static_cast<std::size_t>(n));
        return Read::datagram;
    }
}

void RequestSocket::transact(Batch& batch, std::vector<Answer>& answers) {
    answers.assign(batch.size(), {});
    for (std::size_t first = 0; first < batch.size(); first += kChunk)
        transact_chunk(batch, first,
                       std::span(answers).subspan(first, std::min(kChunk, batch.size() - first)));
}

Answer RequestSocket::transact_one(Batch& batch) {
    std::vector<Answer> answers;
    transact(batch, answers);
    return answers.empty() ? Answer{} : std::move(answers.front());
}

void RequestSocket::transact_chunk(Batch& batch, std::size_t first, std::span<Answer> answers) {
    const auto base = sequence_ + 1;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto* head = batch.header(first + i);
        head->nlmsg_seq = ++sequence_;
        head->nlmsg_flags = static_cast<std::uint16_t>(head->nlmsg_flags & ~NLM_F_ACK);
        if (i + 1 == answers.size()) head->nlmsg_flags |= NLM_F_ACK;
    }
    if (auto sent = send(batch.octets(first, answers.size())); !sent) {
        for (auto& a : answers)
            a = {.kind = Answer::Kind::refused, .sys = sent.error().sys, .text = "the request was not sent"};
        return;
    }
    bool lost = false;
    std::size_t settled = 0;  // answers before this one are final
    Octets octets;
    while (settled < answers.size()) {
        // The kernel has worked everything off inside send(): after a loss, waiting brings nothing back.
        const auto read = receive(!lost, octets);
        if (read == Read::nothing) break;
        if (read == Read::lost) {
            lost = true;
            continue;
        }
        Datagram datagram(octets);
        while (const auto message = datagram.next()) {
            const auto ack = parse_ack(*message);
            if (!ack || ack->sequence - base >= answers.size()) continue;
            const std::size_t at = ack->sequence - base;
            if (at < settled) continue;
            for (; settled < at; ++settled)
                if (!lost) answers[settled].kind = Answer::Kind::done;
            answers[settled++] = ack->error == 0
                                     ? Answer{Answer::Kind::done, 0, {}}
                                     : Answer{Answer::Kind::refused, ack->error, std::string(ack->text)};
        }
    }
    // A late answer must not meet a later request: start afresh next time.
    if (settled < answers.size()) socket_.reset();
}

Result<bool> RequestSocket::dump(Batch& batch, const Callback<void(const Received&)>& each) {
    auto* head = batch.header(0);
    head->nlmsg_seq = ++sequence_;
    PPP_CHECK(send(batch.octets(0, 1)));
    bool whole = true;
    Octets octets;
    while (receive(true, octets) == Read::datagram) {
        Datagram datagram(octets);
        while (const auto message = datagram.next()) {
            if (message->head.nlmsg_seq != sequence_) continue;
            if ((message->head.nlmsg_flags & NLM_F_DUMP_INTR) != 0) whole = false;
            if (message->head.nlmsg_type == NLMSG_DONE) {
                const auto status = read_as<std::int32_t>(message->payload).value_or(0);
                if (status < 0) return fail_errno("netlink dump", -std::max(status, -kMaxErrno));
                return whole;
            }
            if (const auto ack = parse_ack(*message)) {
                if (ack->error == 0) continue;  // not asked for, and no end
                return fail_errno("netlink dump", ack->error);
            }
            each(*message);
        }
    }
    socket_.reset();
    return fail(Errc::timeout, "netlink dump: no answer from the kernel");
}

}  // namespace ppp::net
