// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Lcp: the Link Control Protocol of one link (RFC 1661): its options, echoes and rejects.
#pragma once
#include <optional>
#include <string>
#include "base/random.hpp"
#include "ppp/control_protocol.hpp"
#include "wire/auth_method.hpp"
#include "wire/lcp_options.hpp"

namespace ppp {

/// What this end asks for and accepts. Copied: changing it later changes nothing.
struct LcpConfig {
    std::uint16_t mru = 1500;  ///< octets that we can receive; asked for only when not the default, 1500
    std::uint16_t peer_mru_min = 128;   ///< a peer that can receive less gets a Nak with this value
    std::uint16_t peer_mru_max = 1500;  ///< we never send more than this, whatever the peer can receive
    AuthMethods demand{};    ///< how the peer may prove itself, asked for strongest first; empty: it need not
    AuthMethods offer{};     ///< how we are willing to prove ourselves, the strongest one preferred
    bool async = false;      ///< an octet-stuffed line: PFC, ACFC, ACCM; else rejected (RFC 2516 section 7)
    std::uint32_t accm = 0;  ///< control characters that the peer must escape; async only
    bool want_magic = true;
    std::uint8_t loop_limit = 5;  ///< this often our own magic number in a row means a looped-back line
    ControlProtocol::Tunables tunables{};
};

/// What both ends agreed on; meaningful from lcp_up() to lcp_down().
struct LcpResult {
    std::uint16_t own_mru = 1500;            ///< the peer sends no more than this
    std::uint16_t peer_mru = 1500;           ///< what the peer can receive
    std::uint16_t mtu = 1500;                ///< what we may send: the least of peer_mru and peer_mru_max
    std::optional<AuthMethod> auth_to_peer;  ///< how we prove ourselves; nullopt: nobody asks
    std::optional<AuthMethod> auth_of_peer;  ///< how the peer must prove itself
    std::uint32_t own_magic = 0;             ///< 0 when not agreed
    std::uint32_t peer_magic = 0;
    bool pfc = false;                     ///< we may compress the protocol field of what we send
    bool acfc = false;                    ///< we may omit address and control of what we send
    std::uint32_t accm = 0xffffffff;      ///< what we must escape; meaningless unless async
    std::uint32_t own_accm = 0xffffffff;  ///< what the peer escapes
};

/// Why LCP has finished; a closed list.
enum class LcpEnd : std::uint8_t {
    closed,             ///< we closed it
    peer_terminated,    ///< the peer sent a Terminate-Request
    no_answer,          ///< Max-Configure requests without an answer
    no_convergence,     ///< both talk, but never agree
    not_spoken,         ///< the peer rejects LCP itself or one of its indispensable codes
    peer_refuses_auth,  ///< the peer rejected our demand for authentication
    no_common_auth,     ///< the peer knows none of the methods that we allow
    auth_rejected,      ///< the peer agreed on an authentication protocol, then rejected its packets
    loopback,           ///< the line echoes our own packets
};
/// A sentence for people, without a full stop.
[[nodiscard]] std::string_view sentence(LcpEnd end);

class Lcp final : private OptionPolicy, private ControlProtocol::Owner {
public:
    /// Same promises as ControlProtocol::Owner: may raise events, must not destroy the Lcp that is calling.
    class Owner {
    public:
        /// @param frame protocol field and packet, ready for the channel; borrowed for the call.
        virtual void send(wire::ByteView frame) = 0;
        /// Opened: negotiated() is valid, authentication may begin.
        virtual void lcp_up() = 0;
        virtual void lcp_down() = 0;
        virtual void lcp_finished(LcpEnd why) = 0;
        /// The peer does not speak `protocol`; never LCP nor the agreed authentication, which end the link.
        virtual void protocol_rejected(Protocol protocol) = 0;
        /// @param octets length of the whole LCP packet, as for send_echo().
        virtual void echo_replied(std::uint8_t id, std::size_t octets) = 0;

    protected:
        ~Owner() = default;
    };

    Lcp(Scheduler& time, Rng& rng, Owner& owner, const LcpConfig& config);

