// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Archive: what is remembered of sessions and attempts that are over. Bounded, whatever peers do.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>
#include "session/packet_history.hpp"
#include "session/service.hpp"

namespace ppp::session {

class Archive {
public:
    struct Limits {
        std::size_t sessions = 128;          ///< of servers that were up, and as many that failed
        std::size_t octets = 192UL * 1024;   ///< of each of the two
        std::size_t sessions_of_client = 4;  ///< of each client
    };
    struct Entry {
        EndedSession session;
        PacketHistory packets;
        std::uint64_t sequence = 0;  ///< of ending
    };

    Archive() : Archive(Limits{}) {}
    explicit Archive(Limits limits) : limits_(limits) {}

    /// @param packets are copied.
    /// @param own whether it is the session of a configured client: each of those keeps its last ones,
    /// whatever becomes of others.
    void record(EndedSession session, const PacketHistory& packets, bool own);
    /// The client is gone from the configuration.
    void forget_client(const std::string& name) { clients_.erase(name); }

    /// nullptr when it is not, or not any more, among them. Borrowed until the next change.
    [[nodiscard]] const Entry* find(std::uint64_t session) const;
    /// All of them, newest first. Borrowed until the next change.
    [[nodiscard]] std::vector<const Entry*> entries() const;

private:
    struct Shelf {
        std::deque<Entry> entries;  // oldest first
        std::size_t octets = 0;
    };
    static void put(Shelf& shelf, Entry entry, std::size_t sessions, std::size_t octets);

    Limits limits_;
    // Apart, so that a flood of failing subscribers leaves alone what sessions that were up ended with.
    Shelf closed_, failed_;
    std::map<std::string, Shelf> clients_;
    std::uint64_t last_ = 0;  // sequence
};

/// When the session's first packet was recorded, or would have been; now when that is not known. @param now
/// of the same clock.
[[nodiscard]] WallTime begun_at(const PacketHistory& packets, TimePoint now);
/// The packets as text. @param begun when the first one was recorded.
[[nodiscard]] std::vector<TracedPacket> traced(const PacketHistory& packets, WallTime begun);

}  // namespace ppp::session
