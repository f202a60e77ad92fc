// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/session_record.hpp"
#include <fmt/format.h>
#include "wire/bytes.hpp"

namespace ppp::session {
namespace {
using wire::Reader;
using wire::Writer;

constexpr std::uint8_t kFormat = 2;
/// The format before: without `unit` and `unit_made`.
constexpr std::uint8_t kOldestFormat = 1;

/// Numbers that never change their meaning.
enum class Field : std::uint8_t {
    identity = 1,
    object = 2,
    link = 3,
    service_name = 4,
    ac_name = 5,
    tags = 6,
    user = 7,
    lcp = 8,
    ipcp = 9,
    ipv6cp = 10,
    interface = 11,
    profile = 12,
    on_up = 13,
    on_down = 14,
    network = 15,
    times = 16,
    owner = 17,
    unit_made = 18,
    parent = 19,
    unit = 20,
    link_kind = 21,
    tunnel = 22,
    ccp = 25,
};

std::uint64_t octets_of(TimePoint time) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}
TimePoint time_of(std::uint64_t octets) {
    return TimePoint(std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(octets)));
}

class Fields {
public:
    Fields() : out_(384) { out_.u8(kFormat); }
    template <class Write>
    void put(Field field, Write write) {
        out_.u8(static_cast<std::uint8_t>(field));
        const auto length = out_.reserve(2);
        const auto from = out_.size();
        write(out_);
        out_.fill_length(length, from);
    }
    void text(Field field, std::string_view value) {
        if (!value.empty()) put(field, [&](Writer& out) { out.text(value); });
    }
    wire::Bytes take() && { return std::move(out_).take(); }

private:
    Writer out_;
};

void put_methods(Writer& out, const LcpResult& lcp) {
    for (const auto& method : {lcp.auth_to_peer, lcp.auth_of_peer})
        out.u8(method ? static_cast<std::uint8_t>(static_cast<unsigned>(*method) + 1) : 0);
}
/// @param known false for a method of a later version.
std::optional<AuthMethod> read_method(Reader& in, bool& known) {
    const auto number = in.u8();
    if (number == 0) return std::nullopt;
    const auto method = static_cast<AuthMethod>(number - 1);
    switch (method) {
        case AuthMethod::pap:
        case AuthMethod::chap_md5:
        case AuthMethod::mschap1:
        case AuthMethod::mschap2:
            return method;
    }
    known = false;
    return std::nullopt;
}

void put_flags(Writer& out, std::initializer_list<bool> flags) {
    std::uint8_t octet = 0;
    for (const bool flag : flags) octet = static_cast<std::uint8_t>(octet << 1 | (flag ? 1 : 0));
    out.u8(octet);
}

/// @return whether it is all known.
bool read(Reader in, LcpResult& lcp, std::uint8_t& last_id) {
    bool known = true;
    last_id = in.u8();
    lcp.own_mru = in.u16();
    lcp.peer_mru = in.u16();
    lcp.mtu = in.u16();
    lcp.auth_to_peer = read_method(in, known);
    lcp.auth_of_peer = read_method(in, known);
    lcp.own_magic = in.u32();
    lcp.peer_magic = in.u32();
    const auto flags = in.u8();
    lcp.pfc = (flags & 2) != 0;
    lcp.acfc = (flags & 1) != 0;
    lcp.accm = in.u32();
    lcp.own_accm = in.u32();
    return known;
}

void put_method(Writer& out, const std::optional<wire::ccp::Option>& method) {
    const auto length = out.reserve(1);
    const auto from = out.size();
    if (method) wire::ccp::encode(out, *method);
    out.fill_length(length, from);
}
/// @param known false for a method of a later version.
std::optional<wire::ccp::Option> read_method_of_ccp(Reader& in, bool& known) {
    wire::TlvCursor<wire::kPppOption> c{in.take(in.u8())};
    if (!c.next()) return std::nullopt;
    auto method = wire::ccp::decode(c.tlv());
    known = known && method;
    return method;
}

void put_ccp(Writer& to, const OpenedCcp& ccp) {
    const auto& config = ccp.config;
    to.u8(ccp.last_id);
    put_flags(to, {ccp.keys.bits40, config.mppe, config.required, config.bits40, config.deflate, config.bsd});
    put_method(to, ccp.agreed.sent);
    put_method(to, ccp.agreed.received);
    to.text(ccp.keys.send.reveal()).text(ccp.keys.receive.reveal());
}

