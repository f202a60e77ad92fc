// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pptp_sockets.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_pppox.h>
#include <sys/socket.h>
#include "aaa/address_range.hpp"

namespace ppp::link {
namespace {

constexpr int kMaxBusyCalls = 32;

sockaddr_pppox address_of(std::uint32_t address, std::uint16_t call_id) {
    sockaddr_pppox out{};
    out.sa_family = AF_PPPOX;
    out.sa_protocol = PX_PROTO_PPTP;
    out.sa_addr.pptp.call_id = call_id;  // in host order, as pptp.c has it
    out.sa_addr.pptp.sin_addr.s_addr = htonl(address);
    return out;
}
const sockaddr* generic(const sockaddr_pppox& address) {
    const void* octets = &address;
    return static_cast<const sockaddr*>(octets);
}

}  // namespace

Result<PptpSockets::Call> PptpSockets::bind_any(Rng& rng, std::uint32_t own) {
    for (int i = 0;; ++i) {
        const auto id = static_cast<std::uint16_t>(1 + rng.below(0xffff));
        auto file = bind_call(own, id);
        if (file) return Call{.file = std::move(*file), .id = id};
        if (file.error().sys != EBUSY || i == kMaxBusyCalls) return fail(std::move(file).error());
    }
}

Result<Fd> KernelPptp::bind_call(std::uint32_t own, std::uint16_t call_id) {
    Fd fd{::socket(AF_PPPOX, SOCK_STREAM | SOCK_CLOEXEC, PX_PROTO_PPTP)};
    if (!fd && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT))
        return fail({Errc::system, errno, "the kernel has no PPTP; load its module: modprobe pptp"});
    if (!fd) return fail_errno("cannot make a PPTP socket");
    const auto address = address_of(own, call_id);
    if (::bind(fd.get(), generic(address), sizeof address) == 0) return fd;
    const int error = errno;
    close(std::move(fd));
    if (error == EBUSY)
        return fail({Errc::refused, error, fmt::format("PPTP call {}: the id is already in use", call_id)});
    return fail_errno(fmt::format("PPTP call {} at {}", call_id, aaa::format_ipv4(own)), error);
}

Result<> KernelPptp::connect_call(const Fd& call, std::uint32_t peer, std::uint16_t peer_call_id) {
    const auto address = address_of(peer, peer_call_id);
    if (::connect(call.get(), generic(address), sizeof address) == 0) return {};
    const int error = errno;
    const auto what = fmt::format("PPTP call {} of {}", peer_call_id, aaa::format_ipv4(peer));
    if (error == EALREADY) return fail({Errc::refused, error, what + ": the id is already in use"});
    return fail_errno(what, error);
}

void KernelPptp::close(Fd call) {
    if (call) handoff_.submit([call = std::move(call)]() mutable { call.reset(); });
}

}  // namespace ppp::link
