// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl status and list.
#include <fmt/format.h>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

Colour colour_of(const Object& o) {
    if (!o.is_client) {
        if (o.flag("Listening")) return Colour::good;
        return o.flag("Enabled") ? Colour::bad : Colour::none;
    }
    const auto state = o.text("State");
    if (state == "connected") return Colour::good;
    if (state == "disabled" || state == "stopped") return Colour::none;
    return o.text("LastError").empty() ? Colour::busy : Colour::bad;
}

/// Why it is not connected, and what comes next.
std::string note(const Object& client) {
    const auto state = client.text("State");
    if (state == "connected") return {};
    std::string text = state;
    if (auto next = next_attempt_in(client); !next.empty()) text += ", next attempt in " + next;
    if (auto error = client.text("LastError"); !error.empty()) text += ": " + printable(error);
    return text;
}

std::string client_table(const std::vector<Object>& all, const Screen& screen) {
    Table table({"CLIENT", "INTERFACE", "STATUS", "UPTIME", "ADDRESS", "NOTE"});
    for (const auto& o : all) {
        if (!o.is_client) continue;
        const bool connected = o.text("State") == "connected";
        table.add({printable(o.text("Name")), printable(o.text("Interface")), o.text("Status"),
                   connected ? duration(seconds_in_state(o)) : "", o.text("LocalAddress"), note(o)},
                  colour_of(o));
    }
    return table.empty() ? std::string{} : table.text(screen);
}

std::string server_table(const std::vector<Object>& all, const Screen& screen) {
    Table table({"SERVER", "INTERFACE", "SERVICE-NAME", "SESSIONS", "STATE"});
    for (const auto& o : all) {
        if (o.is_client) continue;
        const auto limit = o.number("MaxSessions");
        auto sessions = std::to_string(o.number("SessionCount"));
        if (limit > 0) sessions += fmt::format("/{}", limit);
        std::string state = "disabled";
        if (o.flag("Listening"))
            state = "listening";
        else if (o.flag("Enabled"))
            state = "not listening: " + printable(o.text("Problem"));
        table.add({printable(o.text("Name")), printable(o.text("Interface")),
                   printable(o.text("ServiceName")), sessions, state},
                  colour_of(o));
    }
    return table.empty() ? std::string{} : table.text(screen);
}

Outcome<> status_of_all(Context& context) {
    auto all = objects(context.bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    auto manager = context.bus.ask<Dictionary>(kRoot, kProperties, "GetAll", std::string(kManager));
    if (!manager) return ppp::detail::unexpected<Problem>(manager.error());
    if (context.json) {
        auto json = to_json(*manager);
        json["clients"] = json["servers"] = Json::array();
        for (const auto& o : *all) json[o.is_client ? "clients" : "servers"].push_back(to_json(o));
        put(json.dump(2) + "\n");
        return {};
    }
    const auto clients = client_table(*all, context.screen);
    const auto servers = server_table(*all, context.screen);
    put(clients + (clients.empty() || servers.empty() ? "" : "\n") + servers);
    if (all->empty()) put("no clients and no servers are configured\n");
    return {};
}

}  // namespace

Outcome<> status(Context& context, const std::string& name) {
    if (name.empty()) return status_of_all(context);
    auto one = object(context.bus, name);
    if (!one) return ppp::detail::unexpected<Problem>(one.error());
    put(context.json ? to_json(*one).dump(2) + "\n" : property_list(describe(*one), context.screen));
    return {};
}

Outcome<> list(Context& context, const std::string& kind) {
    if (kind != "clients" && kind != "servers") return list_objects(context, kind);
    auto all = objects(context.bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const bool clients = kind == "clients";
    if (!context.json) {
        put(clients ? client_table(*all, context.screen) : server_table(*all, context.screen));
        return {};
    }
    auto json = Json::array();
    for (const auto& o : *all)
        if (o.is_client == clients) json.push_back(to_json(o));
    put(json.dump(2) + "\n");
    return {};
}

}  // namespace ppp::ctl
