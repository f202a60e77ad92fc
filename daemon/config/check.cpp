// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/check.hpp"
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include "config/property.hpp"
#include "config/values.hpp"
#include "config/wording.hpp"

namespace ppp::config {
namespace {

class Checker {
public:
    Checker(const Config& config, Problems& problems) : config_(config), problems_(problems) {}

    void run() {
        for (const auto& kind : kinds())
            for (const auto& name : kind.names(config_)) object(kind, name);
        interface_names();
        server_names();
        parents();
        services();
        tags();
        vlan_rings();
        pool_names();
        overlaps();
        pool_rings();
    }

private:
    void complain(const std::string& pointer, std::string text) {
        if (!problems_.has(File::config, pointer)) problems_.add(File::config, pointer, std::move(text));
    }

    void object(const Kind& kind, const std::string& name) {
        if (auto wrong = not_a_name(kind, name); !wrong.empty())
            complain(pointer_to(kind.name, name), std::move(wrong));
        const void* values = kind.find_const(config_, name);
        const auto* disabled = find_property(kind, "disabled");
        const bool enabled = !disabled || disabled->print(values) == "no";
        for (const auto& property : kind.properties) {
            if (property.secret || is_alias(property)) continue;
            const bool required = property.required == Required::always ||
                                  (property.required == Required::when_enabled && enabled);
            if (!required && property.reference == Reference::none) continue;
            const std::string value = property.print(values);
            std::string text;
            if (required && value.empty())
                text = "is missing; it has to be " + property.expected() +
                       (property.required == Required::when_enabled
                            ? ", because the " + std::string(kind.name) + " is enabled"
                            : "");
            else
                text = broken_reference(property, value);
            if (!text.empty()) complain(pointer_to(kind.name, name, property.name), std::move(text));
        }
    }

    /// A kind whose part of the file could not be read names nothing, so its references say nothing either.
    [[nodiscard]] bool readable(std::string_view kind) const {
        return !problems_.has(File::config, pointer_to(kind));
    }

    template <class Map>
    [[nodiscard]] std::string meant(const Map& map, const std::string& value) const {
        if (!problems_.few()) return "";
        std::vector<std::string_view> known;
        known.reserve(map.size());
        for (const auto& [name, object] : map) known.push_back(name);
        return did_you_mean(value, known);
    }

    /// @return what is wrong with the reference, or "".
    [[nodiscard]] std::string broken_reference(const Property& property, const std::string& value) const {
        switch (property.reference) {
            case Reference::none:
                return "";
            case Reference::profile:
                if (config_.profile.contains(value) || !readable("profile")) return "";
                return "there is no profile " + quoted(value) + meant(config_.profile, value);
            case Reference::pool:
                if (value.empty() || config_.pool.contains(value) || !readable("pool")) return "";
                return "there is no pool " + quoted(value) + meant(config_.pool, value);
            case Reference::address_or_pool:
                if (parse_address_source(value).kind != AddressSource::Kind::pool ||
                    config_.pool.contains(value) || !readable("pool"))
                    return "";
                return quoted(value) + " is not " + property.expected() + meant(config_.pool, value);
        }
        return "";
    }

    void interface_names() {
        std::map<std::string, std::string_view> owner;  // name -> kind
        for (const auto& kind : kinds()) {
            if (!kind.names_interfaces) continue;
            for (const auto& name : kind.names(config_)) {
                const auto [it, fresh] = owner.emplace(name, kind.name);
                if (!fresh)
                    complain(pointer_to(kind.name, name),
                             "there is a " + std::string(it->second) +
                                 " of this name already, and both are names of interfaces; rename one");
            }
        }
    }

    /// Sessions, the journal and the bus know a server by its name alone.
    void server_names() {
        std::map<std::string, std::string_view> owner;  // name -> kind
        for (const std::string_view kind : {"pppoe-server", "pptp-server", "ppp-server"})
            for (const auto& name : find_kind(kind)->names(config_)) {
                const auto [it, fresh] = owner.emplace(name, kind);
                if (!fresh)
                    complain(pointer_to(kind, name),
                             "there is a " + std::string(it->second) + " of this name already; rename one");
            }
    }

    /// The kind whose objects are PPP interfaces and have one of this name, or "".
    [[nodiscard]] std::string_view ppp_interface(const std::string& name) const {
        for (const auto& kind : kinds())
            if (kind.names_interfaces && kind.name != "vlan" && kind.find_const(config_, name))
                return kind.name;
        return "";
    }

