// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/sieve.hpp"
#include <algorithm>
#include <array>
#include <span>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

/// The keys of a row; conditions may use any of them. Those behind the last common one are of ended sessions.
constexpr std::array kKeys{"id",         "name",       "service",     "caller-id", "address", "interface",
                           "server",     "encoding",   "session-id",  "mtu",       "uptime",  "octets-in",
                           "octets-out", "packets-in", "packets-out", "kind",      "profile", "local-address",
                           "role",       "opened",     "parent",      "reason",    "phase",   "detail",
                           "begun",      "ended"};
constexpr std::size_t kCommon = 18;

std::span<const char* const> keys(Sieve::Of of) {
    return std::span(kKeys).first(of == Sieve::Of::active ? kCommon : kKeys.size());
}

}  // namespace

std::vector<std::string> condition_keys() {
    const auto all = keys(Sieve::Of::active);
    return {all.begin(), all.end()};
}

std::string value_text(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Outcome<Sieve> Sieve::parse(const std::vector<std::string>& words, Of of) {
    Sieve result;
    result.of = of;
    for (std::size_t i = !words.empty() && words[0] == "where" ? 1 : 0; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const auto key = words[i].substr(0, equals);
        if (equals == std::string::npos || std::ranges::find(keys(of), key) == keys(of).end()) {
            std::string names;
            for (const auto* k : keys(of)) names += (names.empty() ? "" : ", ") + std::string(k);
            return problem(Exit::usage,
                           "'" + printable(words[i]) + "' is not key=value with one of the keys " + names);
        }
        auto value = words[i].substr(equals + 1);
        // To the daemon an empty value means "any".
        if (value.empty())
            result.ours.emplace_back(key, value);
        else if (key == "service")
            result.filter["Service"] = sdbus::Variant{value};
        else if (key == "name")
            result.filter["Name"] = sdbus::Variant{value};
        else if (key == "server")
            result.filter["Server"] = sdbus::Variant{value};
        else
            result.ours.emplace_back(key, std::move(value));
    }
    return result;
}

Json Sieve::rows(const std::vector<Dictionary>& all) const {
    auto out = Json::array();
    for (const auto& session : all) {
        const auto found = to_json(session);
        auto row = Json::object();
        for (const auto* key : keys(of))
            if (auto it = found.find(key); it != found.end()) row[key] = *it;
        const bool meets = std::ranges::all_of(ours, [&](const auto& condition) {
            const auto it = row.find(condition.first);
            return it != row.end() && value_text(*it) == condition.second;
        });
        if (meets) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace ppp::ctl
