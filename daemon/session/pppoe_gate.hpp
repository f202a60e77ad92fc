// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeGate: the PPPoE servers of the machine, several of them on one interface where that is wanted.
#pragma once
#include <map>
#include <memory>
#include <string>
#include "link/pppoe_server.hpp"
#include "session/gate.hpp"
#include "session/session.hpp"

namespace ppp::session {

class PppoeGate final : public Gate, private link::PppoeAcceptor {
public:
    PppoeGate(Ports& ports, link::PppoePorts pppoe, Gate::Owner& owner);

    void open(const ServerConfigs& servers) override;
    void describe(const std::string& server, ServerStatus& out) const override;
    void add_to(Statistics& statistics) const override;
    [[nodiscard]] Result<std::unique_ptr<link::Transport>> take_over(const std::string& server,
                                                                     const link::KeptLink& link,
                                                                     Fd control) override;
    void left(const link::LinkInfo& link) override { close_unused(link.interface); }

private:
    struct Served {
        std::string interface, ac_name;
        std::string problem;  // why it does not listen
    };
    bool admit(const std::string& server, const link::MacAddress& host) override;
    void accept(std::unique_ptr<link::Transport> transport, const std::string& server) override;
    void listener_lost(const std::string& interface, const Error& why) override;
    void listen(const std::string& interface);
    void listen_later();
    /// Nobody is served there any more: the interface's frames are not for us.
    void close_unused(const std::string& interface);
    void parent_event(const net::LinkEvent& event);
    [[nodiscard]] Log log(const std::string& server) const;

    Ports& ports_;
    link::PppoePorts pppoe_;
    Gate::Owner& owner_;
    link::PppoeBuckets buckets_;
    std::map<std::string, Served> served_;                                 // by server
    std::map<std::string, std::unique_ptr<link::PppoeServer>> listeners_;  // by interface
    net::LinkSubscription parents_;
    Timer relisten_;
};

}  // namespace ppp::session
