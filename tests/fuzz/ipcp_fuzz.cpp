// SPDX-License-Identifier: GPL-2.0-or-later
/// @file IPCP under a hostile peer. Oracle: Opened only with addresses that the configuration allows.
#include "ppp/ipcp.hpp"
#include "script.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {
struct Owner final : ControlProtocol::Owner {
    Witness witness;
    void send(wire::ByteView frame) override { witness.sent(frame, Protocol::ipcp); }
    void layer_up(Protocol) override { witness.up(); }
    void layer_down(Protocol) override { witness.down(); }
    void layer_finished(Protocol, ControlEnd) override {}
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    VirtualTime time;
    Owner owner;
    IpcpConfig config;
    if (data[0] & 1) config.own_address = 0x0a000001;
    config.accept_own = (data[0] & 2) != 0;
    if (data[0] & 4) config.peer_address = 0x0a000002;
    config.accept_peer = (data[0] & 8) != 0;
    if (data[0] & 16) config.dns = {0x08080808, 0};
    config.want_dns = (data[0] & 32) != 0;
    Ipcp ipcp{time, owner, config};
    run_script(time, ipcp, owner.witness, {data + 1, size - 1}, [&] {
        if (!ipcp.opened()) return;
        const auto& r = ipcp.negotiated();
        if (r.own_address == 0) __builtin_trap();
        if (config.own_address != 0 && !config.accept_own && r.own_address != config.own_address)
            __builtin_trap();
        if (!config.accept_peer && r.peer_address != config.peer_address) __builtin_trap();
        for (auto a : {r.own_address, r.peer_address, r.dns[0], r.dns[1]})
            if (a != 0 && (a >> 24 == 0 || a >> 24 == 127 || a >> 24 >= 224)) __builtin_trap();
        if (!config.want_dns && (r.dns[0] != 0 || r.dns[1] != 0)) __builtin_trap();
    });
    return 0;
}
