// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ccp: the Compression Control Protocol (RFC 1962), which negotiates MPPE (RFC 3078) as well.
///
/// A Configure-Request says how its sender wants to receive. We list one method at a time, since a peer that
/// acknowledges several leaves open which one it means.
#pragma once
#include <optional>
#include <string>
#include "ppp/negotiation.hpp"
#include "wire/ccp_options.hpp"

namespace ppp {

struct CcpConfig {
    bool mppe = false;                  ///< ask for MPPE and accept it: there are keys
    bool required = false;              ///< MPPE both ways or nothing
    bool bits40 = true;                 ///< the keys serve MPPE with 40 bits too
    bool deflate = false, bsd = false;  ///< where MPPE is not used
    ControlProtocol::Tunables tunables{};
    friend bool operator==(const CcpConfig& a, const CcpConfig& b) {
        return a.mppe == b.mppe && a.required == b.required && a.bits40 == b.bits40 &&
               a.deflate == b.deflate && a.bsd == b.bsd;
    }
};

/// What both ends agreed on; meaningful between layer_up and layer_down. Unset: packets go as they are.
struct CcpResult {
    std::optional<wire::ccp::Option> sent, received;
    friend bool operator==(const CcpResult&, const CcpResult&) = default;
};
/// Whether this is MPPE.
[[nodiscard]] bool encrypts(const std::optional<wire::ccp::Option>& method);
/// "MPPE128 stateless", "deflate 15"; with '/' between where sending and receiving differ; "" for nothing.
[[nodiscard]] std::string encoding_text(const CcpResult& agreed);

class Ccp final : public Negotiation<CcpResult> {
public:
    /// `owner` hears of Protocol::ccp, also of Reset-Request and Reset-Ack when it knows these codes.
    /// ControlEnd::refused: MPPE is required and the peer will not have it.
    Ccp(Scheduler& time, ControlProtocol::Owner& owner, const CcpConfig& config);

    void send_reset_request() { control_.send(wire::Code::reset_request, control_.next_id(), {}); }
    /// @param id of the peer's Reset-Request.
    void send_reset_ack(std::uint8_t id) { control_.send(wire::Code::reset_ack, id, {}); }

    /// Whether what was agreed on is what the configuration demands.
    [[nodiscard]] bool satisfied() const {
        return !config_.required || (encrypts(agreed_.sent) && encrypts(agreed_.received));
    }
    [[nodiscard]] const CcpConfig& config() const { return config_; }

private:
    void reset() override;
    void write_request(wire::Writer& out) const override;
    void begin_request() override;
    Verdict judge(const wire::Tlv& tlv, wire::Writer& suggestion) override;
    void suggest_missing(wire::Writer& naks) override;
    /// The kernel stops what it did at the sight of any Configure-Request (ppp_ccp_peek() in ppp_generic.c).
    [[nodiscard]] bool tolerates_repeats() const override { return false; }
    bool on_ack() override;
    bool on_nak(const wire::Tlv& tlv) override;
    bool on_reject(const wire::Tlv& tlv) override;

    Verdict judge_mppe(const wire::ccp::Mppe& mppe, wire::Writer& suggestion);
    Verdict judge_deflate(const wire::ccp::Deflate& deflate, wire::Writer& suggestion) const;
    [[nodiscard]] Verdict judge_bsd(const wire::ccp::BsdCompress& bsd, wire::Writer& suggestion) const;
    bool nak_of(const wire::ccp::Mppe& mppe);
    void ask_next();
    [[nodiscard]] std::uint32_t strengths() const;
    [[nodiscard]] std::uint32_t strongest_of(std::uint32_t bits) const;
    [[nodiscard]] bool mppe_refused() const { return !asked_ || !encrypts(asked_); }

    CcpConfig config_;
    std::optional<wire::ccp::Option> asked_;  ///< what our next request lists
    bool refused_stateful_ = false;           ///< the peer was asked once for stateless MPPE instead
    std::uint8_t suggested_ = 0;              ///< Naks of requests that did not list MPPE
};

}  // namespace ppp
