// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppox.hpp"
#include <arpa/inet.h>
#include <linux/if_pppox.h>
#include <sys/socket.h>
#include <algorithm>

namespace ppp::link {

Result<Fd> KernelPppox::connect_pppoe(const std::string& interface, const MacAddress& peer,
                                      std::uint16_t session_id) {
    sockaddr_pppox address{};
    static_assert(sizeof address == 30, "the kernel compares the length and refuses any other");
    if (interface.empty() || interface.size() >= sizeof address.sa_addr.pppoe.dev)
        return fail(Errc::not_found, "\"" + interface + "\": not the name of an interface");
    address.sa_family = AF_PPPOX;
    address.sa_protocol = PX_PROTO_OE;
    address.sa_addr.pppoe.sid = htons(session_id);
    std::ranges::copy(peer, address.sa_addr.pppoe.remote);
    std::ranges::copy(interface, address.sa_addr.pppoe.dev);

    Fd fd{::socket(AF_PPPOX, SOCK_STREAM | SOCK_CLOEXEC, PX_PROTO_OE)};
    if (!fd && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT))
        return fail({Errc::system, errno, "the kernel has no PPPoE; load its module: modprobe pppoe"});
    if (!fd) return fail_errno("cannot make a PPPoE socket");
    const void* packed = &address;
    if (::connect(fd.get(), static_cast<const sockaddr*>(packed), sizeof address) == 0) return fd;

    const int error = errno;
    const auto session =
        "PPPoE session " + std::to_string(session_id) + " with " + to_string(peer) + " on " + interface;
    if (error == EALREADY)
        return fail({Errc::refused, error, session + ": the session id is already in use"});
    if (error == ENODEV)
        return fail({Errc::not_found, error, interface + ": no such interface, or it is down"});
    return fail_errno(session, error);
}

}  // namespace ppp::link
