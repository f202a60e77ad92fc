// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/packet_coding.hpp"
#include <algorithm>
#include <cstring>
#include <utility>
#include "wire/control_packet.hpp"

namespace ppp::session {

using kernel::CcpStage;
using kernel::Flow;
using wire::Code;

namespace {
using namespace std::chrono_literals;

// A peer that wants no encryption says so at once, by a Protocol-Reject. One that says nothing is waited for:
// where it may be done without, no longer than a lost request takes to be repeated.
constexpr Duration kRequired = 15s, kWished = 5s;

// A Reset-Request is repeated while undecodable packets come and no answer does, and asked again after an
// answer that did not help: a peer must not make us a source of floods.
constexpr Duration kResetPause = 1s, kShortResetPause = 100ms;
// So many undecodable packets over so long, without one that could be decoded: a Reset does not help.
constexpr unsigned kUndecodable = 5;
constexpr Duration kUndecodableFor = 5s;
// The same of packets that make no sense. Some are bound to happen: a peer may speak what we have never heard
// of.
constexpr unsigned kNoise = 8;
constexpr Duration kNoiseFor = 2s;
constexpr Duration kForgotten = 30s;
constexpr Duration kCrossed = 2s;  // less than a restart period

/// Octets of an MPPE packet around what it encloses: the coherency count and the protocol field inside
/// (RFC 3078 section 4).
constexpr std::uint16_t kMppeOverhead = 4;

constexpr std::string_view kRefused = "the peer will not have any that suits us";
constexpr std::string_view kSilent = "the peer did not agree on encryption within 15 s";

Secret as_secret(const crypto::Octets<16>& key) { return Secret(wire::chars(key)); }

bool is(wire::ByteView packet, Code code) {
    return !packet.empty() && packet.front() == static_cast<std::uint8_t>(code);
}
}  // namespace

MppeKeys take_mppe_keys(aaa::MppeKeying& keying, crypto::MppeEnd end) {
    auto keys = aaa::start_keys(keying, end);
    if (!keys) return {};
    // MS-CHAPv1 makes weak keys of the LAN Manager hash, which we do not use (RFC 3079 section 2.1).
    MppeKeys out{.send = as_secret(keys->send),
                 .receive = as_secret(keys->receive),
                 .bits40 = !std::holds_alternative<aaa::MsChap1Keying>(keying)};
    ::explicit_bzero(&*keys, sizeof *keys);
    std::visit(
        [](auto& material) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(material)>, std::monostate>)
                ::explicit_bzero(&material, sizeof material);
        },
        keying);
    keying = {};
    return out;
}

PacketCoding::PacketCoding(Scheduler& time, Owner& owner, kernel::Unit& unit, const CcpConfig& config,
                           MppeKeys keys)
    : time_(time),
      owner_(owner),
      unit_(unit),
      keys_(std::move(keys)),
      ccp_(time, static_cast<ControlProtocol::Owner&>(*this), config) {}

void PacketCoding::start() {
    if (!set_stage(CcpStage::open)) return;
    limit_ = time_.after(ccp_.config().required ? kRequired : kWished, [this] { too_late(); });
    ccp_.open();
    ccp_.up();
}

void PacketCoding::resume(const CcpResult& agreed, std::uint8_t last_id) {
    held_ = false;
    ccp_.resume(agreed, last_id);
}

void PacketCoding::down() {
    ccp_.down();
    limit_ = {};
}

void PacketCoding::too_late() {
    if (ccp_.config().required)
        return owner_.coding_failed(EndReason::encryption_failed, std::string(kSilent));
    settle(CcpStage::closed);
    ccp_.close();
}

