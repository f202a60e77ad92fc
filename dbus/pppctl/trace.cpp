// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl trace, ended and statistics: what became of sessions.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/sieve.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

using Packets = std::vector<sdbus::Struct<std::uint64_t, std::string, std::string>>;
using Pools = std::map<std::string, sdbus::Struct<std::uint64_t, std::uint64_t>>;

std::string text_of(const Dictionary& row, const char* key) {
    const auto at = row.find(key);
    return at == row.end() ? std::string{} : value_text(at->second);
}

std::uint64_t number_of(const Dictionary& row, const char* key) {
    const auto at = row.find(key);
    const auto json = at == row.end() ? Json() : to_json(at->second);
    return json.is_number_unsigned() ? json.get<std::uint64_t>() : 0;
}

std::optional<std::uint64_t> as_number(const std::string& word) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}

Outcome<std::vector<Dictionary>> all_ended(Bus& bus, const Dictionary& filter) {
    return bus.ask_all("ListEnded", filter);
}

/// The newest session of a user, up or over; 0 when there is none.
Outcome<std::uint64_t> newest_of_user(Bus& bus, const std::string& name) {
    const Dictionary filter{{"Name", sdbus::Variant{name}}};
    std::uint64_t newest = 0;
    const auto up = all_sessions(bus, filter);
    if (!up) return ppp::detail::unexpected<Problem>(up.error());
    const auto over = all_ended(bus, filter);
    if (!over) return ppp::detail::unexpected<Problem>(over.error());
    for (const auto* rows : {&*up, &*over})
        for (const auto& row : *rows) newest = std::max(newest, number_of(row, "Id"));
    return newest;
}

/// Which session is meant: a number, a client's, the last one of a server that failed, or a user's newest.
Outcome<std::uint64_t> meant(Bus& bus, const std::string& word) {
    if (const auto number = as_number(word)) return *number;
    auto all = objects(bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto name = printable(word);
    for (const auto& object : *all) {
        if (object.text("Name") != word) continue;
        const auto session = object.number(object.is_client ? "Session" : "LastFailedSession");
        if (session != 0) return session;
        const auto error = object.text("LastError");
        if (object.is_client)
            return problem(Exit::not_found, "client '" + name + "' has not tried to connect yet" +
                                                (error.empty() ? "" : ": " + printable(error)));
        std::string text = "no session of server '";
        text.append(name).append(
            "' has failed to come up; those that did: pppctl active, and pppctl ended server=");
        return problem(Exit::not_found, text.append(name));
    }
    auto session = newest_of_user(bus, word);
    if (!session || *session != 0) return session;
    return problem(Exit::not_found, "there is no client, server or user '" + name +
                                        "' with a session; see: pppctl active, pppctl ended");
}

std::string heading(const Dictionary& about) {
    const auto word = [&](const char* key) { return printable(text_of(about, key)); };
    const bool client = word("Role") == "client";
    auto text = "session " + word("Id") + " of " + word("Role") + " " + word("Server");
    if (!word("Name").empty()) text += (client ? " as user " : ": user ") + word("Name");
    if (!word("CallerId").empty()) text += (client ? " with " : " from ") + word("CallerId");
    text += " on " + word("Parent") + ", begun " + moment(number_of(about, "Begun"));
    return text + "\n";
}

std::string ending(const Dictionary& about) {
    const auto word = [&](const char* key) { return printable(text_of(about, key)); };
    const auto ended = number_of(about, "Ended");
    if (ended == 0) return "goes on; phase: " + word("Phase") + "\n";
    return fmt::format("ended {} in phase {}: {}: {}\n", moment(ended), word("Phase"), word("Reason"),
                       word("Detail"));
}

constexpr std::array kRates{"Attempts", "Opened", "Up", "Starting"};
constexpr std::array kDiscovery{"Padi",        "Pado",      "Padr",   "Pads", "Padt", "MalformedDiscovery",
                                "RateLimited", "BadCookie", "Refused"};

Json statistics_json(const Dictionary& all) {
    Json json;
    for (const auto& [key, value] : all) {
        const std::string type = value.peekValueType();
        if (type == "a{st}") {
            json[kebab(key)] = Json(value.get<std::map<std::string, std::uint64_t>>());
            if (json[kebab(key)].is_null()) json[kebab(key)] = Json::object();
        } else if (type == "a{s(tt)}") {
            auto& pools = json[kebab(key)] = Json::object();
            for (const auto& [name, pool] : value.get<Pools>())
                pools[name] = {{"used", pool.get<0>()}, {"size", pool.get<1>()}};
        } else {
            json[kebab(key)] = to_json(value);
        }
    }
    return json;
}

std::string reasons(const Json& by_reason) {
    std::string text;
    for (const auto& [reason, count] : by_reason.items())
        text += (text.empty() ? "" : ", ") + printable(reason) + " " + count.dump();
    return text.empty() ? "none" : text;
}

}  // namespace

