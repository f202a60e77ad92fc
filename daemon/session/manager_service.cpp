// SPDX-License-Identifier: GPL-2.0-or-later
// What the manager answers to whoever steers it.
#include <fmt/format.h>
#include <algorithm>
#include <unordered_map>
#include "session/describe.hpp"
#include "session/manager.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// Whoever asks over D-Bus gives up after 25 s as a rule, and learns nothing then.
constexpr Duration kCountersPatience = 10s;
}  // namespace

std::uint32_t Manager::session_count() const {
    const auto connected = std::ranges::count_if(clients_, [](const auto& c) {
        return c.second->session() && c.second->session()->phase() == Phase::running;
    });
    return server_->up_count() + static_cast<std::uint32_t>(connected);
}

std::vector<std::string> Manager::clients() const {
    std::vector<std::string> out;
    out.reserve(clients_.size());
    for (const auto& [name, client] : clients_) out.push_back(name);
    return out;
}

Result<Client*> Manager::find_client(const std::string& name) const {
    const auto at = clients_.find(name);
    if (at == clients_.end()) return fail(Errc::not_found, fmt::format("there is no client '{}'", name));
    return at->second.get();
}

Result<ClientStatus> Manager::client(const std::string& name) const {
    PPP_TRY(const auto* client, find_client(name));
    return client->status();
}

Result<ClientGauges> Manager::client_gauges(const std::string& name) const {
    PPP_TRY(const auto* client, find_client(name));
    return client->gauges();
}

Result<> Manager::connect_client(const std::string& name) {
    PPP_TRY(auto* client, find_client(name));
    return client->connect();
}

Result<> Manager::disconnect_client(const std::string& name) {
    PPP_TRY(auto* client, find_client(name));
    client->disconnect();
    return {};
}

std::vector<std::string> Manager::servers() const { return server_->names(); }

Result<ServerStatus> Manager::server(const std::string& name) const { return server_->status(name); }

SessionRow Manager::client_row(const Client& client, const Session& session) {
    SessionRow out;
    fill_row(session, out);
    out.id = client.session_id();
    out.name = client.config().user;
    out.interface = client.name();
    out.server = client.name();
    out.traffic = to_traffic(session.counters());
    return out;
}

std::vector<Manager::Row> Manager::rows(const SessionFilter& filter) const {
    std::vector<Row> out;
    for (const auto* session : server_->running())
        if (auto row = server_->row(*session); filter.matches(row))
            out.push_back({std::move(row), session->unit()->index()});
    for (const auto& [name, client] : clients_)
        if (const auto* session = client->session(); session && session->phase() == Phase::running)
            if (auto row = client_row(*client, *session); filter.matches(row))
                out.push_back({std::move(row), session->unit()->index()});
    std::ranges::sort(out, {}, [](const Row& r) { return r.row.id; });
    return out;
}

void Manager::list_sessions(const SessionFilter& filter, std::uint32_t offset, std::uint32_t limit,
                            SessionsDone answer) {
    auto found = rows(filter);
    found.erase(found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(offset, found.size())));
    if (limit != 0 && found.size() > limit) found.resize(limit);
    const auto key = ++next_listing_;
    // One sweep over the kernel's counters serves any number of rows.
    auto& listing = listings_[key];
    listing.done = std::move(answer);
    listing.limit = context_.ports.time.after(kCountersPatience, [this, key] {
        const auto node = listings_.extract(key);
        node.mapped().done(
            fail(Errc::timeout, "the kernel has not told the traffic of the sessions within 10 s"));
    });
    listing.counters =
        context_.ports.kernel.all_counters([this, key, found = std::move(found)](auto counters) mutable {
            const auto node = listings_.extract(key);
            const auto& done = node.mapped().done;
            if (!counters) return done(fail(std::move(counters).error()));
            std::unordered_map<unsigned, kernel::Counters> by_index;
            for (const auto& link : *counters) by_index.emplace(link.index, link.counters);
            std::vector<SessionRow> out;
            out.reserve(found.size());
            for (auto& [row, index] : found) {
                if (const auto at = by_index.find(index); at != by_index.end())
                    row.traffic = to_traffic(at->second);
                out.push_back(std::move(row));
            }
            done(std::move(out));
        });
}

Result<> Manager::disconnect_session(std::uint64_t id) {
    if (server_->disconnect(id, EndReason::user_request, "closed by hand")) return {};
    for (const auto& [name, client] : clients_)
        if (client->session() && client->session_id() == id) {
            client->redial();
            return {};
        }
    return fail(Errc::not_found, fmt::format("there is no session {}", id));
}

Pending Manager::scan(const std::string& interface, std::chrono::seconds length, ScanDone done) {
    auto [pending, ticket] = Pending::make();
    const auto key = ++next_listing_;
    auto finish = [this, key, ticket = std::move(ticket), done = std::move(done)](auto found) mutable {
        const auto keep = scans_.extract(key);
        if (!ticket.settle()) return;
        if (!found) return done(fail(std::move(found).error()));
        std::vector<ScanRow> out;
        for (const auto& row : *found) out.push_back({row.service, link::to_string(row.mac), row.ac_name});
        done(std::move(out));
    };
    scans_[key] = std::make_unique<link::PppoeScanner>(interface, length, context_.pppoe, std::move(finish));
    return std::move(pending);
}

}  // namespace ppp::session
