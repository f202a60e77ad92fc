// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The rows: one line a property.
#include <algorithm>
#include "config/property.hpp"
#include "config/property_types.hpp"

namespace ppp::config {
namespace {

using namespace types;

constexpr std::int64_t kTenYears = 520LL * 7 * 86400;
using Mtu = NumberOr<kAuto, 68, 65535>;
using Mrru = NumberOr<kDisabled, 512, 65535>;
using Timeout = OptionalSeconds<kTenYears>;

using C = PppoeClient;
constexpr std::array kPppoeClient{
    required(row<&C::interface, InterfaceName>("interface", "the Ethernet interface to dial on"),
             Required::always),
    required(row<&C::user, Text>("user", "the name given to the provider; needed once the client is enabled"),
             Required::when_enabled),
    secret(row<&C::password, Password>("password", "the password that goes with the user")),
    row<&C::service_name, Text>("service-name", "the service asked for; empty takes any"),
    row<&C::ac_name, Text>("ac-name", "the Access-Concentrator asked for; empty takes any"),
    refers(row<&C::profile, ProfileName>("profile", "the profile of the session"), Reference::profile),
    row<&C::allow, Methods>("allow", "the methods by which we are willing to prove ourselves"),
    row<&C::add_default_route, YesNo>("add-default-route", "route everything through the session"),
    row<&C::default_route_distance, Number<std::uint8_t, 0, 255>>("default-route-distance",
                                                                  "the metric of that route"),
    row<&C::use_peer_dns, YesNo>("use-peer-dns", "use the name servers that the peer gives"),
    row<&C::dial_on_demand, YesNo>("dial-on-demand", "dial when there is traffic, not at once"),
    row<&C::keepalive_timeout, Keepalive>("keepalive-timeout",
                                          "silence after which the peer is asked, and as long again "
                                          "without an answer after which it is gone; 0s never"),
    row<&C::max_mtu, Mtu>("max-mtu", "the largest packet we send; auto takes what the link carries"),
    row<&C::max_mru, Mtu>("max-mru", "the largest packet we receive; auto takes what the link carries"),
    row<&C::mrru, Mrru>("mrru", "the largest packet received over several links together"),
    row<&C::allow_fast_path, YesNo>("allow-fast-path", "let forwarded traffic take the flow table"),
    row<&C::disabled, YesNo>("disabled", "do not dial"),
    row<&C::comment, Comment>("comment", "a note for people"),
    alias(row<&C::disabled, NoYes>("enabled", "dial"), "disabled"),
    alias(row<&C::allow, Methods>("authentication", "the same as allow"), "allow"),
};

using S = PppoeServer;
constexpr std::array kPppoeServer{
    required(row<&S::interface, InterfaceName>("interface",
                                               "the Ethernet interface to listen on; needed "
                                               "once the server is enabled"),
             Required::when_enabled),
    row<&S::service_name, Text>("service-name", "the service offered; empty serves every name"),
    row<&S::ac_name, Text>("ac-name", "the name shown to clients; empty is the name of the host"),
    row<&S::authentication, Methods>("authentication", "the methods by which clients may prove themselves"),
    refers(row<&S::default_profile, ProfileName>("default-profile",
                                                 "the profile of sessions that have no other"),
           Reference::profile),
    row<&S::keepalive_timeout, Keepalive>("keepalive-timeout",
                                          "silence after which the client is asked, and as long again "
                                          "without an answer after which it is gone; 0s never"),
    row<&S::max_mtu, Mtu>("max-mtu", "the largest packet we send; auto takes what the link carries"),
    row<&S::max_mru, Mtu>("max-mru", "the largest packet we receive; auto takes what the link carries"),
    row<&S::max_sessions, Number<std::uint32_t, 0, 1'000'000>>("max-sessions",
                                                               "sessions at a time; 0 is no limit"),
    row<&S::mrru, Mrru>("mrru", "the largest packet received over several links together"),
    row<&S::one_session_per_host, YesNo>("one-session-per-host",
                                         "a new session of a host closes its old one"),
    row<&S::pado_delay, Milliseconds<65535>>("pado-delay", "how long an offer is held back"),
    row<&S::disabled, YesNo>("disabled", "do not listen"),
    row<&S::comment, Comment>("comment", "a note for people"),
    alias(row<&S::disabled, NoYes>("enabled", "listen"), "disabled"),
    alias(row<&S::authentication, Methods>("allow", "the same as authentication"), "authentication"),
};

using E = PppoeServerEntry;
constexpr std::array kPppoeServerEntry{
    required(row<&E::user, Text>("user", "the user whose session gets this interface name"),
             Required::always),
    row<&E::service, Text>("service", "the service name it is kept for; empty is any"),
    row<&E::disabled, YesNo>("disabled", "do not keep the name"),
    row<&E::comment, Comment>("comment", "a note for people"),
    alias(row<&E::disabled, NoYes>("enabled", "keep the name"), "disabled"),
};

using P = Profile;
constexpr std::array kProfile{
    refers(row<&P::local_address, AddressOrPool>("local-address", "our address in the session"),
           Reference::address_or_pool),
    refers(row<&P::remote_address, AddressRangeOrPool>("remote-address", "the address given to the peer"),
           Reference::address_or_pool),
    row<&P::dns_server, AddressList>("dns-server", "name servers given to the peer"),
    row<&P::wins_server, AddressList>("wins-server", "WINS servers given to the peer"),
    row<&P::idle_timeout, Timeout>("idle-timeout", "ends a session without traffic; 0s never"),
    row<&P::session_timeout, Timeout>("session-timeout", "ends every session; 0s never"),
    row<&P::use_encryption, EncryptionWord>("use-encryption", "MPPE; required ends a session without it"),
    row<&P::only_one, YesNoDefault>("only-one", "one session a user"),
    row<&P::change_tcp_mss, YesNoDefault>("change-tcp-mss", "fit TCP connections to the session's MTU"),
    row<&P::use_compression, YesNoDefault>("use-compression", "offer compression"),
    row<&P::use_ipv6, YesNoDefault>("use-ipv6", "offer IPv6"),
    row<&P::rate_limit, Rates>("rate-limit", "bits a second the peer may send and receive"),
    row<&P::comment, Comment>("comment", "a note for people"),
};

using U = PppSecret;
constexpr std::array kSecret{
    secret(row<&U::password, Password>("password", "the password of the user")),
    row<&U::service, ServiceWord>("service", "the service the user may use"),
    refers(row<&U::profile, ProfileName>("profile", "the profile of the user's sessions"),
           Reference::profile),
    refers(row<&U::local_address, AddressOrPool>("local-address", "our address in the user's session"),
           Reference::address_or_pool),
    refers(row<&U::remote_address, AddressRangeOrPool>("remote-address", "the address given to the user"),
           Reference::address_or_pool),
    row<&U::caller_id, CallerId>("caller-id", "the MAC address or number to come from; empty is any"),
    row<&U::rate_limit, Rates>("rate-limit", "bits a second the user may send and receive"),
    row<&U::disabled, YesNo>("disabled", "refuse the user"),
    row<&U::comment, Comment>("comment", "a note for people"),
    alias(row<&U::disabled, NoYes>("enabled", "accept the user"), "disabled"),
};

using A = Pool;
constexpr std::array kPool{
    required(row<&A::ranges, Ranges>("ranges", "the addresses; a prefix stands for its usable ones"),
             Required::always),
    refers(row<&A::next_pool, PoolName>("next-pool", "the pool to go on with when this one is used up"),
           Reference::pool),
    row<&A::comment, Comment>("comment", "a note for people"),
};

/// A new object of a map: default-constructed, but profiles may have built-in values.
template <class Object>
Object fresh(std::string_view) {
    return {};
}
template <>
Profile fresh<Profile>(std::string_view name) {
    return base_profile(name);
}

template <auto Map>
struct KindOf;
template <class Object, std::map<std::string, Object> Config::*Map>
struct KindOf<Map> {
    static void* find(Config& config, std::string_view name) {
        auto& map = config.*Map;
        const auto it = map.find(std::string(name));
        return it == map.end() ? nullptr : &it->second;
    }
    static void* add(Config& config, std::string_view name) {
        return &(config.*Map).try_emplace(std::string(name), fresh<Object>(name)).first->second;
    }
    static bool remove(Config& config, std::string_view name) {
        const bool existed = (config.*Map).erase(std::string(name)) != 0;
        if constexpr (std::is_same_v<Object, Profile>)
            if (builtin_profile(name)) add(config, name);
        return existed;
    }
    static std::vector<std::string> names(const Config& config) {
        std::vector<std::string> out;
        for (const auto& [name, object] : config.*Map) out.push_back(name);
        return out;
    }
};

template <auto Map>
constexpr Kind kind(std::string_view name, std::string_view meaning, std::span<const Property> properties,
                    bool names_interfaces) {
    using K = KindOf<Map>;
    return {.name = name,
            .meaning = meaning,
            .names_interfaces = names_interfaces,
            .properties = properties,
            .find = &K::find,
            .add = &K::add,
            .remove = &K::remove,
            .names = &K::names};
}

constexpr std::array kKinds{
    kind<&Config::pppoe_client>("pppoe-client", "a PPPoE dialler; its name is the name of its interface",
                                kPppoeClient, true),
    kind<&Config::pppoe_server>("pppoe-server", "an Access-Concentrator", kPppoeServer, false),
    kind<&Config::pppoe_server_entry>("pppoe-server-entry",
                                      "an interface name kept for one user of a PPPoE server",
                                      kPppoeServerEntry, true),
    kind<&Config::profile>("profile", "what sessions have in common", kProfile, false),
    kind<&Config::secret>("secret", "a user of our servers; its name is the name of the user", kSecret,
                          false),
    kind<&Config::pool>("pool", "addresses to give away", kPool, false),
};

}  // namespace

std::span<const Kind> kinds() { return kKinds; }

const Kind* find_kind(std::string_view name) {
    const auto* it =
        std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == name; });
    return it == kKinds.end() ? nullptr : it;
}

const Property* find_property(const Kind& kind, std::string_view name) {
    for (const auto& property : kind.properties)
        if (property.name == name) return &property;
    return nullptr;
}

bool builtin_profile(std::string_view name) { return name == "default" || name == "default-encryption"; }

Profile base_profile(std::string_view name) {
    Profile out;
    if (name == "default") {
        out.only_one = false;
        out.change_tcp_mss = true;
        out.use_encryption = Encryption::no;
        out.use_compression = false;
    } else if (name == "default-encryption") {
        out.use_encryption = Encryption::yes;
    }
    return out;
}

Config default_config() {
    Config out;
    for (const auto* name : {"default", "default-encryption"}) out.profile[name] = base_profile(name);
    return out;
}

}  // namespace ppp::config
