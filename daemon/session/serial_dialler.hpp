// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SerialDialler: links over a serial port, by a modem or a cable.
#pragma once
#include <memory>
#include <string>
#include "config/model.hpp"
#include "link/serial_line.hpp"
#include "session/dialler.hpp"
#include "session/session.hpp"

namespace ppp::session {

class SerialDialler final : public Dialler {
public:
    /// @param lines outlives the dialler, as `ports` do.
    SerialDialler(std::string name, config::PppClient config, Ports& ports, link::SerialLines& lines);

    void watch(Owner& owner) override;
    [[nodiscard]] std::optional<Obstacle> obstacle() override;
    [[nodiscard]] std::unique_ptr<link::Transport> dial() override;
    [[nodiscard]] std::unique_ptr<link::Transport> resume(const link::KeptLink& link, Fd control) override;
    [[nodiscard]] bool made(const link::LinkInfo& link) const override;
    [[nodiscard]] std::string parent() const override { return config_.port; }

private:
    [[nodiscard]] link::SerialPlan plan();
    [[nodiscard]] Log log() const { return ports_.log.with("PPP_OBJECT", name_); }

    std::string name_;
    config::PppClient config_;
    Ports& ports_;
    link::SerialLines& lines_;
    Result<std::string> device_;
    link::PinDigest pin_{};
    std::weak_ptr<void> line_;  // the present one
    std::unique_ptr<link::TtyPorts::Subscription> watched_;
};

/// The MRU that a serial line is made for.
[[nodiscard]] std::uint16_t serial_mru(std::optional<std::uint16_t> max_mtu,
                                       std::optional<std::uint16_t> max_mru);

}  // namespace ppp::session
