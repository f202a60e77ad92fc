// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ControlProtocol: runs the RFC 1661 automaton for one control protocol (LCP, IPCP, IPV6CP, CCP).
#pragma once
#include <array>
#include <string_view>
#include <vector>
#include "base/scheduler.hpp"
#include "ppp/fsm_table.hpp"
#include "wire/control_packet.hpp"
#include "wire/tlv.hpp"

namespace ppp {

using wire::Code;
using wire::Protocol;

/// What we think of one option of the peer's Configure-Request.
enum class Verdict : std::uint8_t { ack, nak, reject };

/// The negotiable half of a control protocol: which options we ask for and which we accept.
/// Pure bookkeeping; it never sends, never blocks, never sees a timer.
class OptionPolicy {
public:
    virtual ~OptionPolicy() = default;
    /// Forget everything negotiated, go back to what the configuration asks for.
    virtual void reset() = 0;
    virtual void write_request(wire::Writer& out) const = 0;

    /// A new Configure-Request is about to be judged: options it does not list have their defaults again.
    virtual void begin_request() {}
    /// For Verdict::nak append to `suggestion` the complete option (header included) that the peer may send.
    virtual Verdict judge(const wire::Tlv& option, wire::Writer& suggestion) = 0;
    /// After the last option: append those that the peer should have listed (RFC 1661 section 5.3). Not asked
    /// any more after Max-Failure Naks, so a peer that will not list them is accepted without.
    virtual void suggest_missing(wire::Writer& naks) { (void)naks; }
    /// Whether a Configure-Request that the link repeats in Opened gets the same Ack again and no more. If
    /// not, it begins a negotiation, as the table says.
    [[nodiscard]] virtual bool tolerates_repeats() const { return true; }

    /// The peer accepted our request as it stands. @return false when we cannot live with that after all: the
    /// protocol is then closed.
    [[nodiscard]] virtual bool on_ack() { return true; }
    /// The peer suggests `option` (perhaps one that we did not list). @return false when no request can
    /// satisfy both of us: as above.
    [[nodiscard]] virtual bool on_nak(const wire::Tlv& option) = 0;
    /// The peer will not have this option of our request. @return false as for on_nak().
    [[nodiscard]] virtual bool on_reject(const wire::Tlv& option) = 0;
};

/// Why a control protocol has finished.
enum class ControlEnd : std::uint8_t {
    closed,           ///< we closed it
    peer_terminated,  ///< the peer sent a Terminate-Request
    no_answer,        ///< Max-Configure requests without an answer
    no_convergence,   ///< both ends talk, but no set of options suits both
    not_spoken,       ///< the peer rejected the protocol, or one of the codes 1 to 7
    refused,          ///< our OptionPolicy gave up
};
/// A sentence for people, without a full stop.
[[nodiscard]] std::string_view sentence(ControlEnd end);

class ControlProtocol {
public:
    /// Defaults of RFC 1661 section 4.6.
    struct Tunables {
        Duration restart = std::chrono::seconds(3);
        std::uint8_t max_configure = 10;
        std::uint8_t max_terminate = 2;
        std::uint8_t max_failure = 5;
    };
    /// Packets that were not acted upon.
    struct Counters {
        std::uint32_t malformed =
            0;                      ///< broken header, option list, or an answer that RFC 1661 calls invalid
        std::uint32_t stale = 0;    ///< answers to something else than our outstanding request
        std::uint32_t crossed = 0;  ///< a second, different answer to one request (RFC 1661 section 4.3, RCA)
    };
    /// Told after the state has changed. May raise new events at once (they wait their turn), but must not
    /// destroy the ControlProtocol that is calling.
    class Owner {
    public:
        /// @param frame protocol field and packet, ready for the channel; borrowed for the call.
        virtual void send(wire::ByteView frame) = 0;
        virtual void layer_up(Protocol) = 0;
        virtual void layer_down(Protocol) = 0;
        virtual void layer_started(Protocol) {}
        virtual void layer_finished(Protocol, ControlEnd) = 0;
        /// Codes beyond Code-Reject that this protocol understands; others get a Code-Reject.
        [[nodiscard]] virtual bool knows_code(Protocol, Code) const { return false; }
        /// One of those codes, in state Opened only.
        virtual void extra_code(Protocol, const wire::ControlPacket&) {}
        /// Words for our next Terminate-Request; the peer may show them and need not (RFC 1661 section 5.5).
        /// Borrowed.
        [[nodiscard]] virtual wire::ByteView farewell(Protocol) const { return {}; }
        /// The peer's words in its first Terminate-Request; borrowed for the call, any octets.
        virtual void farewell_received(Protocol, wire::ByteView) {}
        /// Rejects that we send are truncated to it (RFC 1661 section 5.6).
        [[nodiscard]] virtual std::size_t peer_mru() const { return 1500; }