    /// A PPP interface carries no Ethernet frames, so neither PPPoE nor a VLAN.
    void parents() {
        const auto look = [&](std::string_view kind, const std::string& name, const std::string& interface,
                              std::string_view who) {
            if (const auto what = ppp_interface(interface); !what.empty())
                complain(pointer_to(kind, name, "interface"),
                         quoted(interface) + " is the interface of a " + std::string(what) + "; " +
                             std::string(who) + " needs an Ethernet interface");
        };
        for (const auto& [name, client] : config_.pppoe_client)
            look("pppoe-client", name, client.interface, "PPPoE");
        for (const auto& [name, server] : config_.pppoe_server)
            look("pppoe-server", name, server.interface, "PPPoE");
        for (const auto& [name, vlan] : config_.vlan) look("vlan", name, vlan.interface, "a VLAN");
    }

    /// The kernel makes one VLAN of a number on an interface.
    void tags() {
        std::map<std::pair<std::string, std::uint16_t>, std::string> owner;
        for (const auto& [name, vlan] : config_.vlan) {
            if (vlan.disabled || !vlan.vlan_id || vlan.interface.empty()) continue;
            const auto [it, fresh] = owner.emplace(std::pair{vlan.interface, *vlan.vlan_id}, name);
            if (!fresh)
                complain(pointer_to("vlan", name, "vlan-id"),
                         "vlan " + quoted(it->second) + " has " + std::to_string(*vlan.vlan_id) + " on " +
                             vlan.interface + " already; choose another number or disable one");
        }
    }

    void vlan_rings() {
        rings(config_.vlan, "vlan", "interface", &Vlan::interface,
              " leads back to this VLAN; the last interface below is no VLAN");
    }

    void services() {
        std::map<std::pair<std::string, std::string>, std::string> owner;  // (interface, service) -> server
        for (const auto& [name, server] : config_.pppoe_server) {
            if (server.disabled || server.interface.empty()) continue;
            const auto [it, fresh] = owner.emplace(std::pair{server.interface, server.service_name}, name);
            if (!fresh)
                complain(pointer_to("pppoe-server", name, "service-name"),
                         "pppoe-server " + quoted(it->second) + " offers " + quoted(server.service_name) +
                             " on " + server.interface + " already; choose another name or disable one");
        }
    }

    void pool_names() {
        for (const auto& [name, pool] : config_.pool)
            if (parse_address_source(name).kind != AddressSource::Kind::pool)
                complain(pointer_to("pool", name),
                         "has the name of an address, so nothing could refer to it; rename it");
    }

    /// Two allocators of one address would give it away twice.
    void overlaps() {
        struct Part {
            aaa::AddressRange range;
            const std::string* pool;
        };
        std::vector<Part> parts;
        for (const auto& [name, pool] : config_.pool)
            for (const auto part : split_list(pool.ranges))
                if (const auto ranges = aaa::parse_ranges(part))
                    for (const auto& range : *ranges) parts.push_back({range, &name});
        std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
            return std::tie(a.range.first, a.range.last, *a.pool) <
                   std::tie(b.range.first, b.range.last, *b.pool);
        });
        std::set<std::pair<std::string, std::string>> told;
        const Part* widest = nullptr;  // of those before, the one that reaches farthest
        for (const auto& part : parts) {
            if (widest && part.range.first <= widest->range.last) {
                const auto [first, second] = std::minmax(*widest->pool, *part.pool);
                const auto shared = std::min(part.range.last, widest->range.last);
                if (told.emplace(first, second).second)
                    problems_.add(File::config, pointer_to("pool", second, "ranges"),
                                  aaa::format_ranges({{part.range.first, shared}}) +
                                      (first == second ? " is in it twice"
                                                       : " belongs to pool " + quoted(first) + " too"));
            }
            if (!widest || part.range.last > widest->range.last) widest = &part;
        }
    }

    void pool_rings() {
        rings(config_.pool, "pool", "next-pool", &Pool::next_pool,
              " leads back to this pool; the last pool has none");
    }

    /// Objects that name others of their kind must not do so in a ring; each ring is told once.
    template <class Object>
    void rings(const std::map<std::string, Object>& map, std::string_view kind, std::string_view property,
               std::string Object::*next, std::string_view sentence) {
        std::set<std::string> done;
        for (const auto& [start, object] : map) {
            std::set<std::string> way;
            for (auto it = map.find(start); it != map.end() && !done.contains(it->first);
                 it = map.find(it->second.*next)) {
                way.insert(it->first);
                if (!way.contains(it->second.*next)) continue;
                complain(pointer_to(kind, it->first, property),
                         quoted(it->second.*next) + std::string(sentence));
                break;
            }
            done.merge(way);
        }
    }

    const Config& config_;
    Problems& problems_;
};

}  // namespace

void check(const Config& config, Problems& problems) { Checker(config, problems).run(); }

}  // namespace ppp::config
