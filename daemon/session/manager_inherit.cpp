// SPDX-License-Identifier: GPL-2.0-or-later
// What the manager does with the sessions of an earlier process.
#include <fmt/format.h>
#include <algorithm>
#include "base/message_ids.hpp"
#include "session/describe.hpp"
#include "session/farewell.hpp"
#include "session/keeping.hpp"
#include "session/manager.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

constexpr Duration kUntilHeard = 3s;

SessionRow row_of(const SessionRecord& record, TimePoint now) {
    SessionRow out;
    out.id = record.id;
    out.kind = kind_of(record.link.info.kind, record.role);
    out.service = link::to_string(record.link.info.kind);
    out.server = record.object;
    out.name = record.user;
    out.caller_id = record.link.info.caller();
    out.interface = record.unit;
    out.session_id = record.link.info.session_id;
    out.mtu = record.lcp.agreed.mtu;
    if (record.ipcp) {
        out.address = ipv4_text(record.ipcp->agreed.peer_address);
        out.local_address = ipv4_text(record.ipcp->agreed.own_address);
    }
    out.profile = record.network.profile;
    out.hooks = record.network.hooks;
    out.uptime = std::chrono::duration_cast<std::chrono::seconds>(now - record.connected);
    return out;
}

}  // namespace

void Manager::inherit(Inheritance from) {
    next_session_id_ = std::max(next_session_id_, from.last_id);
    inheritance_ = std::move(from);
}

std::optional<Inherited> Manager::inherited(const Client& client) {
    if (!inheritance_) return std::nullopt;
    auto& sessions = inheritance_->sessions;
    const auto at = std::ranges::find_if(sessions, [&](const Inherited& from) {
        return from.record.role == Role::client && from.record.object == client.name();
    });
    // Disabled or moved meanwhile: it has no session that could go on.
    if (at == sessions.end() || client.config().disabled || !client.made(at->record.link.info))
        return std::nullopt;
    auto out = std::move(*at);
    sessions.erase(at);
    return out;
}

bool Manager::inherited_again(const link::LinkInfo& link) const {
    return inheritance_ && std::ranges::any_of(inheritance_->sessions, [&](const Inherited& other) {
               const auto& its = other.record.link.info;
               return its.kind == link.kind && its.interface == link.interface &&
                      its.peer_mac == link.peer_mac && its.session_id == link.session_id;
           });
}

void Manager::resume_servers() {
    auto& sessions = inheritance_->sessions;
    const auto of_servers = std::stable_partition(
        sessions.begin(), sessions.end(), [](const auto& from) { return from.record.role == Role::client; });
    std::vector<Inherited> theirs(std::make_move_iterator(of_servers),
                                  std::make_move_iterator(sessions.end()));
    sessions.erase(of_servers, sessions.end());
    for (auto& from : theirs)
        if (auto resumed = server_->resume(from); !resumed)
            bury(std::move(from),
                 resumed.error().code == Errc::config ? EndReason::config_changed : EndReason::interrupted,
                 resumed.error().what);
}

void Manager::bury(Inherited from, EndReason reason, const std::string& detail) {
    const auto& record = from.record;
    context_.ports.keeping->forget(record.id);
    if (from.files.unit) context_.ports.kernel.discard(std::move(from.files));
    if (record.link.info.kind == link::LinkKind::serial && context_.serial && from.control)
        context_.serial->bury(record.link.info.interface, std::move(from.control));
    // Said once: the client's next attempt would say it too.
    if (record.link.info.kind == link::LinkKind::pppoe && !inherited_again(record.link.info) &&
        farewells_.send(record.link.info) && record.role == Role::client)
        context_.memory.forget(record.object);
    EndedSession ended;
    ended.row = row_of(record, context_.ports.time.now());
    ended.opened = true;
    ended.parent = record.link.info.interface;
    ended.reason = reason;
    ended.phase = phase_name(Phase::running);
    ended.detail = detail;
    PacketHistory packets;
    packets.begin(record.begun);
    ended.begun = begun_at(packets, context_.ports.time.now());
    ended.ended = std::chrono::system_clock::now();
    auto& counts = record.role == Role::client ? counts_.clients : counts_.servers;
    ++counts.closed[reason];
    context_.ports.log.with("PPP_OBJECT", record.object)
        .with("PPP_SESSION", std::to_string(record.id))
        .notice(fmt::format("session {} of {} did not outlive the restart: {}", record.id, record.object,
                            detail));
    unheard_.push_back({.row = ended.row, .reason = reason, .detail = detail});
    // Whoever runs programs for it must first find us on the bus.
    if (!tell_unheard_.armed())
        tell_unheard_ = context_.ports.time.after(kUntilHeard, [this] { tell_unheard(); });
    archive_.record(std::move(ended), packets, clients_.contains(record.object));
}

void Manager::tell_unheard() {
    for (const auto& over : std::exchange(unheard_, {}))
        if (observer_) observer_->session_closed(over.row, over.reason, over.detail);
}

void Manager::bury_lost() {
    for (auto& record : inheritance_->lost)
        bury({.record = std::move(record), .files = {}}, EndReason::interrupted,
             "nobody kept its files when the service was interrupted");
}

void Manager::finish_inheriting() {
    auto from = *std::exchange(inheritance_, std::nullopt);
    for (auto& session : from.sessions)
        bury(std::move(session), EndReason::config_changed, "its client was removed, disabled or moved");
    for (auto& files : from.orphans) context_.ports.kernel.discard(std::move(files));
    if (const auto going_on = session_count(); going_on > 0)
        as_event(context_.ports.log, message_id::kSessionsTakenOver)
            .notice(fmt::format("carrying on {} session{} of the run before", going_on,
                                going_on == 1 ? "" : "s"));
    farewells_.close();
    if (session_count() > 0) reconcile();
}

void Manager::reconcile() {
    auto& network = context_.ports.network;
    reconciling_ = network.list_addresses(0, [this, &network](Result<std::vector<net::Address>> addresses) {
        if (!addresses) return context_.ports.log.warning(addresses.error().what);
        reconciling_ = network.list_routes(
            net::kRouteProtocol, net::kMainTable,
            [this, addresses = std::move(*addresses)](const Result<std::vector<net::Route>>& routes) {
                if (!routes) return context_.ports.log.warning(routes.error().what);
                server_->reconcile(addresses, *routes);
                for (auto& [name, client] : clients_) client->reconcile(addresses, *routes);
            });
    });
}

void Manager::leave() {
    tell_unheard();
    // Whoever is still being asked or asking would hear of a silent end only by its own patience.
    for (auto& [name, client] : clients_) client->leave();
    for (auto& client : leaving_) client->abort();
    server_->leave();
}

}  // namespace ppp::session
