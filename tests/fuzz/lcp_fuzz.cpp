// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LCP under a hostile peer. Oracle: Opened only with what we demand, MTU and magic numbers within the
/// rules.
#include "ppp/lcp.hpp"
#include "script.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {
struct Owner final : Lcp::Owner {
    Witness witness;
    void send(wire::ByteView frame) override { witness.sent(frame, Protocol::lcp); }
    void lcp_up() override { witness.up(); }
    void lcp_down() override { witness.down(); }
    void lcp_finished(LcpEnd why) override {
        if (sentence(why).empty()) __builtin_trap();
    }
    void protocol_rejected(Protocol protocol) override {
        if (protocol == Protocol::lcp) __builtin_trap();
    }
    void echo_replied(std::uint8_t, std::size_t octets) override {
        if (octets < 8) __builtin_trap();
    }
};
AuthMethods methods(unsigned bits) {
    AuthMethods m;
    for (auto x : {AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2})
        if (bits >> static_cast<unsigned>(x) & 1) m.add(x);
    return m;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    VirtualTime time;
    SeededRng rng{7};
    Owner owner;
    LcpConfig config;
    config.demand = methods(data[0] & 15U);
    config.offer = methods(data[0] >> 4U);
    config.async = (data[1] & 1) != 0;
    config.want_magic = (data[1] & 2) != 0;
    config.mru = (data[1] & 4) != 0 ? 1492 : 1500;
    config.peer_mru_max = 1492;
    Lcp lcp{time, rng, owner, config};
    run_script(time, lcp, owner.witness, {data + 2, size - 2}, [&] {
        if (!lcp.opened()) return;
        const auto& r = lcp.negotiated();
        if (r.auth_of_peer.has_value() == config.demand.empty()) __builtin_trap();
        if (r.auth_of_peer && !config.demand.has(*r.auth_of_peer)) __builtin_trap();
        if (r.auth_to_peer && !config.offer.has(*r.auth_to_peer)) __builtin_trap();
        if (r.mtu > config.peer_mru_max || r.mtu > r.peer_mru || r.mtu < config.peer_mru_min)
            __builtin_trap();
        if (r.own_mru > 1500) __builtin_trap();
        if (r.own_magic != 0 && (r.own_magic == r.peer_magic || !config.want_magic)) __builtin_trap();
        if (!config.async && (r.pfc || r.acfc)) __builtin_trap();
        // Neither an echo nor a reject is longer than the peer can receive.
        const auto before = owner.witness.frames;
        lcp.send_echo(2000);
        lcp.reject_protocol(wire::Bytes(2000, 0x80));
        if (owner.witness.frames != before + 2) __builtin_trap();
    });
    return 0;
}
