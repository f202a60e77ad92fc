// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Gate: the port by which peers come to an AccessServer, one for each kind of link.
#pragma once
#include <memory>
#include <string>
#include "base/fd.hpp"
#include "session/dialler.hpp"
#include "session/server_config.hpp"
#include "session/service.hpp"

namespace ppp::session {

class Gate {
public:
    /// Must not change the gate from inside these calls.
    class Owner {
    public:
        virtual ~Owner() = default;
        /// Whether `server` can take one session more of this peer just now; asked before one is offered.
        /// @param host see LinkInfo::host().
        [[nodiscard]] virtual bool admit(const std::string& server, std::uint64_t host) = 0;
        /// A peer wants a session. The new owner calls start() on the link; dropping it refuses the peer.
        virtual void accept(std::unique_ptr<link::Transport> link, const std::string& server) = 0;
        /// It listens, does not any more, or does not for another reason.
        virtual void gate_changed(const std::string& server) = 0;
    };
    virtual ~Gate() = default;

    /// Listens for these and for no others: servers of the gate's kind, by name. Sessions are not touched.
    virtual void open(const ServerConfigs& servers) = 0;
    /// Adds what is known of a server that is open.
    virtual void describe(const std::string& server, ServerStatus& out) const = 0;
    virtual void add_to(Statistics& /*statistics*/) const {}
    /// The link of a session that an earlier process made; to be resumed. @param control see Inherited.
    /// @return Errc::config when no open server would have made it, Errc::refused when it cannot go on.
    [[nodiscard]] virtual Result<std::unique_ptr<link::Transport>> take_over(const std::string& server,
                                                                             const link::KeptLink& link,
                                                                             Fd control) = 0;
    /// The session over this link is over.
    virtual void left(const link::LinkInfo& /*link*/) {}
};

/// The gates of all kinds that `links` can serve.
using Gates = std::map<link::LinkKind, std::unique_ptr<Gate>>;
[[nodiscard]] Gates make_gates(Ports& ports, const LinkPorts& links, Gate::Owner& owner);

}  // namespace ppp::session
