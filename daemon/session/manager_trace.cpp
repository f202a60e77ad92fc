// SPDX-License-Identifier: GPL-2.0-or-later
// What the manager remembers: sessions that are over, their packets, and sums.
#include <fmt/format.h>
#include <algorithm>
#include "session/manager.hpp"

namespace ppp::session {
namespace {

std::uint64_t sum(const std::map<EndReason, std::uint64_t>& by_reason) {
    std::uint64_t out = 0;
    for (const auto& [reason, count] : by_reason) out += count;
    return out;
}

}  // namespace

EndedSession Manager::about(SessionRow row, const Session& session, bool was_up) const {
    EndedSession out;
    out.row = std::move(row);
    // Who could not prove a name has said one nevertheless, and is looked for by it.
    if (out.row.name.empty() && !out.client()) out.row.name = claimed_name(session.packets());
    out.opened = was_up;
    out.parent = session.link().interface;
    out.reason = session.end_reason();
    out.phase = phase_name(out.reason == EndReason::none ? session.phase() : session.end_phase());
    out.detail = session.end_detail();
    out.begun = begun_at(session.packets(), context_.ports.time.now());
    return out;
}

void Manager::remember(SessionRow row, const Session& session, bool was_up, bool own) {
    auto ended = about(std::move(row), session, was_up);
    auto& counts = ended.client() ? counts_.clients : counts_.servers;
    ++(was_up ? counts.closed : counts.failed)[session.end_reason()];
    counts_.malformed += session.malformed();
    ended.ended = std::chrono::system_clock::now();
    archive_.record(std::move(ended), session.packets(), own);
}

Result<Trace> Manager::trace(std::uint64_t id) const {
    const auto live = [](EndedSession about, const Session& session) {
        Trace out{.about = std::move(about), .packets = {}};
        out.packets = traced(session.packets(), out.about.begun);
        return out;
    };
    if (const auto* session = server_->find(id))
        return live(about(server_->row(*session), *session, server_->was_up(*session)), *session);
    for (const auto& [name, client] : clients_)
        if (const auto* session = client->session(); session && client->session_id() == id)
            return live(
                about(client_row(*client, *session), *session, session->connected_for() > Duration::zero()),
                *session);
    if (const auto* entry = archive_.find(id))
        return Trace{.about = entry->session, .packets = traced(entry->packets, entry->session.begun)};
    return fail(Errc::not_found,
                fmt::format("there is no session {}, nor is it among those that ended last", id));
}

std::vector<EndedSession> Manager::list_ended(const SessionFilter& filter, std::uint32_t offset,
                                              std::uint32_t limit) const {
    std::vector<EndedSession> out;
    for (const auto* entry : archive_.entries()) {
        if (!filter.matches(entry->session.row)) continue;
        if (offset > 0) {
            --offset;
            continue;
        }
        if (limit != 0 && out.size() == limit) break;
        out.push_back(entry->session);
    }
    return out;
}

Statistics Manager::statistics() const {
    auto out = counts_;
    out.uptime = std::chrono::duration_cast<std::chrono::seconds>(context_.ports.time.now() - started_);
    out.servers.up = server_->up_count();
    out.clients.up = session_count() - out.servers.up;
    out.servers.starting = server_->starting_count();
    const auto of_clients = static_cast<std::uint32_t>(
        std::ranges::count_if(clients_, [](const auto& c) { return !c.second->idle(); }));
    out.clients.starting = of_clients - out.clients.up;
    out.clients.attempts = sum(out.clients.closed) + sum(out.clients.failed) + of_clients;
    out.servers.attempts = sum(out.servers.closed) + sum(out.servers.failed) + server_->session_count();
    server_->add_to(out);
    return out;
}

}  // namespace ppp::session
