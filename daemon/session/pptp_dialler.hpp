// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpDialler: links to a PPTP server. Nothing is looked at before the attempt: routes and names
/// change without telling.
#pragma once
#include "link/pptp_client.hpp"
#include "session/dialler.hpp"

namespace ppp::session {

class PptpDialler final : public Dialler {
public:
    PptpDialler(const config::PptpClient& config, const link::PptpPorts& pptp)
        : server_(config.connect_to), pptp_(pptp) {}

    void watch(Owner&) override {}
    [[nodiscard]] std::optional<Obstacle> obstacle() override { return std::nullopt; }
    [[nodiscard]] std::unique_ptr<link::Transport> dial() override {
        return std::make_unique<link::PptpClient>(link::PptpClientConfig{server_}, pptp_);
    }
    [[nodiscard]] std::unique_ptr<link::Transport> resume(const link::KeptLink& link, Fd control) override {
        return std::make_unique<link::PptpClient>(link::PptpClientConfig{server_}, pptp_, link,
                                                  std::move(control));
    }
    [[nodiscard]] bool made(const link::LinkInfo& link) const override {
        return link.kind == link::LinkKind::pptp && link.interface == server_;
    }
    [[nodiscard]] std::string parent() const override { return server_; }

private:
    std::string server_;
    const link::PptpPorts& pptp_;
};

}  // namespace ppp::session
