// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <charconv>
#include <iterator>
#include "aaa/address_range.hpp"
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/doctor/probes.hpp"
#include "dbus/pppctl/objects.hpp"

namespace ppp::ctl::doctor {
namespace {

constexpr std::uint64_t kCallPatience = 1'000'000;  // microseconds
constexpr const char* kDBus = "org.freedesktop.DBus";
constexpr const char* kDBusPath = "/org/freedesktop/DBus";
constexpr const char* kPolkit = "org.freedesktop.PolicyKit1";
constexpr const char* kNetworkManager = "org.freedesktop.NetworkManager";
constexpr int kMostPools = 100;  // in a chain of next-pool

/// Somebody else's method.
struct Method {
    const char* service;
    std::string path;
    const char* interface;
    const char* name;
};

/// @return nothing when it failed, however.
template <class T, class... A>
std::optional<T> call(sdbus::IConnection& connection, const Method& method, const A&... arguments) {
    try {
        T result{};
        auto proxy = sdbus::createProxy(connection, dbus::compat::BusName{method.service},
                                        sdbus::ObjectPath{method.path});
        proxy->callMethod(method.name)
            .onInterface(method.interface)
            .withArguments(arguments...)
            .storeResultsTo(result);
        return result;
    } catch (const sdbus::Error&) {
        return {};
    }
}

bool has_owner(sdbus::IConnection& connection, const char* name) {
    return call<bool>(connection, {kDBus, kDBusPath, kDBus, "NameHasOwner"}, std::string(name))
        .value_or(false);
}

/// Asks polkit about ourselves, and that nobody is asked for a password.
void probe_polkit(sdbus::IConnection& connection, Daemon& daemon) {
    using Names = std::vector<std::string>;
    const auto startable = call<Names>(connection, {kDBus, kDBusPath, kDBus, "ListActivatableNames"});
    const bool there = has_owner(connection, kPolkit) ||
                       (startable && std::ranges::find(*startable, kPolkit) != startable->end());
    if (!there) return;
    using Details = std::map<std::string, std::string>;
    using Subject = sdbus::Struct<std::string, Dictionary>;
    using Answer = sdbus::Struct<bool, bool, Details>;
    const Subject self{"system-bus-name",
                       Dictionary{{"name", sdbus::Variant{std::string(connection.getUniqueName())}}}};
    auto& permissions = daemon.permissions.emplace();
    for (const std::string action : {"org.pppmanager1.control", "org.pppmanager1.configure"}) {
        const auto answer = call<Answer>(connection,
                                         {kPolkit, "/org/freedesktop/PolicyKit1/Authority",
                                          "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization"},
                                         self, action, Details{}, std::uint32_t{0}, std::string());
        permissions[action] = !answer ? "no" : answer->get<0>() ? "yes" : answer->get<1>() ? "asks" : "no";
    }
}

void probe_network_manager(sdbus::IConnection& connection, Evidence& evidence) {
    if (!has_owner(connection, kNetworkManager)) return;
    constexpr const char* device = "org.freedesktop.NetworkManager.Device";
    const auto look = [&](const std::string& interface) {
        const auto path = call<sdbus::ObjectPath>(
            connection,
            {kNetworkManager, "/org/freedesktop/NetworkManager", kNetworkManager, "GetDeviceByIpIface"},
            interface);
        if (!path) return;
        const Method get{kNetworkManager, *path, kProperties, "Get"};
        const auto managed =
            call<sdbus::Variant>(connection, get, std::string(device), std::string("Managed"));
        const auto state = call<sdbus::Variant>(connection, get, std::string(device), std::string("State"));
        if (managed && managed->containsValueOfType<bool>() && managed->get<bool>())
            evidence.daemon.network_manager[interface] =
                state && state->containsValueOfType<std::uint32_t>() ? state->get<std::uint32_t>() : 0;
    };
    for (const auto& client : evidence.clients) look(client.parent);
    for (const auto& server : evidence.servers) look(server.parent);
}

/// The configuration, by kind and name.
class Settings {
public:
    explicit Settings(std::vector<ConfigObject> all) : all_(std::move(all)) {}
    [[nodiscard]] const std::vector<ConfigObject>& all() const { return all_; }
    [[nodiscard]] std::string text(std::string_view kind, const std::string& name,
                                   const char* property) const {
        const auto it =
            std::ranges::find_if(all_, [&](const auto& o) { return o.kind == kind && o.name == name; });
        return it == all_.end() ? std::string() : it->text(property);
    }
    /// How many addresses a pool has, and those it goes on with.
    [[nodiscard]] std::optional<std::uint64_t> addresses(std::string pool) const {
        std::optional<std::uint64_t> sum;
        for (int i = 0; i < kMostPools && !pool.empty(); ++i) {
            const auto ranges = aaa::parse_ranges(text("pool", pool, "ranges"));
            if (!ranges) return sum;
            for (const auto& range : *ranges) sum = sum.value_or(0) + range.size();
            pool = text("pool", pool, "next-pool");
        }
        return sum;
    }

private:
    std::vector<ConfigObject> all_;
};

std::uint32_t number(const std::string& text) {
    std::uint32_t value = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<std::string> list(const Object& object, const char* property) {
    const auto it = object.properties.find(property);
    return it != object.properties.end() && it->second.containsValueOfType<std::vector<std::string>>()
               ? it->second.get<std::vector<std::string>>()
               : std::vector<std::string>{};
}

Client client_of(const Object& o, const Settings& settings) {
    Client out{.name = o.text("Name"),
               .kind = o.text("Kind"),
               .parent = o.text("Interface"),
               .unit = o.text("NetworkInterface")};
    out.state = o.text("State");
    out.last_reason = o.text("LastReason");
    out.last_error = o.text("LastError");
    out.local_address = o.text("LocalAddress");
    out.remote_address = o.text("RemoteAddress");
    out.dns = list(o, "Dns");
    out.mtu = static_cast<std::uint32_t>(o.number("Mtu"));
    out.mru = static_cast<std::uint32_t>(o.number("Mru"));
    const auto kind = o.text("Kind");
    const auto set = [&](const char* property) { return settings.text(kind, out.name, property); };
    out.max_mtu = set("max-mtu");
    out.default_route = set("add-default-route") == "yes";
    out.peer_dns = set("use-peer-dns") == "yes";
    out.distance = number(set("default-route-distance"));
    const auto encryption = settings.text("profile", set("profile"), "use-encryption");
    out.encryption = encryption == "yes" || encryption == "required";
    return out;
}

Server server_of(const Object& o, const Settings& settings) {
    Server out{.name = o.text("Name"),
               .kind = o.text("Kind"),
               .parent = o.text("Interface"),
               .problem = o.text("Problem")};
    out.last_failure = o.text("LastFailure");
    out.enabled = o.flag("Enabled");
    out.listening = o.flag("Listening");
    out.max_sessions = o.number("MaxSessions");
    out.sessions = o.number("SessionCount");
    const auto profile = settings.text(o.text("Kind"), out.name, "default-profile");
    out.pool = settings.text("profile", profile, "remote-address");
    out.addresses = settings.addresses(out.pool);
    return out;
}

/// @return the first sentence that went wrong.
std::optional<std::string> probe_daemon(Bus& bus, Evidence& evidence) {
    const auto manager = bus.ask<Dictionary>(kRoot, kProperties, "GetAll", std::string(kManager));
    if (!manager) return manager.error().text;
    const Object root{.path = kRoot, .properties = *manager};
    evidence.daemon.version = root.text("Version");
    evidence.daemon.revision = root.number("Revision");
    const auto known = kinds(bus);
    if (!known) return known.error().text;
    std::vector<ConfigObject> configured;
    for (const auto& kind : *known) {
        // Of users there may be very many, and no check looks at one.
        if (kind.name == "secret" || kind.name == "pppoe-server-entry") continue;
        auto some = configuration(bus, kind.name);
        if (!some) return some.error().text;
        std::ranges::move(*some, std::back_inserter(configured));
    }
    const Settings settings(std::move(configured));
    const auto all = objects(bus);
    if (!all) return all.error().text;
    for (const auto& o : *all) {
        if (o.is_client)
            evidence.clients.push_back(client_of(o, settings));
        else
            evidence.servers.push_back(server_of(o, settings));
    }
    for (const auto& o : settings.all()) {
        if (o.text("disabled") != "no") continue;
        if (std::ranges::find(evidence.kinds, o.kind) == evidence.kinds.end())
            evidence.kinds.push_back(o.kind);
        if (!o.acting && o.kind.ends_with("-client"))
            evidence.clients.push_back({.name = o.name, .parent = o.text("interface"), .acting = false});
    }
    return {};
}

}  // namespace

void probe_bus(Outcome<Bus>& bus, Evidence& evidence) {
    if (!bus) {
        evidence.daemon.bus_problem = bus.error().text;
        return;
    }
    try {
        auto& connection = bus->connection();
        connection.setMethodCallTimeout(kCallPatience);
        evidence.daemon.running = has_owner(connection, kBusName);
        if (evidence.daemon.running)
            if (const auto wrong = probe_daemon(*bus, evidence)) evidence.daemon.problem = *wrong;
        if (!evidence.machine.root) probe_polkit(connection, evidence.daemon);
        probe_network_manager(connection, evidence);
    } catch (const sdbus::Error& e) {
        evidence.daemon.problem = e.getMessage();
    }
}

}  // namespace ppp::ctl::doctor
