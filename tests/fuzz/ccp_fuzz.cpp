// SPDX-License-Identifier: GPL-2.0-or-later
/// @file CCP under a hostile peer. Oracle: Opened only with methods that were offered, and satisfied() only
/// with MPPE both ways.
#include "ppp/ccp.hpp"
#include "script.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {
struct Owner final : ControlProtocol::Owner {
    Witness witness;
    void send(wire::ByteView frame) override { witness.sent(frame, Protocol::ccp); }
    void layer_up(Protocol) override { witness.up(); }
    void layer_down(Protocol) override { witness.down(); }
    void layer_finished(Protocol, ControlEnd) override {}
    [[nodiscard]] bool knows_code(Protocol, Code code) const override {
        return code == Code::reset_request || code == Code::reset_ack;
    }
};

bool allowed(const CcpConfig& config, const std::optional<wire::ccp::Option>& method) {
    using namespace wire::ccp;
    if (!method) return true;
    if (const auto* mppe = std::get_if<Mppe>(&*method)) {
        const auto strength = mppe->bits & ~Mppe::kStateless;
        return config.mppe && (strength == Mppe::kBits128 || (config.bits40 && strength == Mppe::kBits40));
    }
    if (const auto* deflate = std::get_if<Deflate>(&*method))
        return config.deflate && deflate->method == 8 && deflate->window >= 9 && deflate->window <= 15;
    const auto& bsd = std::get<BsdCompress>(*method);
    return config.bsd && bsd.version == 1 && bsd.bits >= 9 && bsd.bits <= 15;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    VirtualTime time;
    Owner owner;
    const CcpConfig config{.mppe = (data[0] & 1) != 0,
                           .required = (data[0] & 2) != 0,
                           .bits40 = (data[0] & 4) != 0,
                           .deflate = (data[0] & 8) != 0,
                           .bsd = (data[0] & 16) != 0};
    Ccp ccp{time, owner, config};
    run_script(time, ccp, owner.witness, {data + 1, size - 1}, [&] {
        if (!ccp.opened()) return;
        const auto& agreed = ccp.negotiated();
        if (!allowed(config, agreed.sent) || !allowed(config, agreed.received)) __builtin_trap();
        const bool both = encrypts(agreed.sent) && encrypts(agreed.received);
        if (config.required && ccp.satisfied() != both) __builtin_trap();
    });
    return 0;
}
