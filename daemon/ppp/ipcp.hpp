// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ipcp: the IPv4 control protocol (RFC 1332) with name servers (RFC 1877).
///
/// All addresses are integers in host byte order; 0 stands for "none".
#pragma once
#include <array>
#include "ppp/negotiation.hpp"
#include "wire/ncp_options.hpp"

namespace ppp {

struct IpcpConfig {
    std::uint32_t own_address = 0;        ///< 0: the peer shall give us one
    bool accept_own = true;               ///< may the peer replace own_address? Always so when that is 0
    std::uint32_t peer_address = 0;       ///< what the peer gets or must have; 0: we have none to give
    bool accept_peer = true;              ///< may the peer use another one of its own? Never 0.0.0.0
    std::array<std::uint32_t, 2> dns{};   ///< name servers that we give; the option of a 0 is rejected
    std::array<std::uint32_t, 2> nbns{};  ///< WINS servers that we give
    bool want_dns = false;                ///< ask the peer for name servers
    ControlProtocol::Tunables tunables{};
};

/// What both ends agreed on; meaningful between layer_up and layer_down.
struct IpcpResult {
    std::uint32_t own_address = 0;       ///< never 0 when IPCP is up
    std::uint32_t peer_address = 0;      ///< 0 when the peer would not say
    std::array<std::uint32_t, 2> dns{};  ///< given by the peer
};

class Ipcp final : public Negotiation<IpcpResult> {
public:
    /// `owner` hears of Protocol::ipcp. ControlEnd::refused: the peer gives us no address, or not ours.
    Ipcp(Scheduler& time, ControlProtocol::Owner& owner, const IpcpConfig& config);

private:
    void reset() override;
    void write_request(wire::Writer& out) const override;
    void begin_request() override;
    Verdict judge(const wire::Tlv& tlv, wire::Writer& suggestion) override;
    void suggest_missing(wire::Writer& naks) override;
    bool on_ack() override;
    bool on_nak(const wire::Tlv& tlv) override;
    bool on_reject(const wire::Tlv& tlv) override;

    Verdict judge_address(std::uint32_t address, wire::Writer& suggestion);
    Verdict judge_server(const wire::ipcp::NameServer& server, wire::Writer& suggestion) const;

    IpcpConfig config_;
    bool peer_listed_address_ = false;
    bool ask_address_ = true;
    std::array<bool, 2> ask_dns_{};
    std::uint8_t refusals_ = 0;  ///< Naks of an address that we must keep
};

}  // namespace ppp
