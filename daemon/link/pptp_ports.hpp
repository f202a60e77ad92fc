// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpPorts: what every PPTP object needs of the world, in one handful of references.
#pragma once
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/pptp_sockets.hpp"
#include "link/resolver.hpp"
#include "link/tcp.hpp"
#include "netlink/network.hpp"

namespace ppp::link {

class PptpFarewells;

/// All of it must outlive the object it is given to.
struct PptpPorts {
    Scheduler& time;
    Rng& rng;
    TcpPorts& tcp;
    PptpSockets& sockets;
    Resolver& resolver;
    net::Network& network;
    PptpFarewells& farewells;
    const Log* log = nullptr;  ///< messages, at debug level; null: nobody reads them
};

/// What a packet inside the tunnel may have: IP header, GRE with both numbers, address, control and protocol
/// fields around it.
[[nodiscard]] constexpr std::uint16_t pptp_max_mru(unsigned path_mtu) {
    constexpr unsigned kAround = 20 + 16 + 4, kLeast = 576;
    const auto fits = path_mtu > kLeast + kAround ? path_mtu - kAround : kLeast;
    return static_cast<std::uint16_t>(fits < 0xffff ? fits : 0xffff);
}

}  // namespace ppp::link
