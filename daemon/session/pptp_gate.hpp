// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpGate: the PPTP server of the machine.
#pragma once
#include <memory>
#include <string>
#include "link/pptp_server.hpp"
#include "session/gate.hpp"
#include "session/session.hpp"

namespace ppp::session {

class PptpGate final : public Gate, private link::PptpAcceptor {
public:
    PptpGate(Ports& ports, const link::PptpPorts& pptp, Gate::Owner& owner);

    void open(const ServerConfigs& servers) override;
    void describe(const std::string& server, ServerStatus& out) const override;
    void add_to(Statistics& statistics) const override;
    [[nodiscard]] Result<std::unique_ptr<link::Transport>> take_over(const std::string& server,
                                                                     const link::KeptLink& link,
                                                                     Fd control) override;

private:
    bool admit(std::uint32_t host) override;
    void accept(std::unique_ptr<link::Transport> transport) override;
    void listen();

    Ports& ports_;
    Gate::Owner& owner_;
    link::PptpServer pptp_;
    std::string name_;           // of the server that is open; "" = none
    std::uint32_t address_ = 0;  // that it is bound to; 0 = any
    std::string problem_;        // why it does not listen
    Timer relisten_;
};

}  // namespace ppp::session
