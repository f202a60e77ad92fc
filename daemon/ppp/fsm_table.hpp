// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RFC 1661 section 4.1, the option negotiation automaton, as data.
///
/// The automaton is a pure function (state, event) -> (actions, state). LCP, IPCP, IPV6CP and CCP all
/// run this one table through ControlProtocol; nothing else in the daemon may encode it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace ppp::fsm {

enum class State : std::uint8_t {
    initial,
    starting,
    closed,
    stopped,
    closing,
    stopping,
    req_sent,
    ack_rcvd,
    ack_sent,
    opened
};
inline constexpr std::size_t kStates = 10;

enum class Event : std::uint8_t {
    up,
    down,
    open,
    close,
    timeout_retry,   ///< TO+  restart timer, counter > 0
    timeout_giveup,  ///< TO-  restart timer, counter exhausted
    rcr_good,        ///< RCR+ acceptable Configure-Request
    rcr_bad,         ///< RCR- unacceptable Configure-Request
    rca,             ///< Configure-Ack
    rcn,             ///< Configure-Nak or -Reject
    rtr,             ///< Terminate-Request
    rta,             ///< Terminate-Ack
    ruc,             ///< unknown code
    rxj_good,        ///< RXJ+ Code-/Protocol-Reject we can live with
    rxj_bad,         ///< RXJ- catastrophic Code-/Protocol-Reject
    rxr,             ///< Echo-Request, Echo-Reply, Discard-Request
};
inline constexpr std::size_t kEvents = 16;

/// Bit order is execution order; every cell of the RFC's table is consistent with it.
enum Action : std::uint16_t {
    tld = 1 << 0,   ///< This-Layer-Down
    irc = 1 << 1,   ///< Initialize-Restart-Count
    zrc = 1 << 2,   ///< Zero-Restart-Count
    scr = 1 << 3,   ///< Send-Configure-Request
    str = 1 << 4,   ///< Send-Terminate-Request
    sca = 1 << 5,   ///< Send-Configure-Ack
    scn = 1 << 6,   ///< Send-Configure-Nak/Rej
    sta = 1 << 7,   ///< Send-Terminate-Ack
    scj = 1 << 8,   ///< Send-Code-Reject
    ser = 1 << 9,   ///< Send-Echo-Reply
    tlu = 1 << 10,  ///< This-Layer-Up
    tls = 1 << 11,  ///< This-Layer-Started
    tlf = 1 << 12,  ///< This-Layer-Finished
};

struct Step {
    std::uint16_t actions = 0;
    State next = State::initial;
    bool legal = false;
};

namespace detail {
consteval Step go(int next, int actions = 0) {
    return {static_cast<std::uint16_t>(actions), static_cast<State>(next), true};
}
inline constexpr Step kNo{};
}  // namespace detail

// clang-format off
/// Columns 0..9 and rows in the RFC's order, so the two can be read side by side.
inline constexpr std::array<std::array<Step, kStates>, kEvents> kTable = [] {
    using detail::go;
    constexpr auto no = detail::kNo;
    return std::array<std::array<Step, kStates>, kEvents>{{
        //          Initial    Starting       Closed         Stopped            Closing       Stopping      Req-Sent        Ack-Rcvd        Ack-Sent        Opened
        /* Up   */ {go(2),     go(6,irc|scr), no,            no,                no,           no,           no,             no,             no,             no},
        /* Down */ {no,        no,            go(0),         go(1,tls),         go(0),        go(1),        go(1),          go(1),          go(1),          go(1,tld)},
        /* Open */ {go(1,tls), go(1),         go(6,irc|scr), go(3),             go(5),        go(5),        go(6),          go(7),          go(8),          go(9)},
        /* Close*/ {go(0),     go(0,tlf),     go(2),         go(2),             go(4),        go(4),        go(4,irc|str),  go(4,irc|str),  go(4,irc|str),  go(4,tld|irc|str)},
        /* TO+  */ {no,        no,            no,            no,                go(4,str),    go(5,str),    go(6,scr),      go(6,scr),      go(8,scr),      no},
        /* TO-  */ {no,        no,            no,            no,                go(2,tlf),    go(3,tlf),    go(3,tlf),      go(3,tlf),      go(3,tlf),      no},
        /* RCR+ */ {no,        no,            go(2,sta),     go(8,irc|scr|sca), go(4),        go(5),        go(8,sca),      go(9,sca|tlu),  go(8,sca),      go(8,tld|scr|sca)},
        /* RCR- */ {no,        no,            go(2,sta),     go(6,irc|scr|scn), go(4),        go(5),        go(6,scn),      go(7,scn),      go(6,scn),      go(6,tld|scr|scn)},
        /* RCA  */ {no,        no,            go(2,sta),     go(3,sta),         go(4),        go(5),        go(7,irc),      go(6,scr),      go(9,irc|tlu),  go(6,tld|scr)},
        /* RCN  */ {no,        no,            go(2,sta),     go(3,sta),         go(4),        go(5),        go(6,irc|scr),  go(6,scr),      go(8,irc|scr),  go(6,tld|scr)},
        /* RTR  */ {no,        no,            go(2,sta),     go(3,sta),         go(4,sta),    go(5,sta),    go(6,sta),      go(6,sta),      go(6,sta),      go(5,tld|zrc|sta)},
        /* RTA  */ {no,        no,            go(2),         go(3),             go(2,tlf),    go(3,tlf),    go(6),          go(6),          go(8),          go(6,tld|scr)},
        /* RUC  */ {no,        no,            go(2,scj),     go(3,scj),         go(4,scj),    go(5,scj),    go(6,scj),      go(7,scj),      go(8,scj),      go(9,scj)},
        /* RXJ+ */ {no,        no,            go(2),         go(3),             go(4),        go(5),        go(6),          go(6),          go(8),          go(9)},
        /* RXJ- */ {no,        no,            go(2,tlf),     go(3,tlf),         go(2,tlf),    go(3,tlf),    go(3,tlf),      go(3,tlf),      go(3,tlf),      go(5,tld|irc|str)},
        /* RXR  */ {no,        no,            go(2),         go(3),             go(4),        go(5),        go(6),          go(7),          go(8),          go(9,ser)},
    }};
}();
// clang-format on

[[nodiscard]] constexpr const Step& step(State s, Event e) {
    return kTable[static_cast<std::size_t>(e)][static_cast<std::size_t>(s)];
}

/// The restart timer runs exactly in the states from Closing to Ack-Sent (section 4.4).
[[nodiscard]] constexpr bool timer_runs(State s) { return s >= State::closing && s <= State::ack_sent; }

static_assert(step(State::opened, Event::rtr).next == State::stopping);
static_assert(!step(State::initial, Event::rcr_good).legal);

}  // namespace ppp::fsm
