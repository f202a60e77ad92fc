// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The engine under a hostile peer. Oracle: up and down alternate and match the state, malformed
/// packets change nothing, a closed protocol comes to rest.
#include "ppp/control_protocol.hpp"
#include "script.hpp"

using namespace ppp;
using namespace ppp::test;

namespace {
struct Policy final : OptionPolicy {
    std::uint16_t ask = 1492;
    bool list = true;
    void reset() override {
        ask = 1492;
        list = true;
    }
    void write_request(wire::Writer& out) const override {
        if (list) put(out, ask);
    }
    Verdict judge(const wire::Tlv& t, wire::Writer& suggestion) override {
        if (t.type != 1 || t.value.size() != 2) return Verdict::reject;
        if (wire::Reader{t.value}.u16() >= 128) return Verdict::ack;
        put(suggestion, 128);
        return Verdict::nak;
    }
    void suggest_missing(wire::Writer& naks) override {
        if (naks.size() == 0 && ask % 2 == 1) put(naks, 1000);
    }
    bool on_nak(const wire::Tlv& t) override {
        if (t.type == 1 && t.value.size() == 2) ask = wire::Reader{t.value}.u16();
        return ask != 0;
    }
    bool on_reject(const wire::Tlv&) override {
        list = false;
        return true;
    }
    static void put(wire::Writer& out, std::uint16_t v) {
        wire::put_tlv<wire::kPppOption>(out, 1, [v](wire::Writer& w) { w.u16(v); });
    }
};
struct Owner final : ControlProtocol::Owner {
    Witness witness;
    void send(wire::ByteView frame) override { witness.sent(frame, Protocol::ccp); }
    void layer_up(Protocol) override { witness.up(); }
    void layer_down(Protocol) override { witness.down(); }
    void layer_finished(Protocol, ControlEnd) override {}
    bool knows_code(Protocol, Code code) const override { return code == Code::reset_request; }
    std::size_t peer_mru() const override { return witness.mru; }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    VirtualTime time;
    Policy policy;
    Owner owner;
    owner.witness.mru = data[0];
    ControlProtocol cp{time, Protocol::ccp, policy, owner, {}};
    auto malformed = cp.counters().malformed;
    auto state = cp.state();
    auto frames = owner.witness.frames;
    run_script(time, cp, owner.witness, {data + 1, size - 1}, [&] {
        if (cp.counters().malformed != malformed && (cp.state() != state || owner.witness.frames != frames))
            __builtin_trap();
        malformed = cp.counters().malformed;
        state = cp.state();
        frames = owner.witness.frames;
    });
    return 0;
}
