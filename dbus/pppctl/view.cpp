// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/view.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include "dbus/pppctl/listing.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/program.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr const char* kFewPings = "4";

std::string argument(const ros::Action& action, const char* name) {
    const auto at = action.arguments.find(name);
    return at == action.arguments.end() ? std::string() : at->second;
}

ros::Shown print(const Showing& showing, const ros::Action& action, const Listing& listing) {
    return print_listing(listing, argument(action, "form"), words_of(argument(action, "proplist")),
                         showing.context.screen, showing.context.json);
}

Result<std::vector<Dictionary>> sessions(Context& context) {
    auto rows = all_sessions(context.bus, {});
    if (!rows) return fail(to_error(context, rows.error()));
    return *std::move(rows);
}

ros::Properties texts(const Dictionary& row) {
    ros::Properties out;
    for (const auto& [property, value] : row) out[kebab(property)] = value_text(value);
    return out;
}

/// What `where` and the names of the command leave over.
Result<> sift(Listing& listing, const ros::Action& action) {
    PPP_TRY(const auto matcher, ros::Matcher::create(action.where));
    std::erase_if(listing.entries, [&](const Entry& entry) {
        const auto& names = action.names;
        return !matcher.matches(entry.object) ||
               (!names.empty() && std::ranges::find(names, entry.object.name) == names.end());
    });
    return {};
}

Entry interface_of(const Dictionary& session) {
    auto properties = texts(session);
    Entry entry;
    entry.running = true;
    entry.object.name = properties["interface"];
    entry.object.properties = {{"type", properties["service"]},
                               {"mtu", properties["mtu"]},
                               {"rx-byte", properties["octets-in"]},
                               {"tx-byte", properties["octets-out"]},
                               {"rx-packet", properties["packets-in"]},
                               {"tx-packet", properties["packets-out"]},
                               {"user", properties["name"]}};
    return entry;
}

}  // namespace

std::vector<std::string> words_of(const std::string& list) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < list.size();) {
        const auto comma = std::min(list.find(',', begin), list.size());
        out.push_back(list.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return out;
}

std::uint32_t seconds_of(std::string_view text) {
    std::uint32_t total = 0;
    const bool clock = text.find(':') != std::string_view::npos;
    while (!text.empty()) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || number > 1'000'000) return 0;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const char unit = text.empty() ? 's' : text.front();
        if (!text.empty()) text.remove_prefix(1);
        if (clock)
            total = total * 60 + number;
        else if (unit == 's' || unit == 'm' || unit == 'h' || unit == 'd')
            total += number * (unit == 's' ? 1U : unit == 'm' ? 60U : unit == 'h' ? 3600U : 86400U);
        else
            return 0;
    }
    return total;
}

std::string fraction_of(std::string_view text) {
    const auto last = text.find_last_not_of("0123456789.");
    if (last == std::string_view::npos) return std::string(text);
    if (!text.ends_with("ms")) {
        const auto seconds = seconds_of(text);
        return seconds == 0 ? std::string() : std::to_string(seconds);
    }
    text.remove_suffix(2);
    const auto unit = text.find_last_not_of("0123456789");
    const auto digits = unit == std::string_view::npos ? 0 : unit + 1;
    std::uint32_t thousandths = 0;
    const auto [end, error] = std::from_chars(text.data() + digits, text.data() + text.size(), thousandths);
    const auto before = seconds_of(text.substr(0, digits));
    if (error != std::errc() || (digits > 0 && before == 0)) return {};
    return fmt::format("{:.3f}", before + thousandths / 1000.0);
}

Result<ros::Shown> show_sessions(const Showing& showing, const ros::Action& action) {
    PPP_TRY(const auto rows, sessions(showing.context));
    Listing listing;
    listing.properties = {"id",         "name",      "service",   "caller-id", "address",
                          "uptime",     "encoding",  "interface", "server",    "mtu",
                          "session-id", "octets-in", "octets-out"};
    const auto form = argument(action, "form");
    if (form.empty() && !showing.context.json) listing.properties.resize(9);
    for (const auto& row : rows) {
        Entry entry{{}, false, false, false};
        entry.object.properties = texts(row);
        entry.object.name = entry.object.properties["name"];
        listing.entries.push_back(std::move(entry));
    }
    PPP_CHECK(sift(listing, action));
    if (listing.entries.empty() && form.empty() && !showing.context.json)
        return ros::Shown{"no sessions", {}};
    if (!showing.context.json)  // seconds are what conditions compare
        for (auto& entry : listing.entries) {
            auto& uptime = entry.object.properties["uptime"];
            uptime = duration(seconds_of(uptime));
        }
    return print(showing, action, listing);
}

namespace {

Result<std::vector<Entry>> interfaces(Context& context) {
    PPP_TRY(const auto rows, sessions(context));
    auto all = objects(context.bus);
    if (!all) return fail(to_error(context, all.error()));
    std::vector<Entry> out;
    out.reserve(rows.size());
    for (const auto& row : rows) out.push_back(interface_of(row));
    for (const auto& client : *all) {
        if (!client.is_client || !client.text("NetworkInterface").empty()) continue;
        Entry entry;
        entry.object.name = client.text("Name");
        entry.object.properties = {{"type", "pppoe"}};
        entry.disabled = client.text("State") == "disabled";
        out.push_back(std::move(entry));
    }
    return out;
}

}  // namespace

