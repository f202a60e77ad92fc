// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpServer: the PAC of this machine (RFC 2637): control connections that come in, with any number of
/// calls each.
///
/// Before its peer has proven anything, a connection costs a descriptor: so it has to begin at once, and
/// there is room for a few of each address.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <string>
#include "link/pptp_control.hpp"
#include "link/rate_limit.hpp"
#include "link/transport.hpp"

namespace ppp::link {

struct PptpServerLimits {
    std::size_t waiting = 256;         ///< connections without a call
    std::size_t waiting_of_host = 16;  ///< of one address
    std::size_t calls = 64;            ///< of one connection
    /// Outgoing-Call-Requests: of one address, and of all of them together.
    TokenBucket::Rate calls_of_host{.burst = 128, .per_second = 32};
    TokenBucket::Rate calls_of_all{.burst = 1024, .per_second = 256};
};

struct PptpServerCounters {
    std::uint64_t connections = 0;   ///< accepted
    std::uint64_t turned_away = 0;   ///< because of a limit, or of what they said before any call
    std::uint64_t calls = 0;         ///< asked for
    std::uint64_t refused = 0;       ///< of them
    std::uint64_t rate_limited = 0;  ///< of them, and not among the refused: too many in a short time
    std::uint64_t wan_errors = 0;    ///< WAN-Error-Notify
};

/// Who takes the calls. Must not destroy the server from inside.
class PptpAcceptor {
public:
    virtual ~PptpAcceptor() = default;
    /// Whether one call more of this address may come just now.
    [[nodiscard]] virtual bool admit(std::uint32_t host) = 0;
    /// The new owner calls start() when it is ready for link_ready(); dropping the link refuses the call.
    virtual void accept(std::unique_ptr<Transport> link) = 0;
};

class PptpServer final : private TcpListener::Handler {
public:
    PptpServer(const PptpPorts& ports, PptpAcceptor& acceptor, PptpServerLimits limits = {});
    /// Calls that still live keep their sockets but say nothing any more: stop() them first.
    ~PptpServer() override;

    /// @param address 0: every address of the machine.
    Result<> listen(std::uint32_t address);
    /// Takes no new connections. Calls that exist stay until their owners end them.
    void close();
    [[nodiscard]] bool listening() const { return listener_ != nullptr; }
    /// A call that an earlier process made; the new owner calls resume(). Calls of one control connection
    /// share it again, whichever copy of it they bring.
    [[nodiscard]] Result<std::unique_ptr<Transport>> take_over(KeptLink link, Fd control);
    [[nodiscard]] const PptpServerCounters& counters() const { return counters_; }
    /// Connections that exist.
    [[nodiscard]] std::size_t connections() const { return peers_.size(); }

private:
    class Peer;
    class Call;

    void on_connection(std::unique_ptr<TcpStream> stream) override;
    [[nodiscard]] bool make_room(std::uint32_t host);
    /// It hears and says nothing from now on.
    void remove(Peer& peer);
    /// Whether a call that this far end calls so stands already, over whichever of its connections.
    [[nodiscard]] bool in_use(std::uint32_t host, std::uint16_t peer_call_id) const;
    /// What strangers did, for the journal, as far as it has patience with them.
    void note(const std::string& sentence);

    PptpPorts ports_;
    PptpAcceptor& acceptor_;
    PptpServerLimits limits_;
    PptpServerCounters counters_;
    std::unique_ptr<TcpListener> listener_;
    std::list<std::unique_ptr<Peer>> peers_;  // oldest first
    std::list<std::unique_ptr<Peer>> dead_;   // may be running still: destroyed from the loop
    Timer burial_;
    TokenBucket notes_;
    HostRateLimiter requests_;
};

}  // namespace ppp::link
