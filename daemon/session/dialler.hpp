// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Dialler: the port through which a Client makes its links, whatever kind they are of.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include "base/fd.hpp"
#include "link/pppoe_ports.hpp"
#include "link/pptp_ports.hpp"
#include "link/transport.hpp"
#include "session/client_config.hpp"

namespace ppp::session {

class LastSessions;
struct Ports;

/// What the links of the several kinds are made with. All of it outlives who has it; what is null is a kind
/// that nobody serves.
struct LinkPorts {
    link::PppoePorts pppoe;
    LastSessions* memory = nullptr;  ///< PPPoE clients
    const link::PptpPorts* pptp = nullptr;
};

class Dialler {
public:
    /// Why no link can be made now, or why the present one is in danger.
    struct Obstacle {
        std::string sentence;
        EndReason reason = EndReason::parent_missing;  ///< of a session that ends by it
        bool gone = false;                             ///< for good: no session outlives it
    };
    class Owner {
    public:
        virtual ~Owner() = default;
        /// obstacle() may have another answer.
        virtual void obstacle_changed() = 0;
    };
    virtual ~Dialler() = default;

    /// Tells `owner` of changes from now on; never from inside.
    virtual void watch(Owner& owner) = 0;
    /// nullopt: dial() can be tried. May ask for what would take the obstacle away.
    [[nodiscard]] virtual std::optional<Obstacle> obstacle() = 0;
    /// A link to be started; what an earlier process left at the far end is ended first.
    [[nodiscard]] virtual std::unique_ptr<link::Transport> dial() = 0;
    /// The link that an earlier process made; to be resumed. @param control see Inherited.
    [[nodiscard]] virtual std::unique_ptr<link::Transport> resume(const link::KeptLink& link, Fd control) = 0;
    /// Whether a kept link is one of this configuration's.
    [[nodiscard]] virtual bool made(const link::LinkInfo& link) const = 0;
    /// The session over this link is up: what a later process must know to end it.
    virtual Result<> remember(const link::LinkInfo& /*link*/) { return {}; }
    /// The far end knows that the session is over.
    virtual void forget() {}
    /// What it dials on, or whom: the parent interface, the server, the port.
    [[nodiscard]] virtual std::string parent() const = 0;
    /// "" where the kind has no such thing.
    [[nodiscard]] virtual std::string service_name() const { return {}; }
};

/// @param name the client's.
[[nodiscard]] std::unique_ptr<Dialler> make_dialler(const std::string& name, const ClientConfig& client,
                                                    Ports& ports, const LinkPorts& links);

}  // namespace ppp::session
