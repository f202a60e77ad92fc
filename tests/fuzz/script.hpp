// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a fuzzer's octets mean to a control protocol: a script of packets, events and waiting.
#pragma once
#include "ppp/control_protocol.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

/// The fuzzed side hears and remembers; up and down must alternate.
struct Witness {
    int ups = 0, downs = 0;
    wire::Bytes request;  ///< our last Configure-Request, whole frame
    std::size_t frames = 0;
    std::size_t mru = 1500;  ///< no reject may be longer

    void up() {
        if (++ups - downs != 1) __builtin_trap();
    }
    void down() {
        if (ups - ++downs != 0) __builtin_trap();
    }
    /// Whatever we send is well-formed, has an exact length and fits.
    void sent(wire::ByteView frame, Protocol protocol) {
        ++frames;
        const auto f = wire::decode_frame(frame);
        if (!f || f->protocol != protocol) __builtin_trap();
        const auto p = wire::decode_control(f->packet);
        if (!p || p->packet.size() != f->packet.size()) __builtin_trap();
        if (p->code == Code::configure_request) request.assign(frame.begin(), frame.end());
        if (p->code == Code::code_reject && p->packet.size() > std::max<std::size_t>(mru, 8))
            __builtin_trap();
    }
};

/// Runs one script against `protocol` (a ControlProtocol, Lcp, Ipcp or Ipv6cp) and calls `check` after each
/// step.
///
/// First octet of a step: below 0xf0 the length of a packet that follows; else an event, time that passes, or
/// an honest answer to our last request, so that Opened is reached often.
template <class P, class Check>
void run_script(VirtualTime& time, P& protocol, Witness& witness, wire::ByteView script, Check check) {
    using namespace std::chrono_literals;
    wire::Reader r{script};
    protocol.open();
    protocol.up();
    check();
    while (!r.empty() && r.ok()) {
        const auto op = r.u8();
        if (op < 0xf0) {
            const auto sent = witness.frames;
            protocol.receive(r.take(op));
            // One packet causes at most a few: request, answer, terminate.
            if (witness.frames - sent > 4) __builtin_trap();
        } else {
            switch (op) {
                case 0xf0:
                    protocol.up();
                    break;
                case 0xf1:
                    protocol.down();
                    break;
                case 0xf2:
                    protocol.open();
                    break;
                case 0xf3:
                    protocol.close();
                    break;
                case 0xf4:
                    time.advance(3s);
                    break;
                case 0xf5:
                    time.advance(60s);
                    break;
                case 0xf6:
                case 0xf7:
                case 0xf8:
                    if (witness.request.size() >= 6) {  // Ack, Nak or Reject of exactly what we asked
                        auto answer = witness.request;
                        answer[2] = static_cast<std::uint8_t>(2 + op - 0xf6);
                        protocol.receive(wire::ByteView(answer).subspan(2));
                    }
                    break;
                default:
                    time.advance(std::chrono::milliseconds(100 * (op & 7)));
            }
        }
        if (protocol.opened() != (witness.ups - witness.downs == 1)) __builtin_trap();
        check();
    }
    // Whatever has happened: closed by us, it comes to rest and stays silent.
    protocol.close();
    time.advance(60s);
    const auto state = protocol.state();
    if (state != fsm::State::closed && state != fsm::State::initial) __builtin_trap();
    const auto frames = witness.frames;
    time.advance(1h);
    if (witness.frames != frames) __builtin_trap();
}

}  // namespace ppp::test
