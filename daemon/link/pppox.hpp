// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoxSockets: connected PF_PPPOX sockets, the kernel's end of a link before it is a channel.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
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
///
/// A socket that failed because its key is in use takes the key's owner out of the kernel's table when it is
/// closed: pppoe_release() looks for the key, not for the socket. So such a socket stays open until the key
/// is asked for again and has no owner any more.
class KernelPppox final : public PppoxSockets {
public:
    Result<Fd> connect_pppoe(const std::string& interface, const MacAddress& peer,
                             std::uint16_t session_id) override;

    /// Takes a socket's session out of the kernel's table, for all copies of the socket, whoever has them;
    /// for a worker, since it waits as close() does. Without it a copy would keep the session's key.
    static void hang_up(int socket);

private:
    using Key = std::tuple<std::string, MacAddress, std::uint16_t>;
    std::map<Key, Fd> failed_;
};

/// Whether a text in the form of /proc/net/pppoe has a session (pppoe_seq_show() in drivers/net/ppp/pppoe.c).
[[nodiscard]] bool lists_session(std::string_view table, const std::string& interface, const MacAddress& peer,
                                 std::uint16_t session_id);

}  // namespace ppp::link
