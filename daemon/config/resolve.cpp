// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/resolve.hpp"
#include <algorithm>
#include "base/command_line.hpp"
#include "base/quoted.hpp"

namespace ppp::config {
namespace {

const Profile* find_profile(const Config& config, std::string_view name) {
    const auto it = config.profile.find(std::string(name));
    return it == config.profile.end() ? nullptr : &it->second;
}

std::array<std::uint32_t, 2> addresses(const std::vector<std::string>& list) {
    std::array<std::uint32_t, 2> out{};
    for (std::size_t i = 0; i < std::min(list.size(), out.size()); ++i)
        out.at(i) = aaa::parse_ipv4(list[i]).value_or(0);
    return out;
}

}  // namespace

Effective resolve(const Config& config, std::string_view profile, const UserValues& user) {
    static const Profile kNothing;
    const Profile* last = find_profile(config, "default");
    const Profile& fallback = last ? *last : kNothing;
    const Profile* named = find_profile(config, profile);
    const Profile& own = named ? *named : fallback;

    const auto text = [&](std::string_view first, std::string Profile::*member) -> std::string_view {
        if (!first.empty()) return first;
        return (own.*member).empty() ? fallback.*member : own.*member;
    };
    const auto value = [&](auto member, auto otherwise) {
        return (own.*member).value_or((fallback.*member).value_or(otherwise));
    };
    const auto list = [&](auto member) {
        return addresses((own.*member).empty() ? fallback.*member : own.*member);
    };

    const Effective none;
    Effective out;
    out.local_address = parse_address_source(text(user.local_address, &Profile::local_address));
    out.remote_address = parse_address_source(text(user.remote_address, &Profile::remote_address));
    out.dns = list(&Profile::dns_server);
    out.wins = list(&Profile::wins_server);
    out.idle_timeout = user.idle_timeout.value_or(value(&Profile::idle_timeout, none.idle_timeout));
    out.session_timeout =
        user.session_timeout.value_or(value(&Profile::session_timeout, none.session_timeout));
    out.encryption = value(&Profile::use_encryption, none.encryption);
    out.only_one = value(&Profile::only_one, none.only_one);
    out.change_tcp_mss = value(&Profile::change_tcp_mss, none.change_tcp_mss);
    out.use_compression = value(&Profile::use_compression, none.use_compression);
    out.use_ipv6 = value(&Profile::use_ipv6, none.use_ipv6);
    out.rate_limit = parse_rate_limit(text(user.rate_limit, &Profile::rate_limit)).value_or(none.rate_limit);
    return out;
}

Effective resolve(const Config& config, const PppoeClient& client) {
    return resolve(config, client.profile, UserValues{});
}

Effective resolve(const Config& config, const PppSecret& secret) {
    return resolve(config, secret.profile,
                   UserValues{.local_address = secret.local_address,
                              .remote_address = secret.remote_address,
                              .rate_limit = secret.rate_limit,
                              .idle_timeout = {},
                              .session_timeout = {}});
}

std::shared_ptr<const Hooks> resolve_hooks(const Config& config, std::string_view profile) {
    const auto* fallback = find_profile(config, "default");
    const auto* own = find_profile(config, profile);
    const auto command = [&](std::string Profile::*member) {
        const auto* from = own && !(own->*member).empty() ? own : fallback;
        return from && is_command_line(from->*member) ? from->*member : std::string();
    };
    Hooks hooks{.on_up = command(&Profile::on_up), .on_down = command(&Profile::on_down)};
    if (hooks.on_up.empty() && hooks.on_down.empty()) return nullptr;
    return std::make_shared<const Hooks>(std::move(hooks));
}

std::vector<std::string> hooks_not_run(const Config& config) {
    std::vector<std::string> out;
    const auto look = [&out](const std::string& name, const char* property, const std::string& text) {
        if (!text.empty() && !is_command_line(text))
            out.push_back("profile " + ppp::quoted(name) + ": " + property +
                          " is not run: RouterOS script; the path of a program would be");
    };
    for (const auto& [name, profile] : config.profile) {
        look(name, "on-up", profile.on_up);
        look(name, "on-down", profile.on_down);
    }
    return out;
}

}  // namespace ppp::config
