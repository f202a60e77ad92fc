// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The two objects behind a PptpServer: a far end's control connection, and one call over it.
#pragma once
#include <map>
#include <string>
#include <vector>
#include "link/pptp_server.hpp"

namespace ppp::link {

class PptpServer::Peer final : private PptpControl::Owner {
public:
    Peer(PptpServer& server, std::unique_ptr<TcpStream> stream);
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer() override;

private:
    friend class PptpServer;
    friend class PptpServer::Call;

    void control_up() override;
    void control_message(const wire::pptp::Message& message, wire::ByteView octets) override;
    void control_lost(EndReason reason, std::string detail) override;
    void called(const wire::pptp::OutgoingCallRequest& request, wire::ByteView octets);
    void cleared(std::uint16_t peer_call_id, wire::ByteView octets, const std::string& how);
    void await_call();
    void leave(Call& call);
    [[nodiscard]] bool has_call(std::uint16_t peer_call_id) const;

    PptpServer& server_;
    TcpEndpoint remote_;
    std::map<std::uint16_t, Call*> calls_;  // by our Call ID
    bool had_call_ = false;
    Timer idle_;  // while there is no call
    PptpControl control_;
};

class PptpServer::Call final : public Transport {
public:
    Call(Peer& peer, LinkInfo info, Fd socket);
    /// One that an earlier process made; to be begun by resume().
    Call(Peer& peer, LinkInfo info);
    /// A peer that waits for its reply is refused.
    ~Call() override;

    /// Calls link_ready() at once, from inside.
    void start(Owner&) override;
    void resume(Owner& owner) override { owner_ = &owner; }
    [[nodiscard]] KeptLink kept() const override { return {.info = info_}; }
    [[nodiscard]] std::vector<int> files() const override;
    /// Outgoing-Call-Reply leaves.
    void attached() override;
    void stop() override;
    [[nodiscard]] const LinkInfo& info() const override { return info_; }

private:
    friend class PptpServer;
    friend class PptpServer::Peer;

    void send(const wire::pptp::Message& message);
    /// Ended by the far end: says so back.
    void end(EndReason reason, std::string detail);
    void lose(EndReason reason, std::string detail);

    Peer* peer_;  // null once the call is over
    PptpSockets& sockets_;
    Owner* owner_ = nullptr;
    LinkInfo info_;
    Fd socket_;               // until it is given away
    wire::ByteView request_;  // while it is given away
    bool standing_ = false;
};

}  // namespace ppp::link
