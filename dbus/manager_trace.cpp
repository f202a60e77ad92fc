// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the manager tells of sessions that are over, of packets, and in sums.
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/manager_object.hpp"
#include "dbus/traces.hpp"

namespace ppp::dbus {

void ManagerObject::ListEnded(Rows&& reply, FilterArgument argument, std::uint32_t offset,
                              std::uint32_t limit) {
    guarded([&] {
        const auto sessions = service_.list_ended(argument.filter, offset, rows_at_most(limit));
        std::vector<Row> answer;
        answer.reserve(sessions.size());
        for (const auto& session : sessions) answer.push_back({.session = &session.row, .end = &session});
        reply.returnResults(answer);
    });
}

void ManagerObject::Trace(TraceReply&& reply, std::uint64_t session) {
    guarded([&] {
        const auto trace = service_.trace(session);
        if (!trace) throw to_bus(trace.error());
        std::vector<sdbus::Struct<std::uint64_t, std::string, std::string>> packets;
        packets.reserve(trace->packets.size());
        for (const auto& packet : trace->packets)
            packets.emplace_back(microseconds(packet.time), std::string(packet.sent ? "sent" : "received"),
                                 bus_text(packet.text));
        reply.returnResults(Row{.session = &trace->about.row, .end = &trace->about}, packets);
    });
}

Dictionary ManagerObject::GetStatistics() {
    return guarded([&] { return to_dictionary(service_.statistics()); });
}

}  // namespace ppp::dbus
