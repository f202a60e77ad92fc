// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PacketCoding: encryption and compression of one session: CCP, the unit's compressors, and what to do
/// about packets that cannot be decoded.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include "aaa/aaa.hpp"
#include "base/secret.hpp"
#include "kernel/ppp_kernel.hpp"
#include "link/end_reason.hpp"
#include "ppp/ccp.hpp"

namespace ppp::session {

/// The start keys of both directions, 16 octets each, or none: what MS-CHAP has left. Wiped with the object.
struct MppeKeys {
    Secret send, receive;
    bool bits40 = false;  ///< they serve MPPE with 40 bits too
    [[nodiscard]] bool known() const { return !send.empty(); }
};
/// Makes the keys and wipes what they were made of.
/// @param end which half of the session we are, as RFC 3079 section 3.3 counts: the authenticator is the
/// server.
[[nodiscard]] MppeKeys take_mppe_keys(aaa::MppeKeying& keying, crypto::MppeEnd end);

/// It never lets data out in the clear that is to be encrypted, as far as that is this side's doing: what the
/// kernel lets out before it tells anybody is the guard's business (guard/plaintext_guard.hpp).
class PacketCoding final : private ControlProtocol::Owner {
public:
    class Owner {
    public:
        /// Data must not pass from now on, in either direction.
        virtual void coding_held() = 0;
        /// Data may pass, coded as negotiated() says.
        virtual void coding_settled() = 0;
        /// The session must end. The last thing it does in a call; the owner must not destroy it inside.
        virtual void coding_failed(EndReason reason, std::string detail) = 0;
        virtual void coding_sent(wire::ByteView frame) = 0;
        [[nodiscard]] virtual std::size_t coding_peer_mru() const = 0;

    protected:
        ~Owner() = default;
    };

    /// @param unit must outlive it. @param config with `mppe` only where there are keys.
    PacketCoding(Scheduler& time, Owner& owner, kernel::Unit& unit, const CcpConfig& config, MppeKeys keys);
    PacketCoding(const PacketCoding&) = delete;
    PacketCoding& operator=(const PacketCoding&) = delete;
    ~PacketCoding() = default;

    void start();
    /// In place of start(): the unit is as an earlier process has left it, with CCP in Opened.
    void resume(const CcpResult& agreed, std::uint8_t last_id);
    /// Other keys, for the next negotiation.
    void use(MppeKeys keys) { keys_ = std::move(keys); }
    /// LCP is down: another object begins anew.
    void down();
    /// @param packet of CCP, without the protocol field.
    void receive(wire::ByteView packet);
    /// The peer rejected CCP.
    void rejected() { ccp_.protocol_rejected(); }
    /// A compressed packet came out of the unit: it could not be decoded.
    void undecodable();
    /// A packet came out of the unit whose protocol nobody knows: deciphered with a wrong key it looks like
    /// that.
    void noise();
    /// The peer rejected a protocol that we do not send: to it, our packets are noise.
    void noise_there();

    [[nodiscard]] bool held() const { return held_; }
    /// Whether one side cannot read the other one just now: a peer that leaves may leave because of it. What
    /// was read since, or is long ago, is no sign of that.
    /// @param peer_says_so a hint; it counts for something beside Reset-Requests, which alone say too little.
    [[nodiscard]] bool strangers(bool peer_says_so) const;
    [[nodiscard]] const Ccp& ccp() const { return ccp_; }
    [[nodiscard]] const MppeKeys& keys() const { return keys_; }
    /// As agreed and in force; "" for none.
    [[nodiscard]] std::string encoding() const;
    /// Octets that coding adds to a packet in front of what it encloses.
    [[nodiscard]] std::uint16_t overhead() const;

private:
    /// Packets that say one and the same thing: it does not work.
    struct Trouble {
        TimePoint since{}, last{};
        unsigned count = 0;
    };

    void send(wire::ByteView frame) override;
    void layer_up(Protocol protocol) override;
    void layer_down(Protocol protocol) override;
    void layer_finished(Protocol protocol, ControlEnd why) override;
    [[nodiscard]] bool knows_code(Protocol protocol, Code code) const override;
    void extra_code(Protocol protocol, const wire::ControlPacket& packet) override;
    [[nodiscard]] std::size_t peer_mru() const override { return owner_.coding_peer_mru(); }

    bool prepare(wire::ByteView frame);
    bool set_compressor(kernel::Flow flow, wire::ByteView option);
    bool set_stage(kernel::CcpStage stage);
    void hold();
    void settle(kernel::CcpStage stage);
    void give_up(std::string_view why);
    void too_late();
    enum class Cure : std::uint8_t { data_heard, none };
    [[nodiscard]] bool over(const Trouble& trouble, Cure cure) const;
    void count(Trouble& trouble, Cure cure) const;
    [[nodiscard]] bool lasts(Trouble& trouble, unsigned enough, Duration least, Cure cure) const;
    void keys_differ();

    Scheduler& time_;
    Owner& owner_;
    kernel::Unit& unit_;
    MppeKeys keys_;
    Ccp ccp_;
    bool held_ = true;
    bool reset_asked_ = false;  ///< our Reset-Request has no answer yet
    bool tried_again_ = false;  ///< CCP was negotiated anew because of undecodable packets
    TimePoint reset_at_{};
    wire::Bytes acknowledged_;  ///< our last Configure-Ack
    TimePoint acknowledged_at_{};
    Trouble lost_, lost_there_, noise_, noise_there_;
    Timer limit_;
};

}  // namespace ppp::session
