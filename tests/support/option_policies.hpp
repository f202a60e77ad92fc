// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Small OptionPolicies and a recording Owner, for tests of the engine behind every control protocol.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "ppp/control_protocol.hpp"

namespace ppp::test {

inline constexpr std::uint8_t kNumber = 5;  ///< the option that NumberPolicy speaks of, four octets

inline void put_number(wire::Writer& out, std::uint32_t value, std::uint8_t type = kNumber) {
    wire::put_tlv<wire::kPppOption>(out, type, [value](wire::Writer& v) { v.u32(value); });
}

/// Asks for one number, accepts the peer's from a floor on.
struct NumberPolicy final : OptionPolicy {
    NumberPolicy(std::uint32_t w, std::uint32_t f) : want(w), floor(f), asking(w) {}
    std::uint32_t want, floor, asking;
    std::uint32_t agreed = 0;  ///< the peer's
    bool list = true;          ///< whether the option is in our request
    bool demand = false;       ///< suggests the option to a peer that does not list it
    bool content = true;       ///< what on_ack, on_nak and on_reject answer
    int resets = 0, naks = 0, rejects = 0;

    void reset() override {
        asking = want;
        ++resets;
    }
    void write_request(wire::Writer& out) const override {
        if (list) put_number(out, asking);
    }
    void begin_request() override { agreed = 0; }
    Verdict judge(const wire::Tlv& option, wire::Writer& suggestion) override {
        if (option.type != kNumber || option.value.size() != 4) return Verdict::reject;
        const auto value = wire::Reader{option.value}.u32();
        if (value >= floor) {
            agreed = value;
            return Verdict::ack;
        }
        put_number(suggestion, floor);
        return Verdict::nak;
    }
    void suggest_missing(wire::Writer& out) override {
        if (demand && agreed == 0) put_number(out, floor);
    }
    bool on_ack() override { return content; }
    bool on_nak(const wire::Tlv& option) override {
        ++naks;
        if (option.type == kNumber && option.value.size() == 4) asking = wire::Reader{option.value}.u32();
        return content;
    }
    bool on_reject(const wire::Tlv&) override {
        ++rejects;
        list = false;
        return content;
    }
};

/// Writes down what the engine does, in the RFC's three letters, and keeps every frame.
struct TracingOwner final : ControlProtocol::Owner {
    std::function<void(wire::ByteView)> wire;        ///< where frames go besides `frames`
    std::function<void(std::string_view)> on_event;  ///< may raise new events
    std::vector<wire::Bytes> frames;
    std::string trace;
    int ups = 0, downs = 0, finished = 0;
    ControlEnd end{};
    std::size_t mru = 1500;
    Code extra = Code::echo_request;  ///< the only code beyond Code-Reject that is known

    void note(std::string_view what) {
        if (!trace.empty()) trace += ',';
        trace += what;
        if (on_event) on_event(what);
    }
    void send(wire::ByteView frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        constexpr std::string_view kNames[] = {"", "scr", "sca", "scn", "scn", "str", "sta", "scj"};
        const auto code = frame[2];
        note(code < std::size(kNames) ? kNames[code] : "?");
        if (wire) wire(frame);
    }
    void layer_up(Protocol) override {
        ++ups;
        note("tlu");
    }
    void layer_down(Protocol) override {
        ++downs;
        note("tld");
    }
    void layer_started(Protocol) override { note("tls"); }
    void layer_finished(Protocol, ControlEnd why) override {
        ++finished;
        end = why;
        note("tlf");
    }
    bool knows_code(Protocol, Code code) const override { return code == extra; }
    void extra_code(Protocol, const wire::ControlPacket&) override { note("ser"); }
    std::size_t peer_mru() const override { return mru; }
};

/// A packet as the peer would send it: without the protocol field.
inline wire::Bytes packet(Code code, std::uint8_t id, wire::ByteView data = {}) {
    wire::Writer w;
    wire::put_control(w, Protocol::lcp, code, id, data);
    return {w.view().begin() + 2, w.view().end()};
}

}  // namespace ppp::test
