// SPDX-License-Identifier: GPL-2.0-or-later
/// @file TcpSockets: the TcpPorts port over non-blocking sockets and the loop.
#pragma once
#include "base/event_loop.hpp"
#include "link/tcp.hpp"

namespace ppp::link {

class TcpSockets final : public TcpPorts {
public:
    /// @param loop outlives it, its streams and its listeners.
    explicit TcpSockets(EventLoop& loop) : loop_(loop) {}
    Result<std::unique_ptr<TcpStream>> connect(const TcpEndpoint& to, std::uint32_t source) override;
    Result<std::unique_ptr<TcpStream>> adopt(Fd file) override;
    Result<std::unique_ptr<TcpListener>> listen(const TcpEndpoint& at,
                                                TcpListener::Handler& handler) override;

private:
    EventLoop& loop_;
};

}  // namespace ppp::link
