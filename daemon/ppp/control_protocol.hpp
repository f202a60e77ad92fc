// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ControlProtocol: runs the RFC 1661 automaton for one control protocol (LCP, IPCP, IPV6CP, CCP).
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include "base/scheduler.hpp"
#include "ppp/fsm_table.hpp"
#include "wire/tlv.hpp"

namespace ppp {

enum class Protocol : std::uint16_t {
    ipcp = 0x8021,
    ipv6cp = 0x8057,
    ccp = 0x80fd,
    lcp = 0xc021,
    pap = 0xc023,
    chap = 0xc223
};

enum class Code : std::uint8_t {
    configure_request = 1,
    configure_ack,
    configure_nak,
    configure_reject,
    terminate_request,
    terminate_ack,
    code_reject,
    protocol_reject,
    echo_request,
    echo_reply,
    discard_request,
};

/// What we think of one option of the peer's Configure-Request.
struct Verdict {
    enum Kind : std::uint8_t { ack, nak, reject } kind;
    wire::Bytes suggestion;  ///< for nak: a complete option (header included) the peer may send instead
};

/// The negotiable half of a control protocol: which options we ask for and which we accept.
/// Pure bookkeeping; it never sends, never blocks, never sees a timer.
class OptionPolicy {
public:
    virtual ~OptionPolicy() = default;
    /// Forget everything negotiated, go back to what the configuration asks for.
    virtual void reset() = 0;
    virtual void write_request(wire::Writer& out) const = 0;
    virtual Verdict judge(const wire::Tlv& option) = 0;
    virtual void on_nak(const wire::Tlv& option) = 0;
    virtual void on_reject(const wire::Tlv& option) = 0;
};

class ControlProtocol {
public:
    /// Defaults of RFC 1661 section 4.6.
    struct Tunables {
        Duration restart = std::chrono::seconds(3);
        int max_configure = 10;
        int max_terminate = 2;
        int max_failure = 5;
    };
    /// Raised after the state has changed, so a callee may raise new events at once.
    struct Callbacks {
        std::function<void(wire::ByteView packet)> send;
        std::function<void()> this_layer_up, this_layer_down, this_layer_started, this_layer_finished;
        /// Codes beyond Code-Reject. @return true when understood; false makes us send Code-Reject.
        std::function<bool(Code, std::uint8_t id, wire::ByteView data)> extra_code;
    };

    ControlProtocol(Scheduler& time, OptionPolicy& policy, Callbacks cb, Tunables t)
        : time_(time), policy_(policy), cb_(std::move(cb)), tunables_(t) {}

    void up() { raise({fsm::Event::up}); }
    void down() { raise({fsm::Event::down}); }
    void open() { raise({fsm::Event::open}); }
    void close() { raise({fsm::Event::close}); }
    /// The peer answered our protocol number with a Protocol-Reject (RFC 1661 section 5.7).
    void protocol_rejected() { raise({fsm::Event::rxj_bad}); }
    /// @param packet code, identifier, length, data; octets past length are padding.
    void receive(wire::ByteView packet);

    [[nodiscard]] fsm::State state() const { return state_; }

private:
    struct Input {
        fsm::Event event;
        std::uint8_t id = 0;
        wire::Bytes data{};  ///< the peer's options, our reply's options, or the rejected packet
        bool reply_is_reject = false;
    };
    void raise(Input in);
    void apply(const Input& in);
    void receive_request(std::uint8_t id, wire::ByteView options);
    void receive_answer(Code code, std::uint8_t id, wire::ByteView options);
    void send(Code code, std::uint8_t id, wire::ByteView data) const;
    void send_request();
    void restart_timer();

    Scheduler& time_;
    OptionPolicy& policy_;
    Callbacks cb_;
    Tunables tunables_;
    fsm::State state_ = fsm::State::initial;
    Timer timer_;
    int restart_count_ = 0;
    int failures_ = 0;  ///< Configure-Naks sent since the last good request
    std::uint8_t id_ = 0;
    wire::Bytes last_request_;
    std::deque<Input> inputs_;  ///< run to completion: events raised by callbacks wait their turn
    bool running_ = false;
};

}  // namespace ppp
