// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeDialler: links over an Ethernet interface, which it watches and sets up once.
#pragma once
#include <string>
#include "link/pppoe_client.hpp"
#include "netlink/network.hpp"
#include "session/dialler.hpp"
#include "session/last_session.hpp"
#include "session/session.hpp"

namespace ppp::session {

class PppoeDialler final : public Dialler {
public:
    /// @param memory outlives the dialler, as `ports` do.
    PppoeDialler(std::string name, config::PppoeClient config, Ports& ports, link::PppoePorts pppoe,
                 LastSessions& memory);

    void watch(Owner& owner) override;
    [[nodiscard]] std::optional<Obstacle> obstacle() override;
    [[nodiscard]] std::unique_ptr<link::Transport> dial() override;
    [[nodiscard]] std::unique_ptr<link::Transport> resume(const link::KeptLink& link, Fd control) override;
    [[nodiscard]] bool made(const link::LinkInfo& link) const override;
    Result<> remember(const link::LinkInfo& link) override;
    void forget() override { memory_.forget(name_); }
    [[nodiscard]] std::string parent() const override { return config_.interface; }
    [[nodiscard]] std::string service_name() const override { return config_.service_name; }

private:
    [[nodiscard]] link::PppoeClientConfig discovery() const;
    void raise_parent(const net::Link& parent);
    void clear_remembered();

    std::string name_;
    config::PppoeClient config_;
    Ports& ports_;
    link::PppoePorts pppoe_;
    LastSessions& memory_;
    Owner* owner_ = nullptr;
    // The parent that we have set up once; never fight an administrator over it.
    unsigned raised_ifindex_ = 0;
    net::LinkSubscription parent_;
    Timer raise_again_;
    Pending raising_;
};

}  // namespace ppp::session
