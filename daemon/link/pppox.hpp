// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoxSockets: connected PF_PPPOX sockets, the kernel's end of a link before it is a channel.
#pragma once
#include <cstdint>
#include <string>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "link/transport.hpp"

namespace ppp::link {

class PppoxSockets {
public:
    virtual ~PppoxSockets() = default;
    /// A PPPoE session socket. Does not wait; closing it does (10 ms and more), so hand it to the kernel
    /// port. Errors: Errc::refused with sys EALREADY when the interface already has this session id with this
    /// peer; Errc::not_found when the interface is missing or down; Errc::system when the kernel has no
    /// PPPoE.
    virtual Result<Fd> connect_pppoe(const std::string& interface, const MacAddress& peer,
                                     std::uint16_t session_id) = 0;
};

/// The real one (drivers/net/ppp/pppoe.c).
class KernelPppox final : public PppoxSockets {
public:
    Result<Fd> connect_pppoe(const std::string& interface, const MacAddress& peer,
                             std::uint16_t session_id) override;
};

}  // namespace ppp::link
