// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/objects.hpp"
#include <algorithm>
#include <array>
#include <iterator>
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

using Managed = std::map<sdbus::ObjectPath, std::map<std::string, Dictionary>>;

// The order of RouterOS' monitor, then what is ours.
constexpr std::array kClientOrder{
    "Name",        "Kind",         "Interface",     "NetworkInterface", "Status",
    "State",       "DialStatus",   "Since",         "ActiveLinks",      "Encoding",
    "ServiceName", "AcName",       "AcMac",         "SessionId",        "Mtu",
    "Mru",         "LocalAddress", "RemoteAddress", "LocalIpv6Address", "RemoteIpv6Address",
    "Dns",         "EchoRtt",      "IdleTime",      "OctetsIn",         "OctetsOut",
    "PacketsIn",   "PacketsOut",   "Malformed",     "LastReason",       "LastError",
    "Session",
};
constexpr std::array kServerOrder{
    "Name",   "Kind",         "Enabled",     "Listening", "Problem", "Interface",   "ServiceName",
    "AcName", "SessionCount", "MaxSessions", "Padi",      "Pado",    "Padr",        "Pads",
    "Padt",   "Malformed",    "RateLimited", "BadCookie", "Refused", "LastFailure", "LastFailedSession",
};
// Without a session these say nothing.
constexpr std::array kOnlyConnected{"ActiveLinks", "SessionId",  "Mtu",      "Mru",
                                    "EchoRtt",     "IdleTime",   "OctetsIn", "OctetsOut",
                                    "PacketsIn",   "PacketsOut", "Malformed"};

bool shown(const Object& object, const std::string& property, const std::string& value) {
    if (value.empty()) return false;
    if ((property == "Session" || property == "LastFailedSession") && value == "0") return false;
    if (!object.is_client) return true;
    if (property == "LastReason" && value == "none") return false;
    const bool connected = object.text("State") == "connected";
    return connected ||
           std::find(kOnlyConnected.begin(), kOnlyConnected.end(), property) == kOnlyConnected.end();
}

}  // namespace

std::string Object::text(const char* property) const {
    auto it = properties.find(property);
    return it != properties.end() && it->second.containsValueOfType<std::string>()
               ? it->second.get<std::string>()
               : std::string{};
}

std::uint64_t Object::number(const char* property) const {
    auto it = properties.find(property);
    if (it == properties.end()) return 0;
    const auto json = to_json(it->second);
    return json.is_number_unsigned() ? json.get<std::uint64_t>() : 0;
}

bool Object::flag(const char* property) const {
    auto it = properties.find(property);
    return it != properties.end() && it->second.containsValueOfType<bool>() && it->second.get<bool>();
}

Outcome<std::vector<Object>> objects(Bus& bus) {
    auto managed = bus.ask<Managed>(kRoot, kObjectManager, "GetManagedObjects");
    if (!managed) return ppp::detail::unexpected<Problem>(managed.error());
    std::vector<Object> result;
    for (auto& [path, interfaces] : *managed) {
        if (auto it = interfaces.find(kClient); it != interfaces.end())
            result.push_back({path, true, std::move(it->second)});
        else if (it = interfaces.find(kServer); it != interfaces.end())
            result.push_back({path, false, std::move(it->second)});
    }
    std::sort(result.begin(), result.end(), [](const Object& a, const Object& b) {
        return std::pair(!a.is_client, a.text("Name")) < std::pair(!b.is_client, b.text("Name"));
    });
    return result;
}

Outcome<Object> object(Bus& bus, const std::string& name) {
    auto all = objects(bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    std::string names;
    for (auto& o : *all) {
        if (o.text("Name") == name) return std::move(o);
        names += (names.empty() ? "" : ", ") + printable(o.text("Name"));
    }
    return problem(Exit::not_found, "there is no client or server '" + printable(name) + "'; " +
                                        (names.empty() ? "none is configured" : "there are: " + names));
}

Json to_json(const sdbus::Variant& value) {
    const std::string type = value.peekValueType();
    if (type == "s") return value.get<std::string>();
    if (type == "b") return value.get<bool>();
    if (type == "y") return value.get<std::uint8_t>();
    if (type == "n") return value.get<std::int16_t>();
    if (type == "q") return value.get<std::uint16_t>();
    if (type == "i") return value.get<std::int32_t>();
    if (type == "u") return value.get<std::uint32_t>();
    if (type == "x") return value.get<std::int64_t>();
    if (type == "t") return value.get<std::uint64_t>();
    if (type == "d") return value.get<double>();
    if (type == "as") return value.get<std::vector<std::string>>();
    return nullptr;  // a newer daemon's
}

Json to_json(const Dictionary& properties) {
    Json json = Json::object();
    for (const auto& [name, value] : properties) json[kebab(name)] = to_json(value);
    return json;
}

Json to_json(const Object& object) {
    auto json = to_json(object.properties);
    if (object.is_client && object.text("State") == "connected") json["uptime"] = seconds_in_state(object);
    return json;
}

std::uint64_t seconds_in_state(const Object& client) {
    const auto since = client.number("Since");
    const auto now = now_microseconds();
    return since == 0 || since > now ? 0 : (now - since) / 1'000'000;
}

std::string next_attempt_in(const Object& client) {
    const auto at = client.number("NextAttempt");
    if (at == 0) return {};
    const auto now = now_microseconds();
    return at <= now ? "due" : duration((at - now + 999'999) / 1'000'000);
}

std::string value_text(const sdbus::Variant& value) {
    const auto json = to_json(value);
    if (json.is_boolean()) return json.get<bool>() ? "yes" : "no";
    if (json.is_string()) return json.get<std::string>();
    if (json.is_null()) return {};
    if (!json.is_array()) return json.dump();
    std::string list;
    for (const auto& entry : json) list += (list.empty() ? "" : ",") + entry.get<std::string>();
    return list;
}

std::string display(const std::string& property, const sdbus::Variant& value) {
    const auto json = to_json(value);
    if (property == "Since" || property == "NextAttempt")
        return json.is_number_unsigned() ? moment(json.get<std::uint64_t>()) : "";
    if (property == "EchoRtt" && json.is_number()) return round_trip(json.get<std::int64_t>());
    if (property == "IdleTime" && json.is_number_unsigned()) return duration(json.get<std::uint64_t>());
    if (property.starts_with("Octets") && json.is_number_unsigned()) return octets(json.get<std::uint64_t>());
    if (property == "MaxSessions" && json == 0) return "unlimited";
    return printable(value_text(value));
}

std::vector<std::pair<std::string, std::string>> describe(const Object& object) {
    std::vector<std::pair<std::string, std::string>> lines;
    const auto line = [&](const char* property) {
        auto it = object.properties.find(property);
        if (it == object.properties.end()) return;
        auto value = display(property, it->second);
        if (!shown(object, property, value)) return;
        lines.emplace_back(kebab(property), std::move(value));
        if (std::string_view(property) != "Since") return;
        if (object.text("State") == "connected")
            lines.emplace_back("uptime", duration(seconds_in_state(object)));
        if (auto next = next_attempt_in(object); !next.empty())
            lines.emplace_back("next-attempt-in", std::move(next));
    };
    if (object.is_client)
        std::for_each(kClientOrder.begin(), kClientOrder.end(), line);
    else
        std::for_each(kServerOrder.begin(), kServerOrder.end(), line);
    return lines;
}

}  // namespace ppp::ctl
