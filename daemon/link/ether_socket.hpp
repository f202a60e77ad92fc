// SPDX-License-Identifier: GPL-2.0-or-later
/// @file EtherPort: Ethernet frames of one interface; AF_PACKET in the daemon, a fake segment in tests.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include "base/event_loop.hpp"
#include "base/result.hpp"
#include "keeper/custody.hpp"
#include "link/transport.hpp"
#include "wire/bytes.hpp"

namespace ppp::link {

/// What a port wants to see. Always left out: frames to other stations, and frames of a VLAN that has no
/// interface of its own.
struct EtherFilter {
    enum class Want : std::uint8_t {
        host,          ///< 0x8863: PADO, PADS, PADT
        concentrator,  ///< 0x8863: PADI, PADR, PADT
        session,       ///< 0x8864: LCP and authentication frames of `peer`
    };
    Want want = Want::host;
    MacAddress peer{};

    /// The filter as a function: what the kernel's copy of it lets through.
    [[nodiscard]] bool passes(const MacAddress& own, wire::ByteView frame) const;
};

/// An open port. Destroying it closes it; that may be done from inside its own callbacks.
class EtherPort {
public:
    class Handler {
    public:
        virtual ~Handler() = default;
        /// @param frame with its Ethernet header; valid during the call only.
        virtual void on_ether_frame(wire::ByteView frame) = 0;
        /// The interface went down (ENETDOWN) or away (ENODEV): nothing will arrive here any more. Called
        /// once.
        virtual void on_ether_down(const Error& why) = 0;
    };
    virtual ~EtherPort() = default;
    /// @param frame with its Ethernet header. A full queue is an error like any other: the protocol repeats.
    virtual Result<> send(wire::ByteView frame) = 0;
    [[nodiscard]] virtual const std::string& interface() const = 0;
    [[nodiscard]] virtual const MacAddress& own_mac() const = 0;
    /// As it is now: a port outlives a change of its interface's MTU. A system call.
    [[nodiscard]] virtual unsigned mtu() const = 0;
    [[nodiscard]] virtual unsigned index() const = 0;  ///< ifindex
    /// Frames lost since the port was opened, because they came faster than they were read.
    [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

class EtherPorts {
public:
    virtual ~EtherPorts() = default;
    /// @param handler must outlive the port. Nothing is delivered from inside open().
    /// Errors name the interface and what to do: Errc::not_found "eth9: no such interface",
    /// Errc::refused when it is down, not Ethernet, or we may not.
    virtual Result<std::unique_ptr<EtherPort>> open(const std::string& interface, const EtherFilter&,
                                                    EtherPort::Handler& handler) = 0;
};

/// AF_PACKET sockets on the loop. Must outlive the ports it opens.
class PacketSockets final : public EtherPorts {
public:
    /// @param custody where the sockets of concentrators are kept, so that no host's packet is lost while one
    /// process follows another; nullptr: nowhere. Outlives the sockets.
    /// @param kept what an earlier process has left there: its sockets are taken out of it.
    explicit PacketSockets(EventLoop& loop, keeper::Custody* custody = nullptr, keeper::Kept* kept = nullptr);
    ~PacketSockets() override;
    Result<std::unique_ptr<EtherPort>> open(const std::string& interface, const EtherFilter&,
                                            EtherPort::Handler& handler) override;

private:
    struct Batch;
    class Port;
    [[nodiscard]] Fd inherited(const std::string& interface, int index);

    EventLoop& loop_;
    keeper::Custody* custody_;
    keeper::Kept kept_;  // until somebody asks for their interface
    Timer unclaimed_;
    std::unique_ptr<Batch> batch_;  // one set of receive buffers: only one port reads at a time
};

}  // namespace ppp::link