Outcome<> trace(Context& context, const std::string& word) {
    const auto session = meant(context.bus, word);
    if (!session) return ppp::detail::unexpected<Problem>(session.error());
    auto answer = context.bus.ask<std::tuple<Dictionary, Packets>>(kRoot, kManager, "Trace", *session);
    if (!answer) return ppp::detail::unexpected<Problem>(answer.error());
    const auto& [about, packets] = *answer;
    if (context.json) {
        auto json = to_json(about);
        json["packets"] = Json::array();
        for (const auto& packet : packets)
            json["packets"].push_back(
                {{"time", packet.get<0>()}, {"direction", packet.get<1>()}, {"packet", packet.get<2>()}});
        put(json.dump(2) + "\n");
        return {};
    }
    auto text = heading(about);
    for (const auto& packet : packets)
        text += fmt::format("{}  {:<8}  {}\n", time_of_day(packet.get<0>()), packet.get<1>(),
                            printable(packet.get<2>()));
    if (packets.empty()) text += "no packets\n";
    put(text + ending(about));
    return {};
}

Outcome<> ended(Context& context, const std::vector<std::string>& conditions) {
    auto sieve = Sieve::parse(conditions, Sieve::Of::ended);
    if (!sieve) return ppp::detail::unexpected<Problem>(sieve.error());
    auto all = all_ended(context.bus, sieve->filter);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto rows = sieve->rows(*all);
    if (context.json) {
        put(rows.dump(2) + "\n");
        return {};
    }
    Table table({"ID", "ENDED", "SERVER", "NAME", "CALLER-ID", "UPTIME", "PHASE", "REASON", "DETAIL"});
    for (const auto& row : rows) {
        const auto cell = [&](const char* key) { return printable(row.value(key, "")); };
        table.add({row["id"].dump(), moment(row.value("ended", std::uint64_t{0})), cell("server"),
                   cell("name"), cell("caller-id"), duration(row.value("uptime", std::uint64_t{0})),
                   cell("phase"), cell("reason"), cell("detail")});
    }
    put(table.empty() ? "none that is remembered\n" : table.text(context.screen));
    return {};
}

Outcome<> statistics(Context& context) {
    const auto all = context.bus.ask<Dictionary>(kRoot, kManager, "GetStatistics");
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto json = statistics_json(*all);
    if (context.json) {
        put(json.dump(2) + "\n");
        return {};
    }
    std::vector<std::pair<std::string, std::string>> lines;
    lines.emplace_back("uptime", duration(json.value("uptime", std::uint64_t{0})));
    for (const std::string role : {"client", "server"}) {
        for (const auto* rate : kRates) {
            const auto key = role + "-" + kebab(rate);
            if (json.contains(key)) lines.emplace_back(key, json[key].dump());
        }
        for (const auto* list : {"-closed", "-failed"})
            lines.emplace_back(role + list, reasons(json.value(role + list, Json::object())));
    }
    for (const auto* counter : kDiscovery)
        if (json.contains(kebab(counter))) lines.emplace_back(kebab(counter), json[kebab(counter)].dump());
    if (json.contains("malformed")) lines.emplace_back("malformed", json["malformed"].dump());
    const auto pools = json.value("pools", Json::object());
    for (const auto& [name, pool] : pools.items())
        lines.emplace_back("pool " + printable(name), pool["used"].dump() + " of " + pool["size"].dump());
    put(property_list(lines, context.screen));
    return {};
}

}  // namespace ppp::ctl
