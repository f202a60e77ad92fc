// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/archive.hpp"
#include <algorithm>

namespace ppp::session {
namespace {

std::size_t footprint(const Archive::Entry& entry) {
    const auto& row = entry.session.row;
    std::size_t octets = sizeof entry + entry.packets.footprint();
    for (const auto* text : {&row.name, &row.service, &row.caller_id, &row.address, &row.interface,
                             &row.server, &row.encoding, &entry.session.parent, &entry.session.detail})
        octets += text->size();
    return octets;
}

}  // namespace

void Archive::put(Shelf& shelf, Entry entry, std::size_t sessions, std::size_t octets) {
    shelf.octets += footprint(entry);
    shelf.entries.push_back(std::move(entry));
    while (shelf.entries.size() > sessions || (shelf.octets > octets && shelf.entries.size() > 1)) {
        shelf.octets -= footprint(shelf.entries.front());
        shelf.entries.pop_front();
    }
}

void Archive::record(EndedSession session, const PacketHistory& packets, bool own) {
    auto& shelf = own ? clients_[session.row.server] : session.opened ? closed_ : failed_;
    put(shelf, {std::move(session), packets.archived(), ++last_},
        own ? limits_.sessions_of_client : limits_.sessions, limits_.octets);
}

const Archive::Entry* Archive::find(std::uint64_t session) const {
    const auto look = [session](const Shelf& shelf) -> const Entry* {
        // The newest is asked for most.
        const auto at = std::find_if(shelf.entries.rbegin(), shelf.entries.rend(),
                                     [=](const Entry& entry) { return entry.session.row.id == session; });
        return at == shelf.entries.rend() ? nullptr : &*at;
    };
    for (const auto* shelf : {&closed_, &failed_})
        if (const auto* entry = look(*shelf)) return entry;
    for (const auto& [name, shelf] : clients_)
        if (const auto* entry = look(shelf)) return entry;
    return nullptr;
}

std::vector<const Archive::Entry*> Archive::entries() const {
    std::vector<const Entry*> out;
    const auto add = [&out](const Shelf& shelf) {
        for (const auto& entry : shelf.entries) out.push_back(&entry);
    };
    add(closed_);
    add(failed_);
    for (const auto& [name, shelf] : clients_) add(shelf);
    std::ranges::sort(out, std::ranges::greater{}, &Entry::sequence);
    return out;
}

WallTime begun_at(const PacketHistory& packets, TimePoint now) {
    const auto wall = std::chrono::system_clock::now();
    if (packets.empty() && packets.begun() == TimePoint{}) return wall;
    return wall - std::chrono::duration_cast<WallTime::duration>(now - packets.begun());
}

std::vector<TracedPacket> traced(const PacketHistory& packets, WallTime begun) {
    std::vector<TracedPacket> out;
    for (const auto& packet : packets.packets())
        out.push_back({.time = begun + std::chrono::duration_cast<WallTime::duration>(packet.after),
                       .sent = packet.direction == Direction::sent,
                       .text = to_text(packet)});
    return out;
}

}  // namespace ppp::session
