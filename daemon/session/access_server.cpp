// SPDX-License-Identifier: GPL-2.0-or-later
// Servers and their listeners; what one session gets is in access_grant.cpp.
#include "session/access_server.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include "base/message_ids.hpp"
#include "session/describe.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// Sessions being set up at one time. More would only wait for each other, time out and begin again: a host
// that gets no PADO yet asks again in a second, which costs one packet.
constexpr std::uint32_t kMaxStarting = 512;
// One host does not keep the others out.
constexpr std::uint32_t kMaxStartingOfHost = 64;

std::string host_name() {
    std::array<char, 65> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data() : "pppmanager";
}

std::shared_ptr<const SessionSettings> session_settings(const std::string& name,
                                                        const config::PppoeServer& config,
                                                        const std::string& ac_name) {
    auto settings = std::make_shared<SessionSettings>();
    settings->role = Role::server;
    settings->object = name;
    settings->demand = config.authentication;
    settings->max_mtu = config.max_mtu;
    settings->max_mru = config.max_mru;
    settings->keepalive = config.keepalive_timeout;
    auto authenticator = std::make_shared<AuthenticatorConfig>();
    authenticator->our_name = ac_name;
    authenticator->service = aaa::Service::pppoe;
    authenticator->server = name;
    settings->authenticator = std::move(authenticator);
    return settings;
}

link::PppoeService service_of(const std::string& name, const config::PppoeServer& config,
                              const std::string& ac_name) {
    constexpr std::uint16_t kPlain = 1492;
    return {.server = name,
            .service_name = config.service_name,
            .ac_name = ac_name,
            .max_sessions = config.max_sessions,
            .one_session_per_host = config.one_session_per_host,
            .pado_delay = config.pado_delay,
            .max_mru = std::max(config.max_mru.value_or(kPlain), config.max_mtu.value_or(kPlain))};
}

}  // namespace

AccessServer::AccessServer(Context context, Listener& listener) : context_(context), listener_(listener) {
    parents_ =
        context_.ports.network.links().on_link([this](const net::LinkEvent& event) { parent_event(event); });
}

AccessServer::~AccessServer() {
    // Sessions hold links of the listeners: they go first.
    by_id_.clear();
    sessions_.clear();
}

bool AccessServer::stays(const config::Config& config, const std::string& name, const Server& server) {
    const auto object = config.pppoe_server.find(name);
    return object != config.pppoe_server.end() && !object->second.disabled &&
           object->second.interface == server.config.interface;
}

std::vector<const Session*> AccessServer::ended_by(const config::Config& config) const {
    auto out = running();
    std::erase_if(out, [&](const Session* session) {
        const auto& record = sessions_.at(session);
        return stays(config, record.name, *record.server);
    });
    return out;
}

void AccessServer::configure(const config::Config& config) {
    config_ = &config;
    configure_pools(config);
    std::map<std::string, std::shared_ptr<Server>> wanted;
    for (const auto& [name, object] : config.pppoe_server) {
        if (object.disabled) continue;
        auto known = servers_.find(name);
        if (known != servers_.end() && known->second->config == object) {
            wanted.emplace(name, known->second);
            continue;
        }
        auto server =
            known != servers_.end() && known->second->config.interface == object.interface ? known->second
                                                                                           : std::make_shared<
                                                                                                 Server>();
        server->config = object;
        server->ac_name = object.ac_name.empty() ? host_name() : object.ac_name;
        server->settings = session_settings(name, object, server->ac_name);
        wanted.emplace(name, std::move(server));
    }
    for (auto& [session, record] : sessions_) {
        const auto still = wanted.find(record.name);
        if (still == wanted.end() || still->second != record.server)
            record.session->terminate(EndReason::config_changed,
                                      fmt::format("server '{}' was removed, disabled or moved", record.name));
    }
    for (const auto& [name, server] : servers_) {
        const auto still = wanted.find(name);
        const bool stays =
            still != wanted.end() && still->second->config.interface == server->config.interface;
        if (const auto at = listeners_.find(server->config.interface); !stays && at != listeners_.end())
            at->second->remove_service(name);
    }
    servers_ = std::move(wanted);
    for (const auto& [interface, listener] : listeners_) close_unused(interface);
    for (const auto& [name, server] : servers_) {
        const auto& interface = server->config.interface;
        auto& listener = listeners_[interface];
        if (!listener)
            listener = std::make_unique<link::PppoeServer>(
                interface, context_.pppoe, static_cast<link::PppoeAcceptor&>(*this), buckets_);
        listener->set_service(service_of(name, server->config, server->ac_name));
        if (!listener->listening()) listen(interface);
        listener_.server_changed(name);
    }
}

void AccessServer::close_unused(const std::string& interface) {
    const auto at = listeners_.find(interface);
    if (at != listeners_.end() && at->second->idle()) at->second->close();
}

