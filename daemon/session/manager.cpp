// SPDX-License-Identifier: GPL-2.0-or-later
// The manager's configuration and life; what it answers is in manager_service.cpp.
#include "session/manager.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "base/message_ids.hpp"
#include "config/resolve.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

decltype(aaa::SecretEntry::password) known_of(const config::Password& password) {
    if (const auto* text = password.text()) return *text;
    if (const auto* hash = password.hash()) return *hash;
    return aaa::LockedPassword{};
}

std::vector<aaa::SecretEntry> secret_table(const config::Config& config) {
    std::vector<aaa::SecretEntry> table;
    table.reserve(config.secret.size());
    for (const auto& [name, secret] : config.secret)
        table.push_back(
            {.name = name,
             .password = known_of(secret.password),
             .service = aaa::parse_service(secret.service),
             // "default" is what a secret has that names none: then the server's default-profile decides.
             .profile = secret.profile == "default" ? "" : secret.profile,
             .local_address = secret.local_address,
             .remote_address = secret.remote_address,
             .rate_limit = secret.rate_limit,
             .caller_id = secret.caller_id,
             .disabled = secret.disabled});
    return table;
}

}  // namespace

Client::ProfileWishes Manager::client_wishes(const config::Config& config, const ClientConfig& client) {
    const auto effective = config::resolve(config, client.profile, config::UserValues{});
    return {.session_timeout = effective.session_timeout,
            .idle_timeout = effective.idle_timeout,
            .ipv6 = effective.use_ipv6,
            .encryption = effective.encryption,
            .compression = effective.use_compression,
            .hooks = config::resolve_hooks(config, client.profile)};
}

Manager::Manager(Context context)
    : context_(context), started_(context.ports.time.now()), farewells_(context.pppoe) {
    server_ = std::make_unique<AccessServer>(AccessServer::Context{context_.ports, links(), next_session_id_},
                                             static_cast<AccessServer::Listener&>(*this));
}

Manager::~Manager() = default;

LinkPorts Manager::links() const {
    return {.pppoe = context_.pppoe, .memory = &context_.memory, .pptp = context_.pptp};
}

Result<> Manager::reload() {
    if (stopped_) return fail(Errc::refused, "the service is stopping");
    std::vector<config::Problem> problems;
    auto loaded = context_.store.load(problems, revision_ == 0 ? nullptr : &config_);
    if (!loaded) {
        // A mistake in a file is no reason to drop those who are connected.
        const bool sessions = inheritance_ && !inheritance_->sessions.empty();
        auto before = sessions ? context_.store.last_good() : fail(Errc::not_found, "nobody would miss it");
        if (!before) return fail(std::move(loaded).error());
        context_.ports.log.error("the configuration is not usable, the one before goes on:\n" +
                                 loaded.error().what);
        loaded = std::move(before);
    }
    for (const auto& closed : loaded->locked)
        context_.ports.log.warning(config::to_string(closed) + "; without it this object is out of service");
    for (const auto& path : loaded->missing)
        context_.ports.log.info(fmt::format("{} is not there: taken as empty", path));
    if (loaded->revision != revision_) apply(std::move(loaded->config), loaded->revision);
    return {};
}

void Manager::apply(config::Config wanted, std::uint64_t revision) {
    const auto before = std::exchange(config_, std::move(wanted));
    const auto servers_before = server_->names();
    revision_ = revision;
    context_.secrets.replace(secret_table(config_));
    server_->configure(config_);
    if (inheritance_) {
        bury_lost();
        resume_servers();
    }
    apply_clients();
    apply_server_names(servers_before);
    if (inheritance_) finish_inheriting();
    as_event(context_.ports.log, message_id::kConfigurationInForce)
        .info(fmt::format("revision {} of the configuration is in force", revision_));
    for (const auto& note : new_notes(before, config_)) context_.ports.log.notice(note);
    if (observer_) observer_->config_changed(revision_);
}

