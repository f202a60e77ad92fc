// SPDX-License-Identifier: GPL-2.0-or-later
// What a proven peer gets of an AccessServer: addresses, names, limits.
#include <fmt/format.h>
#include <algorithm>
#include <set>
#include "aaa/address_range.hpp"
#include "config/resolve.hpp"
#include "session/access_server.hpp"
#include "session/describe.hpp"

namespace ppp::session {
namespace {
using Kind = config::AddressSource::Kind;

}  // namespace

void AccessServer::configure_pools(const config::Config& config) {
    std::vector<aaa::AddressPools::Config> wanted;
    for (const auto& [name, pool] : config.pool)
        if (auto ranges = aaa::parse_ranges(pool.ranges))
            wanted.push_back({.name = name, .ranges = std::move(*ranges), .next = pool.next_pool});
    const auto named = static_cast<std::ptrdiff_t>(wanted.size());
    // An address or a range written where a pool's name could stand is a pool without a name: two sessions
    // must not get one address. An address inside a named pool is reserved there.
    std::set<std::string> anonymous;
    const auto add = [&](const std::string& text) {
        const auto source = config::parse_address_source(text);
        if (source.kind != Kind::address && source.kind != Kind::range) return;
        const auto holds = [&](const auto& pool) {
            return std::ranges::any_of(pool.ranges,
                                       [&](const auto& r) { return r.contains(source.range.first); });
        };
        if (source.kind == Kind::address && std::any_of(wanted.begin(), wanted.begin() + named, holds))
            return;
        auto name = aaa::format_ranges({source.range});
        if (anonymous.insert(name).second)
            wanted.push_back({.name = std::move(name), .ranges = {source.range}, .next = ""});
    };
    for (const auto& [name, profile] : config.profile) add(profile.remote_address);
    for (const auto& [name, secret] : config.secret) add(secret.remote_address);
    pools_.configure(std::move(wanted));
    entries_by_user_.clear();
    for (const auto& [name, entry] : config.pppoe_server_entry)
        if (!entry.disabled) entries_by_user_.emplace(entry.user, Entry{link::LinkKind::pppoe, name});
    for (const auto& [name, entry] : config.pptp_server_entry)
        if (!entry.disabled) entries_by_user_.emplace(entry.user, Entry{link::LinkKind::pptp, name});
}

Result<NetworkSettings> AccessServer::session_authenticated(Session& session) {
    auto& record = sessions_.at(&session);
    const auto& grant = session.grant();
    NetworkSettings out;
    out.profile = grant.profile.empty() ? record.server->config.default_profile : grant.profile;
    const auto effective = config::resolve(*config_, out.profile,
                                           {.local_address = grant.local_address.text,
                                            .remote_address = grant.remote_address.text,
                                            .rate_limit = grant.rate_limit,
                                            .idle_timeout = grant.idle_timeout,
                                            .session_timeout = grant.session_timeout});
    if (const auto same = users_.find(session.user()); effective.only_one && same != users_.end())
        return fail(Errc::refused,
                    fmt::format("user '{}' is connected already and profile '{}' says only-one",
                                session.user(), out.profile));
    PPP_TRY(out.local_address, local_address(effective.local_address, record, out.profile));
    PPP_TRY(out.remote_address, remote_address(effective.remote_address, record, out.profile));
    out.interface = unit_name(record);
    out.hooks = config::resolve_hooks(*config_, out.profile);
    out.dns = effective.dns;
    out.nbns = effective.wins;
    out.ipv6 = effective.use_ipv6;
    out.encryption = effective.encryption;
    out.compression = effective.use_compression;
    out.session_timeout = effective.session_timeout;
    out.idle_timeout = effective.idle_timeout;
    ++users_[session.user()];
    record.granted = true;
    return out;
}

Result<std::uint32_t> AccessServer::local_address(const config::AddressSource& source, Record& record,
                                                  const std::string& profile) {
    if (source.kind == Kind::unset)
        return fail(
            Errc::config,
            fmt::format("profile '{}' has no local-address: the server needs one of its own", profile));
    if (source.kind == Kind::address) return source.range.first;
    return take(source, record, record.local_lease);
}

Result<std::uint32_t> AccessServer::remote_address(const config::AddressSource& source, Record& record,
                                                   const std::string& profile) {
    const auto& user = record.session->user();
    if (source.kind == Kind::unset)
        return fail(Errc::config,
                    fmt::format("there is no address for user '{}': set remote-address in the secret "
                                "or in profile '{}'",
                                user, profile));
    if (source.kind != Kind::address) return take(source, record, record.lease);
    PPP_TRY(record.lease, pools_.take_fixed(user, source.range.first));
    return source.range.first;
}

Result<std::uint32_t> AccessServer::take(const config::AddressSource& source, const Record& record,
                                         aaa::AddressPool::Lease& lease) {
    const auto& user = record.session->user();
    PPP_TRY(lease,
            pools_.take(source.kind == Kind::pool ? source.pool : aaa::format_ranges({source.range}), user));
    return lease.address();
}

std::string AccessServer::unit_name(Record& record) {
    const auto [first, last] = entries_by_user_.equal_range(record.session->user());
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second.link != record.server->config.link) continue;
        // One in use leaves a second session of the user on a dynamic interface.
        const auto [used, fresh] = entries_in_use_.emplace(entry->second.name, record.session.get());
        if (!fresh) continue;
        record.entry = &used->first;
        return entry->second.name;
    }
    return {};
}

}  // namespace ppp::session