void AccessServer::listen(const std::string& interface) {
    const auto at = listeners_.find(interface);
    if (at == listeners_.end() || at->second->empty()) return;
    const auto result = at->second->listen();
    for (auto& [name, server] : servers_) {
        if (server->config.interface != interface) continue;
        const auto problem = result ? std::string() : result.error().what;
        const auto text =
            result ? fmt::format("server {}: listening on {} as '{}'", name, interface, server->ac_name)
                   : fmt::format("server {}: not listening: {}", name, problem);
        if (result || server->problem != problem) context_.ports.log.with("PPP_OBJECT", name).notice(text);
        server->problem = problem;
        listener_.server_changed(name);
    }
    if (!result) listen_later();
}

void AccessServer::listen_later() {
    // The link event may have come before the socket noticed, and some failures pass without any event.
    relisten_ = context_.ports.time.after(1s, [this] {
        for (const auto& [interface, listener] : listeners_) {
            const auto* link = context_.ports.network.links().find(interface);
            if (link && link->up && !listener->listening()) listen(interface);
        }
    });
}

void AccessServer::listener_lost(const std::string& interface, const Error& why) {
    listen_later();
    for (auto& [name, server] : servers_) {
        if (server->config.interface != interface) continue;
        server->problem = why.what;
        context_.ports.log.with("PPP_OBJECT", name)
            .warning(fmt::format("server {}: stopped listening: {}", name, why.what));
        listener_.server_changed(name);
    }
}

void AccessServer::parent_event(const net::LinkEvent& event) {
    // A listener knows its interface by name and answers from its address: with another one it would be deaf.
    if (event.before && (event.renamed() || event.before->mac != event.link.mac)) {
        const auto was = listeners_.find(event.before->name);
        if (was != listeners_.end() && was->second->listening()) {
            was->second->close();
            listen(was->first);
        }
    }
    if (event.kind == net::LinkEvent::Kind::removed || !event.link.up) return;
    const auto at = listeners_.find(event.link.name);
    if (at != listeners_.end() && !at->second->listening()) listen(event.link.name);
}

bool AccessServer::admit(const std::string& server, const link::MacAddress& host) {
    const auto of_host = starting_by_host_.find(host);
    return servers_.contains(server) && starting_ < kMaxStarting &&
           (of_host == starting_by_host_.end() || of_host->second < kMaxStartingOfHost);
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
    ++starting_by_host_[raw->link().peer_mac];
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
    const auto of_host = starting_by_host_.find(session.link().peer_mac);
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
                          link::to_string(session.link().peer_mac), session.unit()->name(),
                          describe_addresses(session)));
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
    close_unused(session.link().interface);
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

Result<ServerStatus> AccessServer::status(const std::string& name) const {
    const auto object =
        config_ ? config_->pppoe_server.find(name) : decltype(config_->pppoe_server.begin()){};
    if (!config_ || object == config_->pppoe_server.end())
        return fail(Errc::not_found, fmt::format("there is no server '{}'", name));
    ServerStatus out;
    out.name = name;
    out.interface = object->second.interface;
    out.service_name = object->second.service_name;
    out.max_sessions = object->second.max_sessions;
    out.enabled = !object->second.disabled;
    const auto at = servers_.find(name);
    if (at == servers_.end()) return out;
    out.ac_name = at->second->ac_name;
    out.problem = at->second->problem;
    out.last_failure = at->second->last_failure;
    out.last_failed = at->second->last_failed;
    out.sessions = at->second->up;
    const auto& listener = *listeners_.at(out.interface);
    out.listening = listener.listening();
    const auto c = listener.counters(name);
    out.padi = c.padi;
    out.pado = c.pado;
    out.padr = c.padr;
    out.pads = c.pads;
    out.padt = c.padt;
    out.malformed = c.malformed;
    out.rate_limited = c.rate_limited;
    out.bad_cookie = c.bad_cookie;
    out.refused = c.refused + c.withheld;
    return out;
}

const Session* AccessServer::find(std::uint64_t id) const {
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : at->second;
}

void AccessServer::add_to(Statistics& statistics) const {
    for (const auto& [interface, listener] : listeners_) {
        const auto c = listener->totals();
        statistics.padi += c.padi;
        statistics.pado += c.pado;
        statistics.padr += c.padr;
        statistics.pads += c.pads;
        statistics.padt += c.padt;
        statistics.malformed_discovery += c.malformed;
        statistics.rate_limited += c.rate_limited;
        statistics.bad_cookie += c.bad_cookie;
        statistics.refused += c.refused + c.withheld;
    }
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
    for (auto& [name, server] : servers_) listeners_.at(server->config.interface)->remove_service(name);
    servers_.clear();
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
    out.caller_id = link::to_string(session.link().peer_mac);
    if (session.unit()) out.interface = session.unit()->name();
    return out;
}

Log AccessServer::log(const Record& record) const {
    return context_.ports.log.with("PPP_OBJECT", record.name).with("PPP_SESSION", std::to_string(record.id));
}

}  // namespace ppp::session
