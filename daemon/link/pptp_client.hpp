// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpClient: the PNS of one call (RFC 2637): name, control connection, Outgoing-Call-Request, and the
/// kernel's end of the GRE tunnel. One attempt and one session.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "link/pptp_control.hpp"
#include "link/transport.hpp"

namespace ppp::link {

struct PptpClientConfig {
    std::string server;        ///< an address or the name of a host
    std::uint32_t source = 0;  ///< of this host, for TCP and GRE; 0 = the one of the route to the server
};

class PptpClient final : public Transport, private PptpControl::Owner {
public:
    using Owner = Transport::Owner;
    PptpClient(PptpClientConfig config, const PptpPorts& ports);
    /// A link that an earlier process made; to be begun by resume(). @param control its control connection.
    PptpClient(PptpClientConfig config, const PptpPorts& ports, KeptLink link, Fd control);
    PptpClient(const PptpClient&) = delete;
    PptpClient& operator=(const PptpClient&) = delete;
    ~PptpClient() override;

    /// link_lost() never runs from inside start().
    void start(Owner&) override;
    void resume(Owner&) override;
    [[nodiscard]] KeptLink kept() const override { return {.info = info_}; }
    [[nodiscard]] std::vector<int> files() const override;
    void attached() override {}
    void stop() override;
    [[nodiscard]] const LinkInfo& info() const override { return info_; }

private:
    enum class State : std::uint8_t { idle, resolving, connecting, calling, standing, ended };

    void control_up() override;
    void control_message(const wire::pptp::Message& message, wire::ByteView octets) override;
    void control_lost(EndReason reason, std::string detail) override;
    void control_sent(wire::ByteView octets) override { owner_->link_sent(octets); }
    void control_received(wire::ByteView octets) override { owner_->link_received(octets); }

    void resolved(Result<std::vector<std::uint32_t>> addresses);
    void connect_next();
    void called(const wire::pptp::OutgoingCallReply& reply);
    void connect_call();
    void end(EndReason reason, std::string detail);
    void end_later(EndReason reason, std::string detail);
    /// `vpn.example (192.0.2.1)`, or the address alone.
    [[nodiscard]] std::string server() const;

    PptpClientConfig config_;
    PptpPorts ports_;
    Owner* owner_ = nullptr;
    LinkInfo info_;
    State state_ = State::idle;
    std::vector<std::uint32_t> addresses_;  // to be tried, the next one last
    std::string failure_;                   // of the address tried last
    Fd adopted_;                            // of an earlier process, until resume()
    PptpSockets::Call call_;
    std::unique_ptr<PptpControl> control_;
    Timer timer_;
    Pending asking_;
};

}  // namespace ppp::link
