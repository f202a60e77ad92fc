// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/packet_history.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <cstring>
#include "wire/auth_packets.hpp"
#include "wire/control_packet.hpp"
#include "wire/pppoe.hpp"
#include "wire/pptp.hpp"

namespace ppp::session {
namespace {

/// How a packet begins in memory; 48 bits of microseconds are nine years.
struct Header {
    std::uint32_t time_low = 0;
    std::uint16_t time_high = 0;
    std::uint16_t length = 0;
    std::uint16_t repeats = 0;
    std::uint8_t stored = 0;
    std::uint8_t kind = 0;  // bit 0: received, from bit 1 on: the form
};
static_assert(sizeof(Header) == PacketHistory::kHeader);
static_assert(PacketHistory::kMaxPacket <= 0xff);

constexpr std::uint8_t kReceived = 1;

PacketHistory::Form form_of(const Header& header) {
    return static_cast<PacketHistory::Form>(header.kind >> 1);
}

Header header_at(const std::uint8_t* at) {
    Header header;
    std::memcpy(&header, at, sizeof header);
    return header;
}

/// Echo-Request, Echo-Reply and Discard-Request of LCP: what a peer may send without end.
bool is_echo(wire::ByteView frame) {
    return frame.size() > 2 && frame[0] == 0xc0 && frame[1] == 0x21 && frame[2] >= 9 && frame[2] <= 11;
}

}  // namespace

void PacketHistory::drop(std::size_t at, std::size_t octets) {
    std::memmove(octets_.get() + at, octets_.get() + at + octets, used_ - at - octets);
    used_ = static_cast<std::uint16_t>(used_ - octets);
}

/// Takes the echo of the same code and direction out of those at the end.
void PacketHistory::forget_echo(wire::ByteView packet, Direction direction, std::uint16_t& repeats) {
    for (std::size_t at = used_ - echoes_; at < used_;) {
        const auto old = header_at(octets_.get() + at);
        const auto whole = sizeof(Header) + old.stored;
        const bool same = ((old.kind & kReceived) != 0) == (direction == Direction::received) &&
                          octets_[at + sizeof(Header) + 2] == packet[2];
        if (same) {
            repeats = static_cast<std::uint16_t>(std::min(old.repeats + 1, 0xffff));
            drop(at, whole);
            echoes_ = static_cast<std::uint16_t>(echoes_ - whole);
            return;
        }
        at += whole;
    }
}

void PacketHistory::record(TimePoint now, Direction direction, Form form, wire::ByteView packet) {
    if (closed_) return;
    if (!octets_) {
        octets_ = std::make_unique_for_overwrite<std::uint8_t[]>(kCapacity);
        size_ = kCapacity;
        if (begun_ == TimePoint{}) begun_ = now;
    }
    Header header;
    const bool echo = form == Form::ppp && is_echo(packet);
    if (echo) forget_echo(packet, direction, header.repeats);
    const auto after = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now - begun_).count());
    header.time_low = static_cast<std::uint32_t>(after);
    header.time_high = static_cast<std::uint16_t>(after >> 32);
    header.length = static_cast<std::uint16_t>(std::min<std::size_t>(packet.size(), 0xffff));
    header.stored = static_cast<std::uint8_t>(std::min(packet.size(), kMaxPacket));
    header.kind = static_cast<std::uint8_t>((direction == Direction::received ? kReceived : 0) |
                                            static_cast<unsigned>(form) << 1);
    const auto whole = sizeof header + header.stored;
    // Whole packets go, in one move.
    std::size_t gone = 0;
    while (used_ - gone + whole > kCapacity) gone += sizeof(Header) + header_at(octets_.get() + gone).stored;
    if (gone > 0) drop(0, gone);
    std::memcpy(octets_.get() + used_, &header, sizeof header);
    if (header.stored > 0) std::memcpy(octets_.get() + used_ + sizeof header, packet.data(), header.stored);
    used_ = static_cast<std::uint16_t>(used_ + whole);
    echoes_ = static_cast<std::uint16_t>(echo ? std::min<std::size_t>(echoes_ + whole, used_) : 0);
}

std::vector<PacketHistory::Packet> PacketHistory::packets() const {
    std::vector<Packet> out;
    for (std::size_t at = 0; at < used_;) {
        const auto header = header_at(octets_.get() + at);
        const auto after = std::uint64_t{header.time_high} << 32 | header.time_low;
        at += sizeof header;
        out.push_back({.after = std::chrono::microseconds(after),
                       .direction = header.kind & kReceived ? Direction::received : Direction::sent,
                       .form = form_of(header),
                       .length = header.length,
                       .repeats = header.repeats,
                       .octets = {octets_.get() + at, header.stored}});
        at += header.stored;
    }
    return out;
}

PacketHistory PacketHistory::archived() const {
    PacketHistory out;
    out.closed_ = true;
    out.begun_ = begun_;
    if (used_ == 0) return out;
    out.octets_ = std::make_unique_for_overwrite<std::uint8_t[]>(used_);
    std::memcpy(out.octets_.get(), octets_.get(), used_);
    out.used_ = used_;
    out.size_ = used_;
    return out;
}

std::string to_text(const PacketHistory::Packet& packet) {
    std::string text;
    switch (packet.form) {
        case PacketHistory::Form::ppp:
            text = wire::describe_cut(packet.octets, packet.length, wire::Proofs::hidden);
            break;
        case PacketHistory::Form::ethernet:
            text =
                wire::pppoe::describe_cut(packet.octets, packet.length, packet.direction == Direction::sent);
            break;
        case PacketHistory::Form::pptp:
            text = wire::pptp::describe_cut(packet.octets, packet.length);
            break;
    }
    if (packet.repeats > 0) text += fmt::format(" after {} like it", packet.repeats);
    return text;
}

std::string claimed_name(const PacketHistory& history) {
    std::string name;
    for (const auto& packet : history.packets()) {
        if (packet.direction != Direction::received || packet.form != PacketHistory::Form::ppp) continue;
        const auto frame = wire::decode_frame(packet.octets);
        if (!frame) continue;
        if (frame->protocol == wire::Protocol::pap) {
            const auto pap = wire::decode_pap(frame->packet);
            if (const auto* request = pap ? std::get_if<wire::PapRequest>(&*pap) : nullptr)
                name = request->peer_id;
        } else if (frame->protocol == wire::Protocol::chap) {
            const auto chap = wire::decode_chap(frame->packet);
            const auto* value = chap ? std::get_if<wire::ChapValue>(&*chap) : nullptr;
            if (value && value->is_response) name = value->name;
        }
    }
    return name;
}

}  // namespace ppp::session