void PacketCoding::receive(wire::ByteView packet) {
    // At the sight of these the kernel has stopped its compressors, whatever CCP makes of them.
    const bool stops =
        ccp_.opened() && (is(packet, Code::configure_request) || is(packet, Code::terminate_request) ||
                          is(packet, Code::terminate_ack));
    if (stops) hold();
    // The kernel has begun anew with a second Configure-Ack, and with MPPE's keys where the first one had
    // left them (mppe_init() in ppp_mppe.c): the peer's keys are others by now.
    const bool spoilt = ccp_.state() == fsm::State::ack_rcvd && is(packet, Code::configure_ack);
    ccp_.receive(packet);
    // CCP has made nothing of it: it was damaged.
    const bool unheard = stops && held_ && ccp_.opened();
    if (!spoilt && !unheard) return;
    ccp_.down();
    ccp_.up();
}

void PacketCoding::send(wire::ByteView frame) {
    if (!prepare(frame)) return;
    owner_.coding_sent(frame);
    if (auto sent = unit_.send(frame); !sent)
        owner_.coding_failed(EndReason::kernel_error, sent.error().what);
}

/// The kernel starts a compressor when the Configure-Ack passes, so it must have been set by then: ours
/// before we send it, the peer's before he can.
bool PacketCoding::prepare(wire::ByteView frame) {
    const auto packet = wire::decode_control(frame.subspan(2));
    const bool request = packet->code == Code::configure_request;
    if (!request && packet->code != Code::configure_ack) return true;
    if (!request) {
        // A request that was repeated because we were slow: the peer gets two Acknowledgements, and Linux's
        // MPPE derives its key anew from the one before at each of them. So must ours. An Acknowledgement
        // that was lost is asked for again after the peer's restart period only.
        const bool again = std::ranges::equal(frame, acknowledged_);
        const bool crossed = again && time_.now() - acknowledged_at_ < kCrossed;
        acknowledged_.assign(frame.begin(), frame.end());
        acknowledged_at_ = time_.now();
        if (crossed) return true;
    }
    wire::TlvCursor<wire::kPppOption> c{packet->data};
    return !c.next() || set_compressor(request ? Flow::received : Flow::sent, c.tlv().raw);
}

bool PacketCoding::set_compressor(Flow flow, wire::ByteView option) {
    wire::TlvCursor<wire::kPppOption> c{option};
    wire::Bytes method(option.begin(), option.end());
    if (c.next() && encrypts(wire::ccp::decode(c.tlv()))) {
        const auto key = wire::octets((flow == Flow::sent ? keys_.send : keys_.receive).reveal());
        method.reserve(method.size() + key.size());
        method.insert(method.end(), key.begin(), key.end());
    }
    const auto set = unit_.set_compressor(flow, method);
    ::explicit_bzero(method.data(), method.size());
    if (!set) owner_.coding_failed(EndReason::kernel_error, set.error().what);
    return set.has_value();
}

bool PacketCoding::set_stage(CcpStage stage) {
    const auto set = unit_.set_ccp(stage);
    if (!set) owner_.coding_failed(EndReason::kernel_error, set.error().what);
    return set.has_value();
}

void PacketCoding::hold() {
    if (std::exchange(held_, true)) return;
    limit_ = time_.after(ccp_.config().required ? kRequired : kWished, [this] { too_late(); });
    owner_.coding_held();
}

void PacketCoding::settle(CcpStage stage) {
    if (!set_stage(stage)) return;
    limit_ = {};
    reset_asked_ = false;
    if (std::exchange(held_, false)) owner_.coding_settled();
}

void PacketCoding::give_up(std::string_view why) {
    if (ccp_.config().required)
        return owner_.coding_failed(EndReason::encryption_failed,
                                    "no encryption could be agreed on: " + std::string(why));
    settle(CcpStage::closed);
}

void PacketCoding::layer_up(Protocol) {
    if (!ccp_.satisfied()) return give_up("the peer does not encrypt both ways");
    const auto& agreed = ccp_.negotiated();
    if (!agreed.sent && !agreed.received) return settle(CcpStage::closed);
    settle(ccp_.config().required ? CcpStage::required : CcpStage::up);
}

void PacketCoding::layer_down(Protocol) {
    hold();
    if (!set_stage(CcpStage::open)) return;
    if (ccp_.state() == fsm::State::stopping || ccp_.state() == fsm::State::stopped)
        give_up(sentence(ControlEnd::peer_terminated));
}

