// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Transport: the port that turns "dial" into a connected kernel socket and keeps the link's own
/// protocol.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include "base/fd.hpp"
#include "link/end_reason.hpp"
#include "wire/bytes.hpp"

namespace ppp::link {

using MacAddress = std::array<std::uint8_t, 6>;

/// "02:00:5E:10:00:01": upper case, as secrets and accounting compare it.
[[nodiscard]] std::string to_string(const MacAddress& mac);

/// What carries the frames. `serial` is a line or a modem.
enum class LinkKind : std::uint8_t { pppoe, pptp, serial };
/// "pppoe", "pptp", "ppp": the word of the configuration, and of the names of its kinds of objects.
[[nodiscard]] std::string_view to_string(LinkKind kind);

/// How packets to the far end leave this machine, told by the kernel; ifindex 0: not known.
struct Way {
    std::uint32_t gateway = 0;  ///< host order; 0: the far end is on the link itself
    std::uint32_t ifindex = 0;
    friend bool operator==(const Way&, const Way&) = default;
};

/// What the link learned while it was set up; complete once the transport is ready.
struct LinkInfo {
    LinkKind kind = LinkKind::pppoe;
    /// What it runs on: the parent interface, the serial port; of PPTP the server as it was asked for, and
    /// "" at the server.
    std::string interface {};
    std::string service_name{};  ///< the one asked for, or the one the server chose
    std::string ac_name{};
    MacAddress own_mac{}, peer_mac{};
    std::uint16_t session_id = 0;                     ///< PPPoE SESSION_ID or our Call ID of PPTP, host order
    std::uint32_t own_address = 0, peer_address = 0;  ///< PPTP: the tunnel's ends, host order
    std::uint16_t peer_call_id = 0;                   ///< PPTP
    Way way{};                                        ///< PPTP client: to the server, outside of the tunnel
    std::uint16_t max_mru = 1492;  ///< what fits the link: 1492, or PPP-Max-Payload where RFC 4638 was agreed

    /// The far end as secrets and accounting name it: its MAC address, its IPv4 address, our port;
    /// "" while it is not known.
    [[nodiscard]] std::string caller() const;
    /// The far end as a number, to count by; 0 where there is no more than one.
    [[nodiscard]] std::uint64_t host() const;
};

/// A link that stands, as another process needs to know it to carry it on.
struct KeptLink {
    LinkInfo info{};
    std::array<std::uint8_t, 8> host_uniq{};  ///< PPPoE client: of the discovery that made it
    wire::Bytes tags{};                       ///< PPPoE client: AC-Cookie and Relay-Session-Id, for the PADT
};

/// One link of one session. Destroying it ends it without a word to the peer.
class Transport {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        /// The kernel socket stands: make it a channel, then call attached(). Called once.
        virtual void link_ready(Fd socket) = 0;
        /// A session frame (protocol field first) seen before the channel stood. Only until attached().
        virtual void early_frame(wire::ByteView frame) = 0;
        /// The link could not be made or was taken away. Called once; the owner may destroy the transport in
        /// it.
        /// @param detail one sentence that names what was asked of whom: "no Access-Concentrator on eth1
        /// answered"
        virtual void link_lost(EndReason reason, std::string detail) = 0;
        /// A packet of the link's own protocol left or came for this link; for traces. Borrowed, a whole
        /// Ethernet frame or PPTP message.
        virtual void link_sent(wire::ByteView /*frame*/) {}
        virtual void link_received(wire::ByteView /*frame*/) {}
    };
    virtual ~Transport() = default;
    virtual void start(Owner&) = 0;
    /// In place of start() and attached(), for a transport that was made of a KeptLink: the link stands.
    virtual void resume(Owner&) = 0;
    /// Of a link that stands.
    [[nodiscard]] virtual KeptLink kept() const = 0;
    /// Files besides the kernel socket that go with kept(); they stay this transport's.
    [[nodiscard]] virtual std::vector<int> files() const { return {}; }
    /// The channel takes frames from now on: a server lets its PADS leave, a client stops capturing early
    /// frames.
    virtual void attached() = 0;
    /// Tells the peer that it is over (PADT, Call-Clear-Request). Idempotent; no callback follows.
    virtual void stop() = 0;
    [[nodiscard]] virtual const LinkInfo& info() const = 0;
    /// Packets of the link's own protocol that could not be parsed, where they can be told to be this link's.
    [[nodiscard]] virtual std::uint32_t malformed() const { return 0; }
};

}  // namespace ppp::link