/// @return whether it is all known.
bool read(Reader in, std::optional<OpenedCcp>& out) {
    bool known = true;
    auto& ccp = out.emplace();
    ccp.last_id = in.u8();
    const auto flags = in.u8();
    ccp.keys.bits40 = (flags & 32) != 0;
    ccp.config.mppe = (flags & 16) != 0;
    ccp.config.required = (flags & 8) != 0;
    ccp.config.bits40 = (flags & 4) != 0;
    ccp.config.deflate = (flags & 2) != 0;
    ccp.config.bsd = (flags & 1) != 0;
    ccp.agreed.sent = read_method_of_ccp(in, known);
    ccp.agreed.received = read_method_of_ccp(in, known);
    if (!in.empty()) {
        ccp.keys.send = Secret(wire::chars(in.take(16)));
        ccp.keys.receive = Secret(wire::chars(in.take(16)));
    }
    return known && in.ok() && (ccp.keys.known() || !ccp.config.mppe);
}

void read(Reader in, NetworkSettings& network) {
    network.local_address = in.u32();
    network.remote_address = in.u32();
    for (auto* servers : {&network.dns, &network.nbns})
        for (auto& server : *servers) server = in.u32();
    const auto flags = in.u8();
    network.compression = (flags & 32) != 0;
    network.encryption = (flags & 16) != 0  ? config::Encryption::required
                         : (flags & 8) != 0 ? config::Encryption::yes
                                            : config::Encryption::no;
    network.want_dns = (flags & 4) != 0;
    network.ipv6 = (flags & 2) != 0;
    network.host.default_route = (flags & 1) != 0;
    network.host.metric = in.u32();
    network.session_timeout = std::chrono::seconds(in.u64());
    network.idle_timeout = std::chrono::seconds(in.u64());
}

/// @return whether the value is as long as its field needs.
bool read_field(Field field, wire::ByteView value, SessionRecord& out, config::Hooks& hooks) {
    Reader in(value);
    const auto text = [&] { return std::string(wire::chars(value)); };
    switch (field) {
        case Field::identity:
            out.id = in.u64();
            out.role = in.u8() == 0 ? Role::client : Role::server;
            out.index = in.u32();
            break;
        case Field::object:
            out.object = text();
            break;
        case Field::parent:
            out.link.info.interface = text();
            break;
        case Field::link:
            out.link.info.own_mac = in.array<6>();
            out.link.info.peer_mac = in.array<6>();
            out.link.info.session_id = in.u16();
            out.link.info.max_mru = in.u16();
            out.link.host_uniq = in.array<8>();
            break;
        case Field::link_kind: {
            const auto kind = in.u8();
            if (kind > static_cast<std::uint8_t>(link::LinkKind::serial)) return false;
            out.link.info.kind = static_cast<link::LinkKind>(kind);
            break;
        }
        case Field::tunnel:
            out.link.info.own_address = in.u32();
            out.link.info.peer_address = in.u32();
            out.link.info.peer_call_id = in.u16();
            out.link.info.way.gateway = in.u32();
            out.link.info.way.ifindex = in.u32();
            if (out.role == Role::client) {
                out.network.host.tunnel_end = out.link.info.peer_address;
                out.network.host.tunnel_gateway = out.link.info.way.gateway;
                out.network.host.tunnel_link = out.link.info.way.ifindex;
            }
            break;
        case Field::service_name:
            out.link.info.service_name = text();
            break;
        case Field::ac_name:
            out.link.info.ac_name = text();
            break;
        case Field::tags:
            out.link.tags.assign(value.begin(), value.end());
            break;
        case Field::user:
            out.user = text();
            break;
        case Field::lcp:
            if (value.size() < 26) return false;
            return read(in, out.lcp.agreed, out.lcp.last_id);
        case Field::ipcp:
            out.ipcp = OpenedProtocol<IpcpResult>{};
            out.ipcp->last_id = in.u8();
            out.ipcp->agreed = {
                .own_address = in.u32(), .peer_address = in.u32(), .dns = {in.u32(), in.u32()}};
            break;
        case Field::ipv6cp:
            out.ipv6cp = OpenedProtocol<Ipv6cpResult>{};
            out.ipv6cp->last_id = in.u8();
            out.ipv6cp->agreed = {.own_identifier = in.u64(), .peer_identifier = in.u64()};
            break;
        case Field::interface:
            out.network.interface = text();
            break;
        case Field::unit:
            out.unit = text();
            break;
        case Field::profile:
            out.network.profile = text();
            break;
        case Field::on_up:
            hooks.on_up = text();
            break;
        case Field::on_down:
            hooks.on_down = text();
            break;
        case Field::network:
            if (value.size() < 45) return false;
            read(in, out.network);
            break;
        case Field::times:
            out.begun = time_of(in.u64());
            out.connected = time_of(in.u64());
            break;
        case Field::owner:
            out.local_lease = in.u8() != 0;
            out.fingerprint = in.u32();
            out.malformed = in.u32();
            break;
        case Field::ccp:
            return read(in, out.ccp);
        case Field::unit_made:
            out.unit_made = time_of(in.u64());
            break;
    }
    return in.ok();
}

}  // namespace

