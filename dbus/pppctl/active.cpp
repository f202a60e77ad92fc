// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl active and kick: the sessions that are up.
#include <algorithm>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

struct Conditions {
    Dictionary filter;                                      // what the daemon sifts
    std::vector<std::pair<std::string, std::string>> ours;  // kebab key, value
};

/// The keys of a row; conditions may use any of them.
constexpr std::array kKeys{"id",        "name",      "service",      "caller-id",  "address",
                           "interface", "server",    "encoding",     "session-id", "mtu",
                           "uptime",    "octets-in", "octets-out",   "packets-in", "packets-out",
                           "kind",      "profile",   "local-address"};

Outcome<Conditions> parse(const std::vector<std::string>& words) {
    Conditions result;
    for (std::size_t i = !words.empty() && words[0] == "where" ? 1 : 0; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const auto key = words[i].substr(0, equals);
        if (equals == std::string::npos || std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
            std::string keys;
            for (const auto* k : kKeys) keys += (keys.empty() ? "" : ", ") + std::string(k);
            return problem(Exit::usage,
                           "'" + printable(words[i]) + "' is not key=value with one of the keys " + keys);
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

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

bool meets(const Json& row, const Conditions& conditions) {
    return std::all_of(conditions.ours.begin(), conditions.ours.end(), [&](const auto& condition) {
        auto it = row.find(condition.first);
        return it != row.end() && plain(*it) == condition.second;
    });
}

Outcome<Json> sessions(Bus& bus, const Conditions& conditions) {
    const auto all = all_sessions(bus, conditions.filter);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    auto rows = Json::array();
    for (const auto& session : *all) {
        const auto found = to_json(session);
        // In the order of kKeys, which is that of RouterOS.
        auto row = Json::object();
        for (const auto* key : kKeys)
            if (auto it = found.find(key); it != found.end()) row[key] = *it;
        if (meets(row, conditions)) rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

Outcome<> active(Context& context, const std::vector<std::string>& conditions) {
    auto parsed = parse(conditions);
    if (!parsed) return ppp::detail::unexpected<Problem>(parsed.error());
    auto rows = sessions(context.bus, *parsed);
    if (!rows) return ppp::detail::unexpected<Problem>(rows.error());
    std::string text;
    if (context.json) {
        text = rows->dump(2) + "\n";
    } else {
        Table table(
            {"ID", "NAME", "SERVICE", "CALLER-ID", "ADDRESS", "UPTIME", "ENCODING", "INTERFACE", "SERVER"});
        for (const auto& row : *rows) {
            const auto cell = [&](const char* key) {
                return row.contains(key) ? printable(plain(row[key])) : "";
            };
            table.add({cell("id"), cell("name"), cell("service"), cell("caller-id"), cell("address"),
                       duration(row.value("uptime", std::uint64_t{0})), cell("encoding"), cell("interface"),
                       cell("server")});
        }
        text = table.empty() ? "no sessions\n" : table.text(context.screen);
    }
    put(text);
    return {};
}

Outcome<> kick(Context& context, std::uint64_t session) {
    return context.bus.tell(kRoot, kManager, "Disconnect", session);
}

Outcome<> reload(Context& context) { return context.bus.tell(kRoot, kManager, "Reload"); }

}  // namespace ppp::ctl
