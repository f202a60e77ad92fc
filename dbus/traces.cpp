// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/traces.hpp"
#include "dbus/bus_text.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kLastLines = 8;

using Dictionary = std::map<std::string, sdbus::Variant>;

sdbus::Variant by_name(const std::map<EndReason, std::uint64_t>& by_reason) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [reason, count] : by_reason) out[std::string(end_reason_name(reason))] = count;
    return sdbus::Variant{out};
}

void put(Dictionary& out, const std::string& role, const session::Statistics::Sessions& sessions) {
    out[role + "Attempts"] = sdbus::Variant{sessions.attempts};
    out[role + "Opened"] = sdbus::Variant{sessions.opened};
    out[role + "Closed"] = by_name(sessions.closed);
    out[role + "Failed"] = by_name(sessions.failed);
    out[role + "Up"] = sdbus::Variant{sessions.up};
    out[role + "Starting"] = sdbus::Variant{sessions.starting};
}

}  // namespace

std::vector<std::string> last_lines(const session::Trace& trace) {
    std::vector<std::string> out;
    const auto& all = trace.packets;
    for (std::size_t i = all.size() - std::min(all.size(), kLastLines); i < all.size(); ++i)
        out.push_back((all[i].sent ? "sent " : "received ") + bus_text(all[i].text));
    return out;
}

Dictionary to_dictionary(const session::Statistics& statistics) {
    Dictionary out;
    out["Uptime"] = sdbus::Variant{static_cast<std::uint64_t>(statistics.uptime.count())};
    put(out, "Server", statistics.servers);
    put(out, "Client", statistics.clients);
    out["Malformed"] = sdbus::Variant{statistics.malformed};
    out["Padi"] = sdbus::Variant{statistics.padi};
    out["Pado"] = sdbus::Variant{statistics.pado};
    out["Padr"] = sdbus::Variant{statistics.padr};
    out["Pads"] = sdbus::Variant{statistics.pads};
    out["Padt"] = sdbus::Variant{statistics.padt};
    out["MalformedDiscovery"] = sdbus::Variant{statistics.malformed_discovery};
    out["RateLimited"] = sdbus::Variant{statistics.rate_limited};
    out["BadCookie"] = sdbus::Variant{statistics.bad_cookie};
    out["Refused"] = sdbus::Variant{statistics.refused};
    std::map<std::string, sdbus::Struct<std::uint64_t, std::uint64_t>> pools;
    for (const auto& [name, pool] : statistics.pools)
        pools.emplace(bus_text(name), sdbus::Struct<std::uint64_t, std::uint64_t>{pool.used, pool.size});
    out["Pools"] = sdbus::Variant{pools};
    return out;
}

}  // namespace ppp::dbus
