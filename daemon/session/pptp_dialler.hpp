// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpDialler: links to a PPTP server. Nothing is looked at before the attempt: routes and names
/// change without telling.
#pragma once
#include "aaa/address_range.hpp"
#include "link/pptp_client.hpp"
#include "session/dialler.hpp"

namespace ppp::session {

class PptpDialler final : public Dialler {
public:
    PptpDialler(const config::PptpClient& config, const link::PptpPorts& pptp)
        : link_{.server = config.connect_to, .source = aaa::parse_ipv4(config.source_address).value_or(0)},
          pptp_(pptp) {}

    void watch(Owner&) override {}
    [[nodiscard]] std::optional<Obstacle> obstacle() override { return std::nullopt; }
    [[nodiscard]] std::unique_ptr<link::Transport> dial() override {
        return std::make_unique<link::PptpClient>(link_, pptp_);
    }
    [[nodiscard]] std::unique_ptr<link::Transport> resume(const link::KeptLink& link, Fd control) override {
        return std::make_unique<link::PptpClient>(link_, pptp_, link, std::move(control));
    }
    [[nodiscard]] bool made(const link::LinkInfo& link) const override {
        return link.kind == link::LinkKind::pptp && link.interface == link_.server;
    }
    [[nodiscard]] std::string parent() const override { return link_.server; }

private:
    link::PptpClientConfig link_;
    const link::PptpPorts& pptp_;
};

}  // namespace ppp::session
