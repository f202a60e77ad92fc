// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AcceptedLink: one session of a PPPoE server, from the PADR that proved its host to the PADT.
#pragma once
#include <memory>
#include <string>
#include "link/ac_cookie.hpp"
#include "link/pppoe_server.hpp"
#include "link/transport.hpp"

namespace ppp::link {

class AcceptedLink final : public Transport {
public:
    /// @param answer the tags that PADS will carry.
    /// @param granted the PPP-Max-Payload among them, 0 when there is none.
    AcceptedLink(PppoeServer& server, std::shared_ptr<PppoeServedService> service, LinkInfo info,
                 wire::Bytes answer, const AcCookie::Proof& proof, std::uint16_t granted);
    /// One that an earlier process made; to be begun by resume().
    AcceptedLink(PppoeServer& server, std::shared_ptr<PppoeServedService> service, KeptLink link);
    /// A host that waits for its PADS is refused.
    ~AcceptedLink() override;

    /// Calls link_ready() at once, from inside; link_lost() never from inside.
    void start(Owner&) override;
    void resume(Owner& owner) override { owner_ = &owner; }
    [[nodiscard]] KeptLink kept() const override { return {.info = info_, .host_uniq = {}, .tags = {}}; }
    /// PADS leaves.
    void attached() override;
    void stop() override;
    [[nodiscard]] const LinkInfo& info() const override { return info_; }

private:
    friend class PppoeServer;
    enum class State : std::uint8_t { accepted, standing, ended };

    [[nodiscard]] bool standing() const { return state_ == State::standing; }
    void send_pads();
    void send_padt();
    void refuse(std::string_view text);
    void send(wire::ByteView frame);
    void end(EndReason reason, std::string detail);

    PppoeServer* server_;  // null once the server is gone
    Owner* owner_ = nullptr;
    std::shared_ptr<PppoeServedService> service_;
    LinkInfo info_;
    wire::Bytes answer_;
    AcCookie::Proof proof_{};
    std::uint16_t granted_ = 0;
    State state_ = State::accepted;
    Timer failure_;
    AcceptedLink *next_ = nullptr, *previous_ = nullptr;  // links of the same host
};

}  // namespace ppp::link
