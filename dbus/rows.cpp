// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/rows.hpp"
#include "base/quoted.hpp"
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"
#include "session/describe.hpp"

namespace ppp::dbus {
namespace {

// One entry in each form would do; more than this cannot be meant seriously.
constexpr int kFilterEntries = 16;

template <class T>
void entry(sdbus::Message& m, const char* key, const char* signature, const T& value) {
    m.openDictEntry("sv");
    m << key;
    m.openVariant(signature);
    m << value;
    m.closeVariant();
    m.closeDictEntry();
}

void text_entry(sdbus::Message& m, const char* key, const std::string& value) {
    if (is_bus_text(value))
        entry(m, key, "s", value);
    else
        entry(m, key, "s", bus_text(value));
}

void put_end(sdbus::Message& m, const session::EndedSession& end) {
    entry(m, "Role", "s", std::string(end.client() ? "client" : "server"));
    entry(m, "Opened", "b", end.opened);
    text_entry(m, "Parent", end.parent);
    entry(m, "Reason", "s", std::string(end_reason_name(end.reason)));
    entry(m, "Phase", "s", std::string(end.phase));
    text_entry(m, "Detail", end.detail);
    entry(m, "Begun", "t", microseconds(end.begun));
    entry(m, "Ended", "t", microseconds(end.ended));
}

std::vector<std::string> servers(const std::array<std::uint32_t, 2>& addresses) {
    std::vector<std::string> out;
    for (const auto address : addresses)
        if (address != 0) out.push_back(session::ipv4_text(address));
    return out;
}

std::string* member(session::SessionFilter& filter, const std::string& key) {
    if (key == "Service") return &filter.service;
    if (key == "Name") return &filter.name;
    if (key == "Server") return &filter.server;
    return nullptr;
}

void read_entry(sdbus::Message& m, session::SessionFilter& filter) {
    std::string key;
    m >> key;
    auto* value = member(filter, key);
    if (value == nullptr)
        throw invalid_argument("there is no filter " + quoted(key) + "; there are Service, Name and Server");
    const auto contents = compat::contents(m);
    if (contents != "s")
        throw invalid_argument("filter " + key + " takes a string (s), not " + quoted(contents));
    m.enterVariant("s");
    m >> *value;
    m.exitVariant();
}

}  // namespace

sdbus::Message& operator<<(sdbus::Message& m, const Row& row) {
    const auto& s = *row.session;
    m.openContainer("{sv}");
    entry(m, "Id", "t", s.id);
    text_entry(m, "Name", s.name);
    text_entry(m, "Service", s.service);
    text_entry(m, "CallerId", s.caller_id);
    text_entry(m, "Address", s.address);
    text_entry(m, "Interface", s.interface);
    text_entry(m, "LocalAddress", s.local_address);
    text_entry(m, "Kind", s.kind);
    text_entry(m, "Server", s.server);
    text_entry(m, "Profile", s.profile);
    text_entry(m, "Encoding", s.encoding);
    entry(m, "SessionId", "q", s.session_id);
    entry(m, "Mtu", "q", s.mtu);
    if (row.use != RowUse::listed) entry(m, "Dns", "as", servers(s.dns));
    // What is empty is left out: few profiles have hooks.
    if (s.hooks && row.use == RowUse::opened && !s.hooks->on_up.empty())
        text_entry(m, "OnUp", s.hooks->on_up);
    if (s.hooks && row.use == RowUse::closed && !s.hooks->on_down.empty())
        text_entry(m, "OnDown", s.hooks->on_down);
    if (row.use != RowUse::opened) {
        entry(m, "Uptime", "t", static_cast<std::uint64_t>(s.uptime.count()));
        entry(m, "OctetsIn", "t", s.traffic.octets_in);
        entry(m, "OctetsOut", "t", s.traffic.octets_out);
        entry(m, "PacketsIn", "t", s.traffic.packets_in);
        entry(m, "PacketsOut", "t", s.traffic.packets_out);
    }
    if (row.end) put_end(m, *row.end);
    if (row.packets) entry(m, "Packets", "as", *row.packets);
    m.closeContainer();
    return m;
}

sdbus::Message& operator>>(sdbus::Message& m, FilterArgument& argument) {
    if (!m.enterContainer("{sv}")) return m;
    int entries = 0;
    while (m.enterDictEntry("sv")) {
        if (++entries > kFilterEntries)
            throw invalid_argument("a filter has at most " + std::to_string(kFilterEntries) + " entries");
        read_entry(m, argument.filter);
        m.exitDictEntry();
    }
    // The end of an array sets the message's failure flag.
    m.clearFlags();
    m.exitContainer();
    return m;
}

}  // namespace ppp::dbus
