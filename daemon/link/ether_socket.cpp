// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/ether_socket.hpp"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>
#include "wire/pppoe.hpp"

namespace ppp::link {
namespace {
using wire::pppoe::Code;

// Offsets in the frame: what decode() reads, as the kernel's filter has to count it.
constexpr std::uint32_t kSourceAt = 6, kCodeAt = 15, kProtocolAt = 20;
constexpr std::uint16_t kLinkLayerProtocols = 0xc000;  // LCP, PAP, CHAP, EAP: RFC 1661 section 2
constexpr int kReceiveBuffer = 1 << 20;                // a storm of PADIs, until the loop comes round
constexpr std::string_view kKey = "discovery/";        // and the interface's name: in the keeper's custody

std::uint16_t ether_type(EtherFilter::Want want) {
    return want == EtherFilter::Want::session ? wire::pppoe::kSessionEtherType
                                              : wire::pppoe::kDiscoveryEtherType;
}

std::uint32_t number(Code code) { return static_cast<std::uint32_t>(code); }

/// EtherFilter::passes() for the kernel. Each test that fails jumps over the rest to the last instruction.
std::vector<sock_filter> program(const EtherFilter& filter) {
    std::vector<sock_filter> p;
    const auto load = [&](std::uint16_t size, std::uint32_t at) {
        p.push_back(BPF_STMT(static_cast<std::uint16_t>(BPF_LD | BPF_ABS | size), at));
    };
    std::vector<std::size_t> exits;
    const auto require = [&](std::uint16_t test, std::uint32_t value) {
        exits.push_back(p.size());
        p.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | test), value, 0, 0));
    };
    constexpr auto ancillary = static_cast<std::uint32_t>(SKF_AD_OFF);
    load(BPF_W, ancillary + SKF_AD_VLAN_TAG_PRESENT);
    require(BPF_JEQ, 0);
    switch (filter.want) {
        case EtherFilter::Want::host:
            load(BPF_W, ancillary + SKF_AD_PKTTYPE);
            require(BPF_JEQ, PACKET_HOST);
            load(BPF_B, kCodeAt);
            p.push_back(BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, number(Code::pado), 2, 0));
            p.push_back(BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, number(Code::pads), 1, 0));
            require(BPF_JEQ, number(Code::padt));
            break;
        case EtherFilter::Want::concentrator:
            static_assert(PACKET_HOST == 0 && PACKET_BROADCAST == 1, "all else is above and shifts to more");
            load(BPF_W, ancillary + SKF_AD_PKTTYPE);
            p.push_back(BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1));
            require(BPF_JEQ, 0);
            load(BPF_B, kCodeAt);
            p.push_back(BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, number(Code::padi), 4, 0));
            p.push_back(BPF_JUMP(BPF_JMP | BPF_K | BPF_JEQ, number(Code::padr), 1, 0));
            require(BPF_JEQ, number(Code::padt));
            load(BPF_W, ancillary + SKF_AD_PKTTYPE);
            require(BPF_JEQ, PACKET_HOST);
            break;
        case EtherFilter::Want::session: {
            load(BPF_W, ancillary + SKF_AD_PKTTYPE);
            require(BPF_JEQ, PACKET_HOST);
            wire::Reader peer{filter.peer};
            load(BPF_W, kSourceAt);
            require(BPF_JEQ, peer.u32());
            load(BPF_H, kSourceAt + 4);
            require(BPF_JEQ, peer.u16());
            load(BPF_H, kProtocolAt);
            require(BPF_JGE, kLinkLayerProtocols);
            break;
        }
    }
    p.push_back(BPF_STMT(BPF_RET | BPF_K, 0xffff));
    for (auto at : exits) p[at].jf = static_cast<std::uint8_t>(p.size() - at - 1);
    p.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
    return p;
}

template <class T>
Result<> set_option(int fd, int level, int option, const T& value, const std::string& what) {
    if (::setsockopt(fd, level, option, &value, sizeof value) < 0) return fail_errno(what);
    return {};
}

struct Interface {
    int index;
    MacAddress mac;
    unsigned mtu;
};