Result<ros::Shown> show_interfaces(const Showing& showing, const ros::Action& action) {
    Listing listing;
    PPP_TRY(listing.entries, interfaces(showing.context));
    listing.properties = {"type", "mtu", "user"};
    if (argument(action, "form").starts_with("stats") || showing.context.json)
        listing.properties = {"type", "mtu", "rx-byte", "tx-byte", "rx-packet", "tx-packet"};
    PPP_CHECK(sift(listing, action));
    return print(showing, action, listing);
}

Result<ros::Shown> get_interface(const Showing& showing, const ros::Action& action) {
    const auto name = action.names.empty() ? std::string() : action.names.front();
    const auto property = argument(action, "property");
    PPP_TRY(const auto all, interfaces(showing.context));
    const auto entry =
        std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.object.name == name; });
    if (entry == all.end())
        return fail(Errc::not_found, "PPP Manager has no interface '" + printable(name) + "'");
    auto values = entry->object.properties;
    values["name"] = name;
    values["running"] = entry->running ? "yes" : "no";
    values["disabled"] = entry->disabled ? "yes" : "no";
    constexpr std::array counters{"mtu", "rx-byte", "tx-byte", "rx-packet", "tx-packet", "user"};
    const auto value = values.find(property);
    // Those of an interface that is down are not known.
    if (value == values.end() && std::find(counters.begin(), counters.end(), property) == counters.end())
        return fail(Errc::config, "an interface has no property '" + printable(property) +
                                      "'; it has name, type, running, disabled, mtu, user, rx-byte, tx-byte, "
                                      "rx-packet, tx-packet");
    const auto text = value == values.end() ? std::string() : value->second;
    return showing.context.json ? ros::Shown{{}, Json(text).dump()} : ros::Shown{printable(text), {}};
}

Result<ros::Shown> show_routes(const Showing& showing, const ros::Action& action) {
    const auto ended = run_program({"ip", "-json", "-4", "route", "show"}, true);
    if (!ended) return fail(to_error(showing.context, ended.error()));
    const auto routes = Json::parse(ended->output, nullptr, false);
    if (ended->status != 0 || !routes.is_array()) return fail(Errc::refused, "ip: cannot list the routes");
    Listing listing;
    listing.properties = {"dst-address", "gateway", "pref-src", "distance"};
    for (const auto& route : routes) {
        const auto text = [&](const char* key) {
            const auto at = route.find(key);
            return at == route.end() ? std::string() : at->is_string() ? at->get<std::string>() : at->dump();
        };
        Entry entry;
        auto& values = entry.object.properties;
        values["dst-address"] = text("dst") == "default" ? "0.0.0.0/0" : text("dst");
        values["gateway"] = text("gateway").empty() ? text("dev") : text("gateway");
        values["pref-src"] = text("prefsrc");
        values["distance"] = text("metric").empty() ? "0" : text("metric");
        entry.object.name = values["dst-address"];
        listing.entries.push_back(std::move(entry));
    }
    PPP_CHECK(sift(listing, action));
    auto listed = action;
    if (argument(action, "proplist").empty() && !showing.context.json)
        listed.arguments["proplist"] = "dst-address,gateway,pref-src,distance";
    return print(showing, listed, listing);
}

Result<ros::Shown> ping(const Showing& showing, const ros::Action& action) {
    std::vector<std::string> words{"ping", "-n"};
    const auto option = [&](const char* key, const char* letter, const char* otherwise = "") {
        auto value = argument(action, key);
        if (value == "0" && std::string_view(key) == "count") value.clear();  // RouterOS: no end
        if (value.empty() && *otherwise == '\0') return;
        words.insert(words.end(), {letter, value.empty() ? otherwise : value});
    };
    const bool direct = showing.live && !showing.context.json;
    option("interface", "-I");
    option("src-address", "-I");
    option("count", "-c", direct ? "" : kFewPings);
    option("size", "-s");
    if (const auto asked = argument(action, "interval"); !asked.empty()) {
        const auto interval = fraction_of(asked);
        if (interval.empty())
            return fail(Errc::config, "interval: expected a time like 1s, 200ms or 00:00:01");
        words.insert(words.end(), {"-i", interval});
    }
    words.insert(words.end(), {"--", argument(action, "address")});
    auto ended = run_program(words, !direct);
    if (!ended) return fail(to_error(showing.context, ended.error()));
    if (ended->status == 2 || (!direct && ended->status != 0 && ended->output.empty())) {
        while (!ended->errors.empty() && ended->errors.back() == '\n') ended->errors.pop_back();
        return fail(Errc::refused, ended->errors.empty()
                                       ? "ping cannot do this: its own words stand above"
                                       : "ping cannot do this: " + printable(ended->errors));
    }
    if (ended->status != 0)
        return fail(Errc::refused, printable(argument(action, "address")) + " does not answer");
    if (showing.context.json) return ros::Shown{{}, Json(ended->output).dump()};
    while (!ended->output.empty() && ended->output.back() == '\n') ended->output.pop_back();
    return ros::Shown{ended->output, {}};
}

}  // namespace ppp::ctl
