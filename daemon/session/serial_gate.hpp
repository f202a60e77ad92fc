// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SerialGate: the servers of serial ports; each port waits for one peer at a time.
#pragma once
#include <map>
#include <memory>
#include <string>
#include "config/model.hpp"
#include "link/serial_line.hpp"
#include "session/gate.hpp"
#include "session/session.hpp"

namespace ppp::session {

class SerialGate final : public Gate {
public:
    /// @param lines outlives the gate, as `ports` and `owner` do.
    SerialGate(Ports& ports, link::SerialLines& lines, Gate::Owner& owner);

    void open(const ServerConfigs& servers) override;
    void describe(const std::string& server, ServerStatus& out) const override;
    [[nodiscard]] Result<std::unique_ptr<link::Transport>> take_over(const std::string& server,
                                                                     const link::KeptLink& link,
                                                                     Fd control) override;
    void left(const link::LinkInfo& link) override;

private:
    struct Served {
        config::PppServer config;
        std::string device;
        std::string problem;                     // why it does not wait for a peer
        bool busy = false;                       // a session has the line
        bool told = false;                       // that it waits
        std::unique_ptr<link::SerialLine> line;  // that waits, or is about to
        std::unique_ptr<link::TtyPorts::Subscription> watched;
        Timer again;
    };
    void wait(const std::string& server);
    void device_changed(const std::string& server);
    void called(const std::string& server, const Result<>& result);
    void stopped(const std::string& server, const std::string& problem);
    [[nodiscard]] link::SerialPlan plan(const Served& served) const;
    [[nodiscard]] Log log(const std::string& server) const { return ports_.log.with("PPP_OBJECT", server); }

    Ports& ports_;
    link::SerialLines& lines_;
    Gate::Owner& owner_;
    std::map<std::string, Served> served_;  // by server
};

}  // namespace ppp::session