Result<Interface> look_up(int fd, const std::string& name) {
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name)
        return fail(Errc::not_found, "\"" + name + "\": not the name of an interface");
    std::ranges::copy(name, request.ifr_name);
    Interface found{};
    if (::ioctl(fd, SIOCGIFINDEX, &request) < 0)
        return fail({Errc::not_found, errno, name + ": no such interface"});
    found.index = request.ifr_ifindex;
    if (::ioctl(fd, SIOCGIFFLAGS, &request) < 0) return fail_errno(name + ": cannot read its flags");
    if (!(request.ifr_flags & IFF_UP))
        return fail({Errc::refused, ENETDOWN, name + ": the interface is down; bring it up"});
    if (::ioctl(fd, SIOCGIFMTU, &request) < 0) return fail_errno(name + ": cannot read its MTU");
    found.mtu = static_cast<unsigned>(request.ifr_mtu);
    if (::ioctl(fd, SIOCGIFHWADDR, &request) < 0) return fail_errno(name + ": cannot read its address");
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
        return fail(Errc::refused, name + ": not an Ethernet interface, PPPoE needs one");
    std::copy_n(reinterpret_cast<const std::uint8_t*>(request.ifr_hwaddr.sa_data), found.mac.size(),
                found.mac.begin());
    return found;
}
}  // namespace

bool EtherFilter::passes(const MacAddress& own, wire::ByteView frame) const {
    wire::Reader r{frame};
    const auto destination = r.array<6>();
    const auto source = r.array<6>();
    const auto type = r.u16();
    r.u8();
    const auto code = r.u8();
    if (!r.ok() || type != ether_type(want)) return false;
    const bool to_us = destination == own;
    switch (want) {
        case Want::host:
            return to_us &&
                   (code == number(Code::pado) || code == number(Code::pads) || code == number(Code::padt));
        case Want::concentrator:
            return code == number(Code::padi)
                       ? to_us || destination == wire::pppoe::kBroadcast
                       : to_us && (code == number(Code::padr) || code == number(Code::padt));
        case Want::session:
            r.u32();
            return to_us && source == peer && r.u16() >= kLinkLayerProtocols;
    }
    return false;
}

/// Room for many frames a system call. Discovery and LCP fit 1500 octets; a longer frame is cut and then
/// found malformed.
struct PacketSockets::Batch {
    static constexpr std::size_t kFrames = 32, kOctets = 2048;
    std::array<std::array<std::uint8_t, kOctets>, kFrames> data{};
    std::array<iovec, kFrames> vectors{};
    std::array<mmsghdr, kFrames> messages{};

