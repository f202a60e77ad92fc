// SPDX-License-Identifier: GPL-2.0-or-later
/// @file IPV6CP under a hostile peer. Oracle: Opened only with two different identifiers, ours never zero.
#include "ppp/ipv6cp.hpp"
#include "script.hpp"
#include "support/seeded_rng.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {
struct Owner final : ControlProtocol::Owner {
    Witness witness;
    void send(wire::ByteView frame) override { witness.sent(frame, Protocol::ipv6cp); }
    void layer_up(Protocol) override { witness.up(); }
    void layer_down(Protocol) override { witness.down(); }
    void layer_finished(Protocol, ControlEnd) override {}
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    VirtualTime time;
    SeededRng rng{7};
    Owner owner;
    Ipv6cpConfig config;
    if (data[0] & 1) config.own_identifier = 1;
    config.accept_own = (data[0] & 2) != 0;
    if (data[0] & 4) config.peer_identifier = 2;
    Ipv6cp ipv6cp{time, rng, owner, config};
    run_script(time, ipv6cp, owner.witness, {data + 1, size - 1}, [&] {
        if (!ipv6cp.opened()) return;
        const auto& r = ipv6cp.negotiated();
        if (r.own_identifier == 0 || r.own_identifier == r.peer_identifier) __builtin_trap();
        if (config.own_identifier != 0 && !config.accept_own && r.own_identifier != 1) __builtin_trap();
        if (config.peer_identifier != 0 && r.peer_identifier != 2) __builtin_trap();
    });
    return 0;
}
