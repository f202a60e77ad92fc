// SPDX-License-Identifier: GPL-2.0-or-later
// How the manager's configuration is changed from outside, and what that costs.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include "base/quoted.hpp"
#include "config/diff.hpp"
#include "config/edit.hpp"
#include "config/resolve.hpp"
#include "config/validate.hpp"
#include "session/manager.hpp"

namespace ppp::session {
namespace {

// An answer names so many sessions and counts the rest.
constexpr std::size_t kMaxNamed = 100;

std::vector<std::string> describe_changes(const config::Config& before, const config::Config& after) {
    std::vector<std::string> out;
    for (const auto& kind : config::diff(before, after)) {
        for (const auto& name : kind.added)
            out.push_back(fmt::format("{} {} added", kind.kind, ppp::quoted(name)));
        for (const auto& name : kind.removed)
            out.push_back(fmt::format("{} {} removed", kind.kind, ppp::quoted(name)));
        for (const auto& [name, properties] : kind.changed)
            out.push_back(
                fmt::format("{} {}: {} changed", kind.kind, ppp::quoted(name), fmt::join(properties, ", ")));
    }
    return out;
}

}  // namespace

std::vector<std::string> Manager::new_notes(const config::Config& before, const config::Config& after) {
    auto notes = config::hooks_not_run(after);
    const auto known = config::hooks_not_run(before);
    std::erase_if(notes, [&](const auto& note) { return std::ranges::find(known, note) != known.end(); });
    return notes;
}

Result<ChangeReport> Manager::change(std::span<const config::Edit> edits, const ChangeOptions& options) {
    std::vector<config::Problem> problems;
    PPP_TRY(auto wanted, config::apply(config_, edits, problems, context_.store.vault()));
    return commit(std::move(wanted), options);
}

Result<ChangeReport> Manager::replace(std::string_view json, const ChangeOptions& options) {
    config::Config wanted;
    if (const auto problems = config::validate(json, config_, wanted); !problems.empty())
        return fail(Errc::config, config::to_string(problems));
    return commit(std::move(wanted), options);
}

Result<ChangeReport> Manager::commit(config::Config wanted, const ChangeOptions& options) {
    if (stopped_) return fail(Errc::refused, "the service is stopping");
    if (options.based_on) PPP_CHECK(context_.store.expect(*options.based_on));
    auto report = impact(wanted);
    report.changes = describe_changes(config_, wanted);
    report.notes = new_notes(config_, wanted);
    report.revision = revision_;
    if (options.dry_run || report.changes.empty()) return report;
    PPP_TRY(report.revision, context_.store.save(wanted, revision_));
    apply(std::move(wanted), report.revision);
    return report;
}

ChangeReport Manager::impact(const config::Config& wanted) const {
    ChangeReport out;
    out.sessions = session_count();
    const auto drop = [&out](std::string sentence) {
        ++out.sessions_dropped;
        if (out.dropped.size() < kMaxNamed) out.dropped.push_back(std::move(sentence));
    };
    const auto clients = client_configs(wanted);
    for (const auto& [name, client] : clients_) {
        if (!client->session() || client->session()->phase() != Phase::running) continue;
        const auto object = clients.find(name);
        if (object == clients.end() || object->second.kind != client->config().kind)
            drop(fmt::format("session {} of client {}, which is removed", client->session_id(),
                             ppp::quoted(name)));
        else if (!client->keeps(object->second, client_wishes(wanted, object->second)))
            drop(fmt::format("session {} of client {}", client->session_id(), ppp::quoted(name)));
    }
    for (const auto* session : server_->ended_by(wanted)) {
        const auto row = server_->row(*session);
        drop(fmt::format("session {} of user {} from {} at server {}", row.id, ppp::quoted(row.name),
                         row.caller_id, ppp::quoted(row.server)));
    }
    return out;
}

}  // namespace ppp::session
