// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PacketHistory: the last control packets of one session as octets; text is made of them when asked.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "wire/bytes.hpp"

namespace ppp::session {

enum class Direction : std::uint8_t { sent, received };

class PacketHistory {
public:
    static constexpr std::size_t kCapacity = 1024;  ///< octets of all packets, their headers included
    static constexpr std::size_t kMaxPacket = 128;  ///< octets kept of one packet
    static constexpr std::size_t kHeader = 12;      ///< octets that a packet costs besides its own

    enum class Form : std::uint8_t {
        ppp,       ///< protocol field first
        ethernet,  ///< a whole PPPoE discovery frame
        pptp,      ///< a whole PPTP control message
    };
    struct Packet {
        Duration after{};  ///< since the first packet
        Direction direction = Direction::sent;
        Form form = Form::ppp;
        std::uint16_t length = 0;   ///< of the whole packet; 65535 also for longer ones
        std::uint16_t repeats = 0;  ///< packets of its kind that it has taken the place of
        wire::ByteView octets;      ///< the first ones; borrowed
    };

    PacketHistory() = default;
    PacketHistory(PacketHistory&&) = default;
    PacketHistory& operator=(PacketHistory&&) = default;
    ~PacketHistory() = default;

    /// Copies the packet. The first one allocates kCapacity octets, none after it allocates. The oldest make
    /// room; of LCP echoes that follow each other the newest of each sort are kept, so an old session still
    /// shows how it was negotiated.
    void record(TimePoint now, Direction direction, Form form, wire::ByteView packet);

    /// Of a session that began in an earlier process, whose packets are not known: to be called first.
    void begin(TimePoint begun) { begun_ = begun; }
    /// When the first packet was recorded, or what begin() said; TimePoint{} before both.
    [[nodiscard]] TimePoint begun() const { return begun_; }
    [[nodiscard]] bool empty() const { return used_ == 0; }
    /// In the order of their times. Valid until the next record().
    [[nodiscard]] std::vector<Packet> packets() const;
    /// A copy that takes no more memory than it needs and records no more.
    [[nodiscard]] PacketHistory archived() const;
    /// Octets on the heap.
    [[nodiscard]] std::size_t footprint() const { return size_; }

private:
    void drop(std::size_t at, std::size_t octets);
    void forget_echo(wire::ByteView packet, Direction direction, std::uint16_t& repeats);

    std::unique_ptr<std::uint8_t[]> octets_;
    TimePoint begun_{};
    std::uint16_t used_ = 0, size_ = 0;
    std::uint16_t echoes_ = 0;  ///< octets at the end that are echoes
    bool closed_ = false;       ///< a copy that records no more
};

/// The packet in pppd's notation, passwords and what they could be tried against hidden.
[[nodiscard]] std::string to_text(const PacketHistory::Packet& packet);
/// Who the peer said it was when it was last asked to prove itself; "" when that is not among the packets.
[[nodiscard]] std::string claimed_name(const PacketHistory& history);

}  // namespace ppp::session
