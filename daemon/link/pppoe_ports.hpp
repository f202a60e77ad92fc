// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoePorts: what every PPPoE object needs of the world, in one handful of references.
#pragma once
#include <string_view>
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/ac_cookie.hpp"
#include "link/ether_socket.hpp"
#include "link/pppox.hpp"
#include "wire/pppoe.hpp"

namespace ppp::link {

/// All of it must outlive the object it is given to.
struct PppoePorts {
    Scheduler& time;
    Rng& rng;
    EtherPorts& ether;
    PppoxSockets& pppox;
    const Log* log = nullptr;  ///< packets and dropped frames, at debug level; null: nobody reads them

    const AcCookie::Secret* cookie_secret = nullptr;  ///< see AcCookie

    /// Each of these costs a look at the level while nobody reads them.
    void trace_sent(wire::ByteView frame, const Result<>& result) const;
    void trace_received(const wire::pppoe::Discovery&) const;
    /// @param why says what is wrong with a packet that changes nothing.
    void trace_ignored(const wire::pppoe::Discovery&, std::string_view why) const;
    void trace_malformed(wire::ByteView frame, std::string_view why) const;
    [[nodiscard]] bool traced() const;
};

/// What a PPPoE session may carry over an interface of this MTU without RFC 4638.
[[nodiscard]] std::uint16_t plain_max_mru(unsigned mtu);
/// What it may carry where both ends agree on RFC 4638: at most `wanted`, never less than plain_max_mru().
[[nodiscard]] std::uint16_t large_max_mru(unsigned mtu, std::uint16_t wanted);

}  // namespace ppp::link