    protected:
        ~Owner() = default;
    };

    ControlProtocol(Scheduler& time, Protocol protocol, OptionPolicy& policy, Owner& owner, Tunables tunables)
        : time_(time), policy_(policy), owner_(owner), tunables_(tunables), protocol_(protocol) {}
    ControlProtocol(const ControlProtocol&) = delete;
    ControlProtocol& operator=(const ControlProtocol&) = delete;

    /// Begins in Opened, as another process left it: no packet leaves and nobody is told. To be called first.
    /// @param last_id the last identifier that was used, as last_id() says it.
    void resume(std::uint8_t last_id) {
        state_ = fsm::State::opened;
        id_ = last_id;
    }
    void up() { raise(fsm::Event::up); }
    void down() { raise(fsm::Event::down); }
    void open() { raise(fsm::Event::open); }
    void close() { raise(fsm::Event::close); }
    /// The peer answered our protocol number with a Protocol-Reject (RFC 1661 section 5.7).
    void protocol_rejected() { raise(fsm::Event::rxj_bad); }
    /// @param packet code, identifier, length, data (no protocol field); octets past length are padding.
    void receive(wire::ByteView packet);

    /// Sends a packet of this protocol as it is; for codes beyond Code-Reject.
    void send(Code code, std::uint8_t id, wire::ByteView data);
    /// A fresh identifier for a packet that is not an answer.
    [[nodiscard]] std::uint8_t next_id() { return ++id_; }

    [[nodiscard]] std::uint8_t last_id() const { return id_; }
    [[nodiscard]] fsm::State state() const { return state_; }
    [[nodiscard]] bool opened() const { return state_ == fsm::State::opened; }
    [[nodiscard]] Protocol protocol() const { return protocol_; }
    /// What has ended it, or ends it just now (Closing, Stopping); meaningless while it negotiates or is
    /// Opened.
    [[nodiscard]] ControlEnd end() const { return end_; }
    /// Whether options were refused so often, by us or by the peer, that an end now would be no surprise.
    [[nodiscard]] bool stuck() const {
        return failures_ >= tunables_.max_failure || rounds_ >= tunables_.max_failure;
    }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// For an Owner whose extra_code() cannot make sense of a packet.
    void count_malformed() { ++counters_.malformed; }

private:
    /// What arrives while another input is worked on: an event, or a packet to be judged in its turn.
    struct Waiting {
        fsm::Event event;
        wire::Bytes packet;
    };
    /// What an event's actions need.
    struct Input {
        fsm::Event event;
        std::uint8_t id = 0;
        wire::ByteView data{};  ///< the options to acknowledge, those of our Nak or Reject, a rejected packet
        Code reply = Code::configure_ack;
        const wire::ControlPacket* extra = nullptr;
    };

    void raise(fsm::Event event);
    void run_waiting();
    void handle(wire::ByteView octets);
    void handle_request(std::uint8_t id, wire::ByteView options);
    void judge_request(std::uint8_t id, wire::ByteView options, bool repeated);
    void handle_answer(Code code, std::uint8_t id, wire::ByteView options);
    void handle_nak_or_reject(Code code, wire::ByteView options);
    [[nodiscard]] bool requested(wire::ByteView option) const;
    enum class Arrival : std::uint8_t { fresh, repeated, overtaken };
    [[nodiscard]] Arrival remember(std::uint8_t id, wire::ByteView options);
    void apply(const Input& in);
    void act(const Input& in, std::uint16_t actions);
    void note_end(fsm::Event event);
    void refuse();
    void next_round(const Input& in);
    void begin_negotiation();
    void send_request();
    void restart_timer();

    Scheduler& time_;
    OptionPolicy& policy_;
    Owner& owner_;
    Tunables tunables_;
    Timer timer_;
    wire::Bytes request_;  ///< options of our outstanding Configure-Request; empty once it is acknowledged
    std::vector<Waiting> waiting_;  ///< run to completion: what callbacks raise waits its turn
    /// Digests of the peer's last requests since Up, newest first; 0: none.
    std::array<std::uint32_t, 4> seen_{};
    TimePoint seen_at_{};  ///< when the newest of them first came
    Counters counters_;
    Protocol protocol_;
    fsm::State state_ = fsm::State::initial;
    ControlEnd end_ = ControlEnd::closed;
    std::uint8_t restart_count_ = 0;
    std::uint8_t failures_ = 0;  ///< Configure-Naks sent since the last good request
    std::uint8_t rounds_ = 0;    ///< refusals in either direction since the negotiation began
    std::uint8_t id_ = 0;        ///< the last identifier of ours
    std::uint8_t request_id_ = 0;
    bool outstanding_ = false;  ///< our request `request_id_` has no valid answer yet
    bool running_ = false;
};

}  // namespace ppp
