// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/dev_ppp.hpp"
#include <fcntl.h>
#include <linux/ppp-comp.h>
#include <linux/ppp-ioctl.h>
#include <sys/ioctl.h>
#include <array>
#include <cstring>

namespace ppp::kernel::dev_ppp {
namespace {
// IPv4, IPv6, IPX, AppleTalk, MPLS unicast and multicast: the NP_* of ppp_generic.c by their PPP numbers.
constexpr std::array<std::uint16_t, 6> kNetworkProtocols{0x0021, 0x0057, 0x002b, 0x0029, 0x0281, 0x0283};
constexpr int kProtocolNotSupported = EINVAL;

/// A method of each kind, as CCP would agree on it, MPPE's with a key.
constexpr std::array<std::uint8_t, 22> kMppe{18, 6, 1, 0, 0, 0x40};
constexpr std::array<std::uint8_t, 4> kDeflate{26, 4, 0x78, 0};
constexpr std::array<std::uint8_t, 3> kBsd{21, 3, 0x2f};

Result<> set_flags(const Fd& unit_file, int flags) {
    if (::ioctl(unit_file.get(), PPPIOCSFLAGS, &flags) == 0) return {};
    return fail_errno("cannot set the flags of a PPP unit");
}
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
    const std::uint32_t flags =
        (options.compress_protocol ? SC_COMP_PROT : 0) | (options.compress_address ? SC_COMP_AC : 0);
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

Result<> set_compressor(const Fd& unit_file, Flow flow, wire::ByteView method) {
    wire::Bytes copy(method.begin(), method.end());  // the structure has no const
    ppp_option_data data{.ptr = copy.data(),
                         .length = static_cast<__u32>(copy.size()),
                         .transmit = flow == Flow::sent ? 1 : 0};
    const bool done = ::ioctl(unit_file.get(), PPPIOCSCOMPRESS, &data) == 0;
    const int error = errno;
    ::explicit_bzero(copy.data(), copy.size());
    if (done) return {};
    return fail_errno("cannot set the compressor of a PPP unit", error);
}

Result<> set_ccp(const Fd& unit_file, CcpStage stage) {
    switch (stage) {
        case CcpStage::closed:
            return set_flags(unit_file, 0);
        case CcpStage::open:
            return set_flags(unit_file, SC_CCP_OPEN);
        case CcpStage::up:
            return set_flags(unit_file, SC_CCP_OPEN | SC_CCP_UP);
        case CcpStage::required:
            return set_flags(unit_file, SC_CCP_OPEN | SC_CCP_UP | SC_MUST_COMP);
    }
    return {};
}

CodingMethods methods(const Fd& unit_file) {
    const auto knows = [&](wire::ByteView method) {
        return set_compressor(unit_file, Flow::sent, method).has_value();
    };
    const CodingMethods out{.mppe = knows(kMppe), .deflate = knows(kDeflate), .bsd = knows(kBsd)};
    // The kernel gives compressors back when CCP closes, and only what was open can close.
    if (set_ccp(unit_file, CcpStage::open)) (void)set_ccp(unit_file, CcpStage::closed);
    return out;
}

Result<Unit::Idle> idle(const Fd& unit_file) {
    ppp_idle64 seconds{};
    if (::ioctl(unit_file.get(), PPPIOCGIDLE64, &seconds) < 0)
        return fail_errno("cannot read a unit's idle time");
    return Unit::Idle{.sent = std::chrono::seconds(seconds.xmit_idle),
                      .received = std::chrono::seconds(seconds.recv_idle)};
}

}  // namespace ppp::kernel::dev_ppp
