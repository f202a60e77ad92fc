// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppox.hpp"
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_pppox.h>
#include <sys/socket.h>
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace ppp::link {
namespace {

Error in_use(const std::string& session) {
    return {Errc::refused, EALREADY, session + ": the session id is already in use"};
}

std::string kernel_table() {
    std::ifstream file("/proc/thread-self/net/pppoe");
    return {std::istreambuf_iterator<char>(file), {}};
}

sockaddr_pppox pppoe_address() {
    sockaddr_pppox address{};
    static_assert(sizeof address == 30, "the kernel compares the length and refuses any other");
    address.sa_family = AF_PPPOX;
    address.sa_protocol = PX_PROTO_OE;
    return address;
}

bool connect_to(int socket, const sockaddr_pppox& address) {
    const void* packed = &address;
    return ::connect(socket, static_cast<const sockaddr*>(packed), sizeof address) == 0;
}

}  // namespace

void KernelPppox::hang_up(int socket) {
    // Session id 0 disconnects.
    auto nobody = pppoe_address();
    if (connect_to(socket, nobody) || errno != EALREADY) return;
    // Not a socket whose far end has gone: that keeps its key until it is connected anew (pppoe_connect() in
    // drivers/net/ppp/pppoe.c), be it to an interface that no machine has.
    nobody.sa_addr.pppoe.sid = htons(1);
    (void)connect_to(socket, nobody);
}

bool lists_session(std::string_view table, const std::string& interface, const MacAddress& peer,
                   std::uint16_t session_id) {
    // The id is printed as the integer that its two octets on the wire make on this machine.
    auto mac = to_string(peer);
    std::ranges::transform(mac, mac.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto line = fmt::format("{:08X} {} {:>8}\n", htons(session_id), mac, interface);
    return table.find(line) != std::string_view::npos;
}

Result<Fd> KernelPppox::connect_pppoe(const std::string& interface, const MacAddress& peer,
                                      std::uint16_t session_id) {
    const auto session =
        fmt::format("PPPoE session {} with {} on {}", session_id, to_string(peer), interface);
    const Key key{interface, peer, session_id};
    if (failed_.contains(key)) {
        if (lists_session(kernel_table(), interface, peer, session_id)) return fail(in_use(session));
        failed_.erase(key);
    }
    auto address = pppoe_address();
    if (interface.empty() || interface.size() >= sizeof address.sa_addr.pppoe.dev)
        return fail(Errc::not_found, "'" + interface + "': not the name of an interface");
    address.sa_addr.pppoe.sid = htons(session_id);
    std::ranges::copy(peer, address.sa_addr.pppoe.remote);
    std::ranges::copy(interface, address.sa_addr.pppoe.dev);

    Fd fd{::socket(AF_PPPOX, SOCK_STREAM | SOCK_CLOEXEC, PX_PROTO_OE)};
    if (!fd && (errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT))
        return fail({Errc::system, errno, "the kernel has no PPPoE; load its module: modprobe pppoe"});
    if (!fd) return fail_errno("cannot make a PPPoE socket");
    if (connect_to(fd.get(), address)) return fd;

    const int error = errno;
    if (error == EALREADY) {
        failed_.emplace(key, std::move(fd));
        return fail(in_use(session));
    }
    if (error == ENODEV)
        return fail({Errc::not_found, error, interface + ": no such interface, or it is down"});
    return fail_errno(session, error);
}

}  // namespace ppp::link