void PacketCoding::layer_finished(Protocol, ControlEnd why) {
    if (held_) give_up(why == ControlEnd::refused ? kRefused : sentence(why));
}

bool PacketCoding::knows_code(Protocol, Code code) const {
    return code == Code::reset_request || code == Code::reset_ack;
}

void PacketCoding::extra_code(Protocol, const wire::ControlPacket& packet) {
    // The kernel has seen a Reset-Ack pass already, and ours makes its compressor begin anew.
    if (packet.code == Code::reset_request) {
        count(lost_there_, Cure::none);
        return ccp_.send_reset_ack(packet.id);
    }
    reset_asked_ = false;
}

void PacketCoding::undecodable() {
    if (!ccp_.opened() || !ccp_.negotiated().received) return;
    if (lasts(lost_, kUndecodable, kUndecodableFor, Cure::data_heard)) {
        lost_ = {};
        if (std::exchange(tried_again_, true))
            return owner_.coding_failed(EndReason::encryption_failed,
                                        "the peer's packets cannot be decoded, not even after CCP was "
                                        "negotiated anew");
        ccp_.down();
        return ccp_.up();
    }
    const auto now = time_.now();
    if (now - reset_at_ < (reset_asked_ ? kResetPause : kShortResetPause)) return;
    reset_at_ = now;
    reset_asked_ = true;
    ccp_.send_reset_request();
}

void PacketCoding::noise() {
    if (!ccp_.opened() || !encrypts(ccp_.negotiated().received)) return;
    if (lasts(noise_, kNoise, kNoiseFor, Cure::data_heard)) keys_differ();
}

void PacketCoding::noise_there() {
    if (!ccp_.opened() || !encrypts(ccp_.negotiated().sent)) return;
    if (lasts(noise_there_, kNoise, kNoiseFor, Cure::none)) keys_differ();
}

void PacketCoding::keys_differ() {
    owner_.coding_failed(EndReason::encryption_failed,
                         "what is encrypted on one side is noise on the other: their keys differ");
}

bool PacketCoding::strangers(bool peer_says_so) const {
    if (!ccp_.config().mppe) return false;
    const auto stands = [this](const Trouble& trouble, Cure cure) {
        return trouble.count > 1 && !over(trouble, cure);
    };
    // What is late or lost is undecodable too, until a Reset has helped.
    const auto lasting = [](const Trouble& trouble, Duration least) {
        return trouble.last - trouble.since >= least;
    };
    return stands(noise_, Cure::data_heard) || stands(noise_there_, Cure::none) ||
           (stands(lost_, Cure::data_heard) && lasting(lost_, kResetPause)) ||
           (peer_says_so && stands(lost_there_, Cure::none) && lasting(lost_there_, kUndecodableFor));
}

/// @param cure what shows that it is over.
bool PacketCoding::over(const Trouble& trouble, Cure cure) const {
    const auto now = time_.now();
    if (trouble.count == 0 || now - trouble.last > kForgotten) return true;
    if (cure == Cure::none) return false;
    const auto idle = unit_.idle();
    return idle && now - idle->received - 1s > trouble.since;  // it knows whole seconds
}

/// Counts one more.
void PacketCoding::count(Trouble& trouble, Cure cure) const {
    const auto now = time_.now();
    if (over(trouble, cure)) trouble = {.since = now, .last = now, .count = 0};
    trouble.last = now;
    ++trouble.count;
}

/// Counts one more, and tells whether that is enough.
bool PacketCoding::lasts(Trouble& trouble, unsigned enough, Duration least, Cure cure) const {
    count(trouble, cure);
    return trouble.count >= enough && trouble.last - trouble.since >= least;
}

std::string PacketCoding::encoding() const {
    return ccp_.opened() && !held_ ? encoding_text(ccp_.negotiated()) : std::string();
}

std::uint16_t PacketCoding::overhead() const {
    return ccp_.opened() && encrypts(ccp_.negotiated().sent) ? kMppeOverhead : 0;
}

}  // namespace ppp::session
