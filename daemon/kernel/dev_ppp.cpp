// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/dev_ppp.hpp"
#include <fcntl.h>
#include <linux/ppp-ioctl.h>
#include <sys/ioctl.h>
#include <array>

namespace ppp::kernel::dev_ppp {
namespace {
// IPv4, IPv6, IPX, AppleTalk, MPLS unicast and multicast: the NP_* of ppp_generic.c by their PPP numbers.
constexpr std::array<std::uint16_t, 6> kNetworkProtocols{0x0021, 0x0057, 0x002b, 0x0029, 0x0281, 0x0283};
constexpr int kProtocolNotSupported = EINVAL;
}  // namespace

Result<Fd> open() {
    Fd file{::open("/dev/ppp", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (file) return file;
    const int error = errno;
    if (error == ENOENT || error == ENXIO || error == ENODEV)
        return fail_errno("cannot open /dev/ppp: load the kernel module ppp_generic", error);
    if (error == EACCES || error == EPERM)
        return fail_errno("cannot open /dev/ppp: it needs read and write permission and CAP_NET_ADMIN",
                          error);
    return fail_errno("cannot open /dev/ppp", error);
}

Result<int> channel_of(const Fd& socket) {
    int channel = 0;
    if (::ioctl(socket.get(), PPPIOCGCHAN, &channel) == 0) return channel;
    const int error = errno;
    if (error == ENOTCONN) return fail_errno("the far end hung up before there was a PPP channel", error);
    return fail_errno("cannot make a PPP channel", error);
}

Result<> become_channel(const Fd& file, int channel) {
    if (::ioctl(file.get(), PPPIOCATTCHAN, &channel) == 0) return {};
    const int error = errno;
    if (error == ENXIO) return fail_errno("the far end hung up before the PPP channel was attached", error);
    return fail_errno("cannot attach to PPP channel " + std::to_string(channel), error);
}

Result<int> unit_of(const Fd& file) {
    int unit = 0;
    if (::ioctl(file.get(), PPPIOCGUNIT, &unit) < 0)
        return fail_errno("cannot learn the number of a PPP unit");
    return unit;
}

Result<> connect(int channel_file, int unit) {
    if (::ioctl(channel_file, PPPIOCCONNECT, &unit) == 0) return {};
    return fail_errno("cannot connect the PPP channel to unit " + std::to_string(unit));
}

Result<> set_async(const Fd& channel_file, const AsyncOptions& options) {
    const auto set = [&](unsigned long request, std::uint32_t value, const char* what) -> Result<> {
        if (::ioctl(channel_file.get(), request, &value) == 0) return {};
        return fail_errno(std::string("cannot set the ") + what + " of a serial line");
    };
    const std::uint32_t flags = (options.compress_protocol ? SC_COMP_PROT : 0) |
                                (options.compress_address ? SC_COMP_AC : 0);
    PPP_CHECK(set(PPPIOCSASYNCMAP, options.send_map, "character map"));
    PPP_CHECK(set(PPPIOCSRASYNCMAP, options.receive_map, "character map"));
    PPP_CHECK(set(PPPIOCSFLAGS, flags, "header compression"));
    return set(PPPIOCSMRU, options.own_mru, "MRU");
}

Result<> set_passing(const Fd& unit_file, std::uint16_t protocol, bool passing) {
    npioctl request{.protocol = protocol, .mode = passing ? NPMODE_PASS : NPMODE_DROP};
    if (::ioctl(unit_file.get(), PPPIOCSNPMODE, &request) == 0) return {};
    return fail_errno("cannot set the mode of network protocol " + std::to_string(protocol));
}

Result<> drop_everything(const Fd& unit_file) {
    for (const auto protocol : kNetworkProtocols) {
        auto done = set_passing(unit_file, protocol, false);
        // A kernel built without a protocol cannot pass it either.
        if (!done && done.error().sys != kProtocolNotSupported) return done;
    }
    return {};
}

Result<Unit::Idle> idle(const Fd& unit_file) {
    ppp_idle64 seconds{};
    if (::ioctl(unit_file.get(), PPPIOCGIDLE64, &seconds) < 0)
        return fail_errno("cannot read a unit's idle time");
    return Unit::Idle{.sent = std::chrono::seconds(seconds.xmit_idle),
                      .received = std::chrono::seconds(seconds.recv_idle)};
}

}  // namespace ppp::kernel::dev_ppp