    /// Goes on in Opened with what another process has agreed on; in place of open() and up(), and without
    /// lcp_up().
    void resume(const LcpResult& agreed, std::uint8_t last_id) {
        agreed_ = agreed;
        control_.resume(last_id);
    }
    void up() { control_.up(); }
    void down() { control_.down(); }
    void open() { control_.open(); }
    /// @param farewell words for the peer's journal: no secrets. Cut at 128 octets.
    void close(std::string_view farewell = {});
    /// @param packet without the protocol field.
    void receive(wire::ByteView packet) { control_.receive(packet); }

    /// Answers a frame (protocol field first) that nobody here understands; silent unless Opened
    /// (RFC 1661 section 5.7). Truncated to the peer's MRU.
    void reject_protocol(wire::ByteView octets);
    /// Sends an Echo-Request of `octets` octets altogether, code to last octet: 8 or more, at most the MTU.
    /// Larger ones than 8 test whether the path carries them. @return its identifier, nullopt unless Opened.
    std::optional<std::uint8_t> send_echo(std::size_t octets = 8);

    /// For resume() in another process.
    [[nodiscard]] std::uint8_t last_id() const { return control_.last_id(); }
    [[nodiscard]] bool opened() const { return control_.opened(); }
    [[nodiscard]] fsm::State state() const { return control_.state(); }
    /// What has ended it, or ends it just now: known from lcp_down() on, before lcp_finished() comes.
    [[nodiscard]] LcpEnd end() const;
    /// What the two ends cannot agree on, should the peer leave now; nullopt when nothing is known of that.
    [[nodiscard]] std::optional<LcpEnd> dispute() const;
    /// What the peer said when it terminated the link; any octets, at most 128, "" for nothing.
    [[nodiscard]] const std::string& peer_farewell() const { return peer_farewell_; }
    [[nodiscard]] const LcpResult& negotiated() const { return agreed_; }
    [[nodiscard]] const ControlProtocol::Counters& counters() const { return control_.counters(); }

private:
    // OptionPolicy
    void reset() override;
    void write_request(wire::Writer& out) const override;
    void begin_request() override;
    Verdict judge(const wire::Tlv& tlv, wire::Writer& suggestion) override;
    bool on_nak(const wire::Tlv& tlv) override;
    bool on_reject(const wire::Tlv& tlv) override;
    // ControlProtocol::Owner
    void send(wire::ByteView frame) override { owner_.send(frame); }
    void layer_up(Protocol) override;
    void layer_down(Protocol) override { owner_.lcp_down(); }
    void layer_finished(Protocol, ControlEnd) override { owner_.lcp_finished(end()); }
    [[nodiscard]] wire::ByteView farewell(Protocol) const override { return wire::octets(farewell_); }
    void farewell_received(Protocol, wire::ByteView words) override;
    [[nodiscard]] bool knows_code(Protocol, Code code) const override;
    void extra_code(Protocol, const wire::ControlPacket& packet) override;
    [[nodiscard]] std::size_t peer_mru() const override { return agreed_.peer_mru; }

    Verdict judge_mru(std::uint16_t octets, wire::Writer& suggestion);
    Verdict judge_auth(const wire::lcp::AuthProtocol& auth, wire::Writer& suggestion);
    Verdict judge_magic(std::uint32_t magic, wire::Writer& suggestion);
    [[nodiscard]] bool next_auth(const wire::lcp::AuthProtocol& suggested);
    void receive_protocol_reject(wire::ByteView data);
    void receive_echo(const wire::ControlPacket& packet);
    /// @return true when the magic number is ours, so the packet is our own.
    [[nodiscard]] bool looped(std::uint32_t magic);
    [[nodiscard]] std::uint32_t fresh_magic();

    Rng& rng_;
    Owner& owner_;
    LcpConfig config_;
    LcpResult agreed_;
    AuthMethods untried_;              ///< demanded methods that the peer has not refused yet
    std::optional<AuthMethod> asked_;  ///< the one in our request
    std::optional<LcpEnd> end_;        ///< when we know better than ControlProtocol
    std::string farewell_, peer_farewell_;
    std::uint8_t looped_ = 0;    ///< packets in a row that carried our own magic number
    bool refused_auth_ = false;  ///< we did not agree on how the peer wants us to prove ourselves
    bool ask_mru_ = false;
    bool ask_pfc_ = false;
    bool ask_acfc_ = false;
    bool ask_accm_ = false;
    ControlProtocol control_;
};

}  // namespace ppp
