// SPDX-License-Identifier: GPL-2.0-or-later
// Servers and their sessions; what one session gets is in access_grant.cpp.
#include "session/access_server.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "base/message_ids.hpp"
#include "session/describe.hpp"

namespace ppp::session {
namespace {
// Sessions being set up at one time. More would only wait for each other, time out and begin again: a host
// that gets no PADO yet asks again in a second, which costs one packet.
constexpr std::uint32_t kMaxStarting = 512;
// One host does not keep the others out.
constexpr std::uint32_t kMaxStartingOfHost = 64;

std::shared_ptr<const SessionSettings> session_settings(const std::string& name, const ServerConfig& config) {
    auto settings = std::make_shared<SessionSettings>();
    settings->role = Role::server;
    settings->object = name;
    settings->demand = config.authentication;
    settings->max_mtu = config.max_mtu;
    settings->max_mru = config.max_mru;
    settings->keepalive = config.keepalive_timeout;
    auto authenticator = std::make_shared<AuthenticatorConfig>();
    authenticator->our_name = own_name(config);
    authenticator->service = aaa::parse_service(link::to_string(config.link));
    authenticator->server = name;
    settings->authenticator = std::move(authenticator);
    return settings;
}

std::pair<link::LinkKind, std::uint64_t> host_of(const Session& session) {
    return {session.link().kind, session.link().host()};
}

}  // namespace

AccessServer::AccessServer(Context context, Listener& listener)
    : context_(context),
      listener_(listener),
      gates_(make_gates(context_.ports, context_.links, static_cast<Gate::Owner&>(*this))) {}

AccessServer::~AccessServer() {
    // Sessions hold links of the gates: they go first.
    by_id_.clear();
    sessions_.clear();
}

bool AccessServer::stays(const ServerConfigs& servers, const std::string& name, const Server& server) {
    const auto object = servers.find(name);
    return object != servers.end() && !object->second.disabled && same_place(object->second, server.config);
}

std::vector<const Session*> AccessServer::ended_by(const config::Config& config) const {
    auto out = running();
    std::erase_if(out, [&, servers = server_configs(config)](const Session* session) {
        const auto& record = sessions_.at(session);
        return stays(servers, record.name, *record.server);
    });
    return out;
}

void AccessServer::configure(const config::Config& config) {
    config_ = &config;
    configure_pools(config);
    objects_ = server_configs(config);
    std::map<std::string, std::shared_ptr<Server>> wanted;
    for (const auto& [name, object] : objects_) {
        if (object.disabled) continue;
        const auto known = servers_.find(name);
        const bool stays = known != servers_.end() && same_place(known->second->config, object);
        auto server = stays ? known->second : std::make_shared<Server>();
        if (!stays || server->config != object) {
            server->config = object;
            server->settings = session_settings(name, object);
        }
        wanted.emplace(name, std::move(server));
    }
    for (auto& [session, record] : sessions_) {
        const auto still = wanted.find(record.name);
        if (still == wanted.end() || still->second != record.server)
            record.session->terminate(EndReason::config_changed,
                                      fmt::format("server '{}' was removed, disabled or moved", record.name));
    }
    servers_ = std::move(wanted);
    open_gates();
}

void AccessServer::open_gates() {
    for (const auto& [link, gate] : gates_) {
        ServerConfigs theirs;
        for (const auto& [name, server] : servers_)
            if (server->config.link == link) theirs.emplace(name, server->config);
        gate->open(theirs);
    }
}

bool AccessServer::admit(const std::string& server, std::uint64_t host) {
    const auto at = servers_.find(server);
    if (at == servers_.end() || starting_ >= kMaxStarting) return false;
    const auto of_host = starting_by_host_.find({at->second->config.link, host});
    return of_host == starting_by_host_.end() || of_host->second < kMaxStartingOfHost;
}

void AccessServer::accept(std::unique_ptr<link::Transport> transport, const std::string& server) {
    const auto at = servers_.find(server);
    if (at == servers_.end()) return;
    auto session = std::make_unique<Session>(context_.ports, static_cast<Session::Owner&>(*this),
                                             at->second->settings, std::move(transport));
    auto* raw = session.get();
    Record record;
    record.id = ++context_.next_session_id;
    if (context_.ports.keeping) context_.ports.keeping->use(record.id);
    record.server = at->second;
    record.name = server;
    record.session = std::move(session);
    by_id_.emplace(record.id, raw);
    sessions_.emplace(raw, std::move(record));
    ++starting_;
    ++starting_by_host_[host_of(*raw)];
    raw->start();
}

void AccessServer::session_changed(Session& session) {
    auto& record = sessions_.at(&session);
    if (session.phase() != Phase::running) {
        if (record.opened && context_.ports.keeping) context_.ports.keeping->forget(record.id);
        return;
    }
    if (!record.opened) opened(record);
}

/// It came up or it never will.
void AccessServer::started(const Session& session) {
    --starting_;
    const auto of_host = starting_by_host_.find(host_of(session));
    if (--of_host->second == 0) starting_by_host_.erase(of_host);
}

void AccessServer::opened(Record& record) {
    record.opened = true;
    ++record.server->up;
    ++up_;
    const auto& session = *record.session;
    started(session);
    as_event(log(record), message_id::kSessionUp)
        .info(fmt::format("session {} opened: user {} from {} on {}: {}", record.id, session.user(),
                          session.link().caller(), session.unit()->name(), describe_addresses(session)));
    listener_.server_session_opened(row(session));
}

void AccessServer::session_ended(Session& session) {
    auto last = row(session);
    const auto node = sessions_.extract(&session);  // destroys the session when this function is left
    const auto& record = node.mapped();
    by_id_.erase(record.id);
    if (record.opened) {
        --record.server->up;
        --up_;
    }
    if (record.entry) entries_in_use_.erase(*record.entry);
    if (record.granted)
        if (const auto user = users_.find(session.user()); --user->second == 0) users_.erase(user);
    // What a subscriber does is no warning to the operator of the server.
    const auto who = session.user().empty() ? last.caller_id
                                            : fmt::format("user {} from {}", session.user(), last.caller_id);
    auto sentence =
        fmt::format("{}: {}: {}", who, end_reason_name(session.end_reason()), session.end_detail());
    as_event(log(record), end_message_id(session.end_reason()))
        .info(fmt::format("session {} {}: {}", record.id, record.opened ? "closed" : "failed", sentence));
    gates_.at(session.link().kind)->left(session.link());
    if (record.opened) last.traffic = to_traffic(session.counters());
    listener_.server_session_over(session, last, record.opened);
    if (!record.opened) {
        started(session);
        record.server->last_failure = std::move(sentence);
        record.server->last_failed = record.id;
        return listener_.server_changed(record.name);
    }
    listener_.server_session_closed(last, session.end_reason(), session.end_detail());
}

std::vector<std::string> AccessServer::names() const {
    std::vector<std::string> out;
    for (const auto& [name, object] : objects_) out.push_back(name);
    return out;
}

Result<ServerStatus> AccessServer::status(const std::string& name) const {
    const auto object = objects_.find(name);
    if (object == objects_.end()) return fail(Errc::not_found, fmt::format("there is no server '{}'", name));
    ServerStatus out;
    out.name = name;
    out.kind = object->second.kind;
    out.max_sessions = object->second.max_sessions;
    out.enabled = !object->second.disabled;
    if (const auto* pppoe = std::get_if<config::PppoeServer>(&object->second.object)) {
        out.interface = pppoe->interface;
        out.service_name = pppoe->service_name;
    }
    const auto at = servers_.find(name);
    if (at == servers_.end()) return out;
    out.last_failure = at->second->last_failure;
    out.last_failed = at->second->last_failed;
    out.sessions = at->second->up;
    if (const auto gate = gates_.find(object->second.link); gate != gates_.end())
        gate->second->describe(name, out);
    return out;
}

const Session* AccessServer::find(std::uint64_t id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : at->second;
}

void AccessServer::add_to(Statistics& statistics) const {
    for (const auto& [link, gate] : gates_) gate->add_to(statistics);
    if (!config_) return;
    for (const auto& [name, object] : config_->pool)
        if (const auto* pool = pools_.find(name)) statistics.pools[name] = {pool->used(), pool->capacity()};
}

bool AccessServer::disconnect(std::uint64_t id, EndReason reason, std::string detail) {
    const auto at = by_id_.find(id);
    if (at == by_id_.end()) return false;
    sessions_.at(at->second).session->terminate(reason, std::move(detail));
    return true;
}

void AccessServer::shut_down(EndReason reason, const std::string& detail) {
    servers_.clear();
    open_gates();
    for (auto& [key, record] : sessions_) record.session->terminate(reason, detail);
}

void AccessServer::abort() {
    for (auto& [key, record] : sessions_) record.session->abort(EndReason::shutdown, "the service stopped");
}

std::vector<const Session*> AccessServer::running() const {
    std::vector<const Session*> out;
    out.reserve(by_id_.size());
    for (const auto& [id, session] : by_id_)
        if (sessions_.at(session).opened && session->phase() == Phase::running) out.push_back(session);
    return out;
}

SessionRow AccessServer::row(const Session& session) const {
    SessionRow out;
    const auto at = sessions_.find(&session);
    if (at != sessions_.end()) out.id = at->second.id;
    fill_row(session, out);
    out.name = session.user();
    if (session.unit()) out.interface = session.unit()->name();
    return out;
}

Log AccessServer::log(const Record& record) const {
    return context_.ports.log.with("PPP_OBJECT", record.name).with("PPP_SESSION", std::to_string(record.id));
}

}  // namespace ppp::session