wire::Bytes encode(const SessionRecord& record) {
    Fields out;
    const auto& info = record.link.info;
    const auto& network = record.network;
    out.put(Field::identity,
            [&](Writer& to) { to.u64(record.id).u8(record.role == Role::client ? 0 : 1).u32(record.index); });
    out.text(Field::object, record.object);
    out.text(Field::parent, info.interface);
    out.put(Field::link, [&](Writer& to) {
        to.bytes(info.own_mac).bytes(info.peer_mac).u16(info.session_id).u16(info.max_mru);
        to.bytes(record.link.host_uniq);
    });
    if (info.kind != link::LinkKind::pppoe)
        out.put(Field::link_kind, [&](Writer& to) { to.u8(static_cast<std::uint8_t>(info.kind)); });
    if (info.kind == link::LinkKind::pptp)
        out.put(Field::tunnel, [&](Writer& to) {
            to.u32(info.own_address).u32(info.peer_address).u16(info.peer_call_id);
            to.u32(info.way.gateway).u32(info.way.ifindex);
        });
    out.text(Field::service_name, info.service_name);
    out.text(Field::ac_name, info.ac_name);
    out.text(Field::tags, wire::chars(record.link.tags));
    out.text(Field::user, record.user);
    out.put(Field::lcp, [&](Writer& to) {
        const auto& lcp = record.lcp.agreed;
        to.u8(record.lcp.last_id).u16(lcp.own_mru).u16(lcp.peer_mru).u16(lcp.mtu);
        put_methods(to, lcp);
        to.u32(lcp.own_magic).u32(lcp.peer_magic);
        put_flags(to, {lcp.pfc, lcp.acfc});
        to.u32(lcp.accm).u32(lcp.own_accm);
    });
    if (record.ipcp)
        out.put(Field::ipcp, [&](Writer& to) {
            const auto& ipcp = record.ipcp->agreed;
            to.u8(record.ipcp->last_id).u32(ipcp.own_address).u32(ipcp.peer_address);
            to.u32(ipcp.dns[0]).u32(ipcp.dns[1]);
        });
    if (record.ipv6cp)
        out.put(Field::ipv6cp, [&](Writer& to) {
            const auto& ipv6cp = record.ipv6cp->agreed;
            to.u8(record.ipv6cp->last_id).u64(ipv6cp.own_identifier).u64(ipv6cp.peer_identifier);
        });
    if (record.ccp) out.put(Field::ccp, [&](Writer& to) { put_ccp(to, *record.ccp); });
    out.text(Field::interface, network.interface);
    out.text(Field::unit, record.unit);
    out.text(Field::profile, network.profile);
    if (network.hooks) {
        out.text(Field::on_up, network.hooks->on_up);
        out.text(Field::on_down, network.hooks->on_down);
    }
    out.put(Field::network, [&](Writer& to) {
        to.u32(network.local_address).u32(network.remote_address);
        for (const auto* servers : {&network.dns, &network.nbns})
            for (const auto server : *servers) to.u32(server);
        using enum config::Encryption;
        put_flags(to, {network.compression, network.encryption == required, network.encryption == yes,
                       network.want_dns, network.ipv6, network.host.default_route});
        to.u32(network.host.metric);
        to.u64(static_cast<std::uint64_t>(network.session_timeout.count()));
        to.u64(static_cast<std::uint64_t>(network.idle_timeout.count()));
    });
    out.put(Field::times,
            [&](Writer& to) { to.u64(octets_of(record.begun)).u64(octets_of(record.connected)); });
    out.put(Field::owner, [&](Writer& to) {
        to.u8(record.local_lease ? 1 : 0).u32(record.fingerprint).u32(record.malformed);
    });
    out.put(Field::unit_made, [&](Writer& to) { to.u64(octets_of(record.unit_made)); });
    return std::move(out).take();
}

Result<SessionRecord> decode_record(wire::ByteView octets) {
    SessionRecord out;
    config::Hooks hooks;
    Reader in(octets);
    const auto format = in.u8();
    if (format < kOldestFormat || format > kFormat)
        return fail(Errc::config,
                    fmt::format("a record of format {}, which this version does not know", format));
    while (in.ok() && !in.empty()) {
        const auto field = static_cast<Field>(in.u8());
        const auto value = in.take(in.u16());
        if (!in.ok() || !read_field(field, value, out, hooks))
            return fail(Errc::config, "a record that is cut off, or says what this version does not know");
    }
    const bool numbered = out.link.info.kind != link::LinkKind::serial;
    if (out.id == 0 || out.object.empty() || out.index == 0 || (numbered && out.link.info.session_id == 0))
        return fail(Errc::config, "a record that does not say whose it is");
    if (!hooks.on_up.empty() || !hooks.on_down.empty())
        out.network.hooks = std::make_shared<const config::Hooks>(std::move(hooks));
    if (format == kOldestFormat) out.unit_made = out.connected;
    return out;
}

}  // namespace ppp::session
