// SPDX-License-Identifier: GPL-2.0-or-later
// How a server goes on with the sessions that it had in an earlier process.
#include <fmt/format.h>
#include "session/access_server.hpp"

namespace ppp::session {

void AccessServer::session_settled(Session& session) {
    if (!context_.ports.keeping) return;
    const auto& record = sessions_.at(&session);
    auto out = session.record();
    out.id = record.id;
    out.local_lease = static_cast<bool>(record.local_lease);
    context_.ports.keeping->keep(out, session.files());
}

Result<> AccessServer::resume(Inherited& from) {
    const auto& kept = from.record;
    const auto server = servers_.find(kept.object);
    if (server == servers_.end() || server->second->config.link != kept.link.info.kind)
        return fail(Errc::config, fmt::format("server '{}' was removed, disabled or moved", kept.object));
    auto& gate = *gates_.at(kept.link.info.kind);
    PPP_TRY(auto transport, gate.take_over(kept.object, kept.link, std::move(from.control)));
    auto resumed = carry_on(from, server->second, std::move(transport));
    // The gate has given the link up: nobody else tells it that it may have it back.
    if (!resumed) gate.left(kept.link.info);
    return resumed;
}

Result<> AccessServer::carry_on(Inherited& from, const std::shared_ptr<Server>& server,
                                std::unique_ptr<link::Transport> transport) {
    const auto& kept = from.record;
    auto session = std::make_unique<Session>(context_.ports, static_cast<Session::Owner&>(*this),
                                             server->settings, std::move(transport));
    auto* raw = session.get();
    Record record;
    record.id = kept.id;
    record.server = server;
    record.name = kept.object;
    record.session = std::move(session);
    PPP_CHECK(take_back(record, kept));
    // From here on it is one of ours: what it reports finds it.
    auto& mine = sessions_.emplace(raw, std::move(record)).first->second;
    if (auto resumed = raw->resume(kept, std::move(from.files)); !resumed) {
        if (mine.entry) entries_in_use_.erase(*mine.entry);
        sessions_.erase(raw);
        return resumed;
    }
    by_id_.emplace(kept.id, raw);
    mine.granted = mine.opened = true;
    ++users_[kept.user];
    ++mine.server->up;
    ++up_;
    // Its own time may have been over while nobody looked.
    if (raw->phase() == Phase::running)
        context_.ports.keeping->resumed(kept.id, raw->files());
    else
        context_.ports.keeping->forget(kept.id);
    return {};
}

Result<> AccessServer::take_back(Record& record, const SessionRecord& from) {
    PPP_TRY(record.lease, pools_.take_fixed(from.user, from.network.remote_address));
    if (from.local_lease) {
        PPP_TRY(record.local_lease, pools_.take_fixed(from.user, from.network.local_address));
    }
    // The entry's name is the interface's; a user without one has a name that no entry bears.
    const auto [first, last] = entries_by_user_.equal_range(from.user);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second.name != from.network.interface) continue;
        const auto [used, fresh] = entries_in_use_.emplace(entry->second.name, record.session.get());
        if (fresh) record.entry = &used->first;
    }
    return {};
}

void AccessServer::leave() {
    for (auto& [key, record] : sessions_)
        if (record.session->phase() != Phase::running)
            record.session->abort(EndReason::shutdown, "the service is restarted");
}

void AccessServer::reconcile(const std::vector<net::Address>& addresses,
                             const std::vector<net::Route>& routes) {
    for (auto& [key, record] : sessions_) record.session->reconcile(addresses, routes);
}

}  // namespace ppp::session