void Manager::apply_clients() {
    auto wanted = client_configs(config_);
    if (!context_.pptp) std::erase_if(wanted, [](const auto& c) { return c.second.kind == "pptp-client"; });
    for (auto at = clients_.begin(); at != clients_.end();) {
        const auto object = wanted.find(at->first);
        // One of another kind is another client.
        if (object != wanted.end() && object->second.kind == at->second->config().kind) {
            ++at;
            continue;
        }
        if (observer_) observer_->client_removed(at->first);
        archive_.forget_client(at->first);
        remove_client(std::move(at->second));
        at = clients_.erase(at);
    }
    for (const auto& [name, object] : wanted) {
        const auto wishes = client_wishes(config_, object);
        if (const auto known = clients_.find(name); known != clients_.end()) {
            known->second->configure(object, wishes);
            continue;
        }
        auto client = std::make_unique<Client>(name, object, wishes,
                                               Client::Context{context_.ports, links(), next_session_id_},
                                               static_cast<Client::Listener&>(*this));
        auto& added = *clients_.emplace(name, std::move(client)).first->second;
        if (observer_) observer_->client_added(name);
        auto from = inherited(added);
        if (from) {
            auto resumed = added.resume(*from);
            if (resumed) continue;
            bury(std::move(*from), EndReason::interrupted, resumed.error().what);
        }
        added.start();
    }
}

void Manager::apply_server_names(const std::vector<std::string>& before) {
    if (!observer_) return;
    for (const auto& name : before)
        if (!server_->contains(name)) observer_->server_removed(name);
    for (const auto& name : server_->names())
        if (std::ranges::find(before, name) == before.end()) observer_->server_added(name);
}

void Manager::remove_client(std::unique_ptr<Client> client) {
    client->shut_down(EndReason::config_changed, "the client was removed from the configuration");
    if (!client->idle()) leaving_.push_back(std::move(client));
}

void Manager::stop(Duration patience, Callback<void()> done) {
    if (stopped_) return abort_all();  // asked twice: now
    stopped_ = std::move(done);
    tell_unheard();
    for (auto& [name, client] : clients_) client->shut_down(EndReason::shutdown, "the service stops");
    server_->shut_down(EndReason::shutdown, "the service stops");
    patience_ = context_.ports.time.after(patience, [this] { abort_all(); });
    check_stopped();
}

void Manager::abort_all() {
    for (auto& [name, client] : clients_) client->abort();
    for (auto& client : leaving_) client->abort();
    server_->abort();
}

void Manager::check_stopped() {
    // Whoever reports its end is still running: look again from the loop.
    if (reap_.armed()) return;
    reap_ = context_.ports.time.after(0s, [this] {
        reap_ = {};
        std::erase_if(leaving_, [](const auto& client) { return client->idle(); });
        const bool quiet = leaving_.empty() && server_->session_count() == 0 &&
                           std::ranges::all_of(clients_, [](const auto& c) { return c.second->idle(); });
        if (!quiet || !stopped_) return;
        patience_ = {};
        std::exchange(stopped_, {})();
    });
}

void Manager::client_changed(Client& client) {
    if (clients_.contains(client.name())) changed_clients_.insert(client.name());
    if (!tell_.armed() && observer_) tell_ = context_.ports.time.after(0s, [this] { tell_changes(); });
}

void Manager::server_changed(const std::string& server) {
    changed_servers_.insert(server);
    if (stopped_) check_stopped();
    if (!tell_.armed() && observer_) tell_ = context_.ports.time.after(0s, [this] { tell_changes(); });
}

void Manager::tell_changes() {
    tell_ = {};
    const auto clients = std::exchange(changed_clients_, {});
    const auto servers = std::exchange(changed_servers_, {});
    if (!observer_) return;
    for (const auto& name : clients)
        if (clients_.contains(name)) observer_->client_changed(name);
    for (const auto& name : servers)
        if (server_->contains(name)) observer_->server_changed(name);
}

void Manager::client_connected(Client& client, const Session& session) {
    ++counts_.clients.opened;
    if (observer_) observer_->session_opened(client_row(client, session));
}

void Manager::client_session_ended(Client& client, const Session& session, bool was_connected) {
    const auto row = client_row(client, session);
    remember(row, session, was_connected, clients_.contains(client.name()));
    if (was_connected && observer_)
        observer_->session_closed(row, session.end_reason(), session.end_detail());
    check_stopped();
}

void Manager::server_session_over(const Session& session, const SessionRow& row, bool was_up) {
    remember(row, session, was_up, false);
}

void Manager::server_session_opened(const SessionRow& row) {
    ++counts_.servers.opened;
    if (observer_) observer_->session_opened(row);
}

void Manager::server_session_closed(const SessionRow& row, EndReason reason, const std::string& detail) {
    if (observer_) observer_->session_closed(row, reason, detail);
    if (stopped_) check_stopped();
}

}  // namespace ppp::session
