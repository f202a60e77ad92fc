// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ipv6cp: the IPv6 control protocol (RFC 5072): both ends agree on different interface identifiers.
///
/// Identifiers are integers: fe80::1 has identifier 1; 0 stands for "none".
#pragma once
#include "base/random.hpp"
#include "ppp/negotiation.hpp"
#include "wire/ncp_options.hpp"

namespace ppp {

struct Ipv6cpConfig {
    std::uint64_t own_identifier = 0;  ///< 0: a random one
    bool accept_own = true;            ///< may the peer suggest another one for us? Always so when that is 0
    std::uint64_t peer_identifier =
        0;  ///< what the peer must use; 0: whatever it likes, but neither 0 nor ours
    ControlProtocol::Tunables tunables{};
};

/// What both ends agreed on; meaningful between layer_up and layer_down.
struct Ipv6cpResult {
    std::uint64_t own_identifier = 0;   ///< never 0 when IPV6CP is up
    std::uint64_t peer_identifier = 0;  ///< 0 when the peer would not say
};

class Ipv6cp final : public Negotiation<Ipv6cpResult> {
public:
    /// `owner` hears of Protocol::ipv6cp.
    Ipv6cp(Scheduler& time, Rng& rng, ControlProtocol::Owner& owner, const Ipv6cpConfig& config);

private:
    void reset() override;
    void write_request(wire::Writer& out) const override;
    void begin_request() override;
    Verdict judge(const wire::Tlv& tlv, wire::Writer& suggestion) override;
    void suggest_missing(wire::Writer& naks) override;
    bool on_nak(const wire::Tlv& tlv) override;
    bool on_reject(const wire::Tlv& tlv) override;

    /// Random, neither 0 nor one of the two in use.
    [[nodiscard]] std::uint64_t fresh();
    void suggest(wire::Writer& out);

    Rng& rng_;
    Ipv6cpConfig config_;
    bool ask_ = true;
    bool peer_listed_ = false;
    std::uint8_t refusals_ = 0;  ///< Naks of an identifier that we must keep
};

}  // namespace ppp