    Batch() {
        for (std::size_t i = 0; i < kFrames; ++i) {
            vectors[i] = {.iov_base = data[i].data(), .iov_len = kOctets};
            messages[i].msg_hdr.msg_iov = &vectors[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }
};

class PacketSockets::Port final : public EtherPort {
public:
    /// @param custody where the socket was given to, nullptr for none.
    Port(Fd fd, std::string name, const Interface& found, Handler& handler, Batch& batch,
         keeper::Custody* custody)
        : fd_(std::move(fd)),
          name_(std::move(name)),
          mac_(found.mac),
          mtu_(found.mtu),
          index_(static_cast<unsigned>(found.index)),
          handler_(handler),
          batch_(batch),
          custody_(custody) {}
    ~Port() override {
        if (custody_) custody_->drop(std::string(kKey) + name_);
        if (destroyed_) *destroyed_ = true;
    }

    Result<> watch(EventLoop& loop) {
        auto watch = loop.watch(fd_.get(), EPOLLIN, [this](std::uint32_t) { read(); });
        if (!watch) return fail(std::move(watch).error());
        watch_ = *std::move(watch);
        return {};
    }

    Result<> send(wire::ByteView frame) override {
        if (::send(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            return fail_errno(name_ + ": cannot send");
        return {};
    }
    [[nodiscard]] const std::string& interface() const override { return name_; }
    [[nodiscard]] const MacAddress& own_mac() const override { return mac_; }
    [[nodiscard]] unsigned mtu() const override {
        ifreq request{};
        std::ranges::copy(name_, request.ifr_name);
        if (::ioctl(fd_.get(), SIOCGIFMTU, &request) == 0) mtu_ = static_cast<unsigned>(request.ifr_mtu);
        return mtu_;
    }
    [[nodiscard]] unsigned index() const override { return index_; }
    [[nodiscard]] std::uint64_t dropped() const override {
        tpacket_stats now{};  // the kernel starts again at zero after each reading
        socklen_t size = sizeof now;
        if (::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, &now, &size) == 0)
            dropped_ += now.tp_drops;
        return dropped_;
    }

private:
    void read() {
        bool destroyed = false;
        destroyed_ = &destroyed;
        // Bounded, so that a flood on one interface does not keep the loop from everything else.
        for (int batches = 0; batches < 4; ++batches) {
            const int n =
                ::recvmmsg(fd_.get(), batch_.messages.data(), Batch::kFrames, MSG_DONTWAIT, nullptr);
            if (n < 0) {
                if (errno != EAGAIN && errno != EINTR) return went_down(errno);  // this may be gone by then
                break;
            }
            for (std::size_t i = 0; i < static_cast<std::size_t>(n) && !destroyed; ++i)
                handler_.on_ether_frame(wire::ByteView{batch_.data[i]}.first(batch_.messages[i].msg_len));
            if (destroyed) return;
            if (static_cast<std::size_t>(n) < Batch::kFrames) break;
        }
        if (!destroyed) destroyed_ = nullptr;
    }

    void went_down(int error) {
        // The socket tells the same of an interface that is down and of one that is gone.
        std::array<char, IF_NAMESIZE> name{};
        const bool gone = ::if_indextoname(index_, name.data()) == nullptr;
        watch_ = {};
        destroyed_ = nullptr;
        const Error why{gone ? Errc::not_found : Errc::system, gone ? ENODEV : error,
                        name_ + (gone                ? ": the interface was removed"
                                 : error == ENETDOWN ? ": the interface went down"
                                                     : std::string(": ") + std::strerror(error))};
        handler_.on_ether_down(why);  // may destroy this
    }

    Fd fd_;
    std::string name_;
    MacAddress mac_;
    mutable unsigned mtu_;  // the last one read: what counts once the interface is gone
    unsigned index_;
    Handler& handler_;
    Batch& batch_;
    keeper::Custody* custody_;
    Watch watch_;
    bool* destroyed_ = nullptr;  // set while frames are delivered
    mutable std::uint64_t dropped_ = 0;
};

PacketSockets::PacketSockets(EventLoop& loop, keeper::Custody* custody, keeper::Kept* kept)
    : loop_(loop), custody_(custody), batch_(std::make_unique<Batch>()) {
    if (!kept) return;
    for (auto at = kept->begin(); at != kept->end();) {
        const auto next = std::next(at);
        if (at->first.starts_with(kKey)) kept_.insert(kept->extract(at));
        at = next;
    }
    // Whoever wants one asks for it before the loop turns.
    if (!kept_.empty())
        unclaimed_ = loop_.after({}, [this] {
            for (const auto& [key, files] : kept_) custody_->drop(key);
            kept_.clear();
        });
}
PacketSockets::~PacketSockets() = default;

Fd PacketSockets::inherited(const std::string& interface, int index) {
    const auto node = kept_.extract(std::string(kKey) + interface);
    if (!node || node.mapped().size() != 1) return {};
    // The name may belong to another interface by now.
    sockaddr_ll address{};
    socklen_t size = sizeof address;
    auto fd = std::move(node.mapped().front());
    const bool same = ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
                      address.sll_family == AF_PACKET && address.sll_ifindex == index;
    return same ? std::move(fd) : Fd{};
}

Result<std::unique_ptr<EtherPort>> PacketSockets::open(const std::string& interface,
                                                       const EtherFilter& filter,
                                                       EtherPort::Handler& handler) {
    // Protocol 0 receives nothing: the filter is in place before the first frame.
    Fd fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd && (errno == EPERM || errno == EACCES))
        return fail({Errc::refused, errno, interface + ": packet sockets need CAP_NET_RAW"});
    if (!fd) return fail_errno(interface + ": cannot make a packet socket");
    PPP_TRY(const Interface found, look_up(fd.get(), interface));

    const bool keeping = custody_ && filter.want == EtherFilter::Want::concentrator;
    bool bound = false;
    if (keeping)
        if (auto earlier = inherited(interface, found.index)) {
            fd = std::move(earlier);
            bound = true;
        }
    auto code = program(filter);
    const sock_fprog attached{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
    PPP_CHECK(set_option(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, attached,
                         interface + ": cannot attach the packet filter"));
    // Without the capability the smaller default buffer serves.
    if (filter.want == EtherFilter::Want::concentrator)
        ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);

    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ether_type(filter.want));
    address.sll_ifindex = found.index;
    if (!bound && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return fail_errno(interface + ": cannot listen");

    if (keeping) custody_->keep(std::string(kKey) + interface, {fd.get()});
    auto port = std::make_unique<Port>(std::move(fd), interface, found, handler, *batch_,
                                       keeping ? custody_ : nullptr);
    PPP_CHECK(port->watch(loop_));
    return port;
}

}  // namespace ppp::link
