// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppoe_server.hpp"
#include <fmt/format.h>
#include <algorithm>
#include "link/accepted_link.hpp"

namespace ppp::link {
namespace {
using wire::ByteView;
using wire::escape;
using wire::pppoe::Builder;
using wire::pppoe::Code;
using wire::pppoe::Tag;

ByteView requested_service(const wire::pppoe::Discovery& packet) {
    // RFC 2516 section 5.1 wants the tag, empty for any service; some hosts leave it out and mean the same.
    return packet.find(Tag::service_name).value_or(ByteView{});
}

bool serves(const PppoeService& service, ByteView requested) {
    return service.service_name.empty() || requested.empty() ||
           service.service_name == wire::chars(requested);
}

/// Which AC-Name a cookie was given out under: 16 bits of FNV-1a; two names that collide only share services.
std::uint16_t name_tag(std::string_view ac_name) {
    std::uint32_t hash = 0x811c9dc5;
    for (auto c : ac_name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193;
    return static_cast<std::uint16_t>(hash ^ hash >> 16);
}

/// A higher rank serves rather: the name asked for, then any name; of equals the one configured first.
int rank(const PppoeService& service, ByteView requested) {
    return service.service_name == wire::chars(requested) ? 1 : 0;
}

std::uint64_t seed(Rng& rng) { return std::uint64_t{rng.u32()} << 32 | rng.u32(); }
}  // namespace

PppoeServer::PppoeServer(std::string interface, PppoePorts ports, PppoeAcceptor& acceptor,
                         PppoeBuckets& buckets, PppoeServerLimits limits)
    : interface_(std::move(interface)),
      ports_(ports),
      acceptor_(acceptor),
      limits_(limits),
      limiter_(limits.per_host, limits.per_interface, ports.rng),
      cookies_(interface_, ports.rng, ports.cookie_secret),
      ids_(buckets, ports.rng),
      links_(0, KeyHash{seed(ports.rng)}),
      hosts_(0, KeyHash{seed(ports.rng)}) {}

PppoeServer::~PppoeServer() {
    for (auto& [key, link] : links_) {
        link->server_ = nullptr;
        link->failure_.cancel();
    }
}

Result<> PppoeServer::listen() {
    auto port = ports_.ether.open(interface_, {.want = EtherFilter::Want::concentrator}, *this);
    if (!port) return fail(std::move(port).error());
    port_ = *std::move(port);
    return {};
}

void PppoeServer::set_service(PppoeService config) {
    const auto found =
        std::ranges::find(services_, config.server, [](const auto& s) { return s->config.server; });
    if (found != services_.end())
        (*found)->config = std::move(config);
    else
        services_.push_back(std::make_shared<Service>(Service{std::move(config), {}}));
}

void PppoeServer::remove_service(const std::string& server) {
    std::erase_if(services_, [&](const auto& s) { return s->config.server == server; });
}

PppoeServerCounters PppoeServer::counters(const std::string& server) const {
    for (const auto& service : services_) {
        if (service->config.server != server) continue;
        auto sum = service->counters;
        sum.padi = counters_.padi;
        sum.malformed = counters_.malformed;
        sum.rate_limited = counters_.rate_limited;
        sum.bad_cookie = counters_.bad_cookie;
        sum.refused += counters_.refused;
        return sum;
    }
    return {};
}

PppoeServerCounters PppoeServer::totals() const {
    auto sum = counters_;
    for (const auto& service : services_) {
        sum.pado += service->counters.pado;
        sum.padr += service->counters.padr;
        sum.pads += service->counters.pads;
        sum.padt += service->counters.padt;
        sum.withheld += service->counters.withheld;
        sum.refused += service->counters.refused;
        sum.sessions += service->counters.sessions;
    }
    return sum;
}

bool PppoeServer::full(const Service& service) {
    return service.config.max_sessions != 0 && service.counters.sessions >= service.config.max_sessions;
}

void PppoeServer::on_ether_frame(ByteView frame) {
    std::string_view why;
    const auto packet = wire::pppoe::decode(frame, &why);
    if (!packet) {
        ++counters_.malformed;
        return ports_.trace_malformed(frame, why);
    }
    ports_.trace_received(*packet);
    const bool to_us = packet->destination == port_->own_mac();
    switch (packet->code) {
        case Code::padi:
            if (!to_us && packet->destination != wire::pppoe::kBroadcast) break;
            return receive_padi(*packet);
        case Code::padr:
            if (!to_us) break;
            return receive_padr(*packet, frame);
        case Code::padt:
            if (!to_us) break;
            return receive_padt(*packet, frame);
        case Code::pado:
        case Code::pads:
            return bad(*packet, "only a concentrator sends this", counters_.malformed);
    }
    ports_.trace_ignored(*packet, "not for us");
}

void PppoeServer::close() {
    port_.reset();
    delayed_.clear();
    delay_.cancel();
}

void PppoeServer::on_ether_down(const Error& why) {
    close();
    acceptor_.listener_lost(interface_, why);  // may destroy this
}

void PppoeServer::receive_padi(const Discovery& padi) {
    ++counters_.padi;
    if (!limiter_.allow(padi.source, ports_.time.now()))
        return bad(padi, "too many PADIs", counters_.rate_limited);
    const auto requested = requested_service(padi);
    // One PADO for each AC-Name, because a PADO carries only one.
    for (auto it = services_.begin(); it != services_.end(); ++it) {
        const bool repeated = std::any_of(services_.begin(), it, [&](const auto& earlier) {
            return earlier->config.ac_name == (*it)->config.ac_name;
        });
        if (repeated) continue;
        Service* first = nullptr;
        for (auto other = it; other != services_.end(); ++other) {
            auto& service = **other;
            if (service.config.ac_name != (*it)->config.ac_name || !serves(service.config, requested))
                continue;
            if (full(service) || !acceptor_.admit(service.config.server, padi.source))
                ++service.counters.withheld;
            else if (!first || rank(service.config, requested) > rank(first->config, requested))
                first = &service;
        }
        if (first) offer(padi, *first);
    }
}

void PppoeServer::offer(const Discovery& padi, Service& first) {
    const auto requested = requested_service(padi);
    Builder pado{padi.source, port_->own_mac(), Code::pado};
    pado.tag(Tag::ac_name, first.config.ac_name).tag(Tag::service_name, requested);
    const auto cookie = cookies_.make(padi.source, name_tag(first.config.ac_name), ports_.time.now());
    pado.tag(Tag::ac_cookie, ByteView{cookie}).echo(Tag::host_uniq, padi).echo(Tag::relay_session_id, padi);
    if (const auto wanted = padi.max_payload()) {
        const auto granted = large_max_mru(port_->mtu(), std::min(*wanted, first.config.max_mru));
        if (granted > plain_max_mru(port_->mtu())) pado.max_payload(granted);
    }
    for (const auto& other : services_) {
        const auto& name = other->config.service_name;
        if (other->config.ac_name == first.config.ac_name && !full(*other) && !name.empty() &&
            name != wire::chars(requested))
            pado.tag(Tag::service_name, name);
    }
    if (first.config.pado_delay == Duration{})
        send(pado.frame());
    else if (!delay(std::move(pado).take(), first.config.pado_delay))
        return bad(padi, "too many delayed PADOs", counters_.rate_limited);
    ++first.counters.pado;
}

bool PppoeServer::delay(wire::Bytes pado, Duration by) {
    if (delayed_.size() >= limits_.delayed_offers) return false;
    const auto at = delayed_.emplace(ports_.time.now() + by, std::move(pado));
    if (at == delayed_.begin()) delay_ = ports_.time.after(by, [this] { send_delayed(); });
    return true;
}

void PppoeServer::send_delayed() {
    const auto now = ports_.time.now();
    while (!delayed_.empty() && delayed_.begin()->first <= now) {
        send(delayed_.begin()->second);
        delayed_.erase(delayed_.begin());
    }
    if (!delayed_.empty())
        delay_ = ports_.time.after(delayed_.begin()->first - now, [this] { send_delayed(); });
}

void PppoeServer::receive_padr(const Discovery& padr, ByteView frame) {
    const auto cookie = padr.find(Tag::ac_cookie).value_or(ByteView{});
    const auto proof = cookies_.check(padr.source, cookie, ports_.time.now());
    if (!proof) return bad(padr, "its AC-Cookie proves nothing", counters_.bad_cookie);
    if (const auto key = cookies_.spent(*proof)) return repeat_pads(padr, *key);

    const auto requested = requested_service(padr);
    std::shared_ptr<Service> best;
    for (const auto& service : services_) {
        if (name_tag(service->config.ac_name) != proof->tag || !serves(service->config, requested)) continue;
        const auto better = [&] {
            // A service with room before a full one: with any service asked for, either will do.
            if (full(*service) != full(*best)) return full(*best);
            return rank(service->config, requested) > rank(best->config, requested);
        };
        if (!best || better()) best = service;
    }
    if (!best) {
        ++counters_.refused;
        return refuse(padr, Tag::service_name_error,
                      fmt::format("no service '{}' here", escape(requested, 64)));
    }
    ++best->counters.padr;
    // Offers that were made long ago do not all become sessions at once.
    const bool admitted = acceptor_.admit(best->config.server, padr.source);
    if (admitted && best->config.one_session_per_host) replace_sessions_of(padr.source, *best);
    if (!admitted || full(*best)) {
        ++best->counters.refused;
        return refuse(padr, Tag::ac_system_error, "too many sessions");
    }
    accept(padr, *proof, best, frame);
}

void PppoeServer::repeat_pads(const Discovery& padr, std::uint64_t key) {
    const auto found = links_.find(key);
    if (found == links_.end()) return bad(padr, "its AC-Cookie is spent", counters_.bad_cookie);
    auto& link = *found->second;
    ++link.service_->counters.padr;
    if (!link.standing()) return ports_.trace_ignored(padr, "its PADS is on its way");
    link.answer_ = pads_tags(padr, link.service_->config, link.granted_);
    link.send_pads();
    link.answer_ = {};
}

void PppoeServer::accept(const Discovery& padr, const AcCookie::Proof& proof,
                         const std::shared_ptr<Service>& service, ByteView frame) {
    const auto id = ids_.take(padr.source, ports_.time.now());
    if (!id) {
        ++service->counters.refused;
        return refuse(padr, Tag::ac_system_error, "no session id left for this host");
    }
    const auto requested = requested_service(padr);
    const auto& config = service->config;
    LinkInfo info{.interface = interface_,
                  .service_name = requested.empty() ? config.service_name : escape(requested),
                  .ac_name = config.ac_name,
                  .own_mac = port_->own_mac(),
                  .peer_mac = padr.source,
                  .session_id = *id,
                  .max_mru = plain_max_mru(port_->mtu())};
    std::uint16_t granted = 0;
    if (const auto wanted = padr.max_payload()) {
        const auto large = large_max_mru(port_->mtu(), std::min(*wanted, config.max_mru));
        if (large > info.max_mru) info.max_mru = granted = large;
    }
    cookies_.spend(proof, SessionIds::key(padr.source, *id), ports_.time.now());
    const auto name = config.server;  // accept() may change the configuration
    accepting_ = frame;
    acceptor_.accept(std::make_unique<AcceptedLink>(*this, service, std::move(info),
                                                    pads_tags(padr, config, granted), proof, granted),
                     name);
    accepting_ = {};
}

wire::Bytes PppoeServer::pads_tags(const Discovery& padr, const PppoeService& service,
                                   std::uint16_t granted) {
    wire::Writer tags{64};
    const auto put = [&](Tag type, ByteView value) {
        wire::put_tlv<wire::kPppoeTag>(tags, static_cast<std::uint16_t>(type), value);
    };
    // A host that asked for any service learns which one it got.
    const auto requested = requested_service(padr);
    put(Tag::service_name, requested.empty() ? wire::octets(service.service_name) : requested);
    for (auto type : {Tag::host_uniq, Tag::relay_session_id})
        if (const auto value = padr.find(type)) put(type, *value);
    if (granted) {
        wire::Writer payload{2};
        put(Tag::ppp_max_payload, payload.u16(granted).view());
    }
    return std::move(tags).take();
}

void PppoeServer::replace_sessions_of(const MacAddress& host, const Service& service) {
    for (;;) {
        // From the start each time: an owner that loses a link may drop others.
        const auto chain = hosts_.find(SessionIds::key(host, 0));
        auto* old = chain == hosts_.end() ? nullptr : chain->second;
        while (old && old->service_.get() != &service) old = old->next_;
        if (!old) return;
        if (old->standing())
            old->send_padt();
        else
            old->refuse("replaced by a newer session");
        old->end(EndReason::replaced,
                 fmt::format("{} began a new session on {}", to_string(host), interface_));
    }
}

void PppoeServer::refuse(const Discovery& padr, Tag error, std::string_view text) {
    Builder pads{padr.source, port_->own_mac(), Code::pads};
    pads.tag(Tag::service_name, requested_service(padr))
        .echo(Tag::host_uniq, padr)
        .echo(Tag::relay_session_id, padr)
        .tag(error, text);
    send(pads.frame());
}

void PppoeServer::receive_padt(const Discovery& padt, ByteView frame) {
    const auto found = links_.find(SessionIds::key(padt.source, padt.session_id));
    // Before its PADS a host cannot know the session: somebody guesses.
    if (found == links_.end() || !found->second->standing())
        return ports_.trace_ignored(padt, "no such session");
    auto& link = *found->second;
    ++link.service_->counters.padt;
    if (link.owner_) link.owner_->link_received(frame);
    const auto failure = padt.failure();
    link.end(EndReason::peer_terminated,
             fmt::format("{} on {} ended session {}{}", to_string(padt.source), interface_, padt.session_id,
                         failure && !failure->text.empty() ? ": " + escape(failure->text) : ""));
}

void PppoeServer::enter(AcceptedLink& link) {
    links_[SessionIds::key(link.info_.peer_mac, link.info_.session_id)] = &link;
    auto& newest = hosts_[SessionIds::key(link.info_.peer_mac, 0)];
    link.next_ = newest;
    if (newest) newest->previous_ = &link;
    newest = &link;
    ++link.service_->counters.sessions;
}

void PppoeServer::leave(AcceptedLink& link) {
    const auto& host = link.info_.peer_mac;
    links_.erase(SessionIds::key(host, link.info_.session_id));
    if (link.next_) link.next_->previous_ = link.previous_;
    if (link.previous_)
        link.previous_->next_ = link.next_;
    else if (link.next_)
        hosts_[SessionIds::key(host, 0)] = link.next_;
    else
        hosts_.erase(SessionIds::key(host, 0));
    link.next_ = link.previous_ = nullptr;
    --link.service_->counters.sessions;
    ids_.release(host, link.info_.session_id, ports_.time.now());
}

bool PppoeServer::change_id(AcceptedLink& link) {
    const auto now = ports_.time.now();
    const auto& host = link.info_.peer_mac;
    const auto id = ids_.take(host, now);
    if (!id) return false;
    links_.erase(SessionIds::key(host, link.info_.session_id));
    ids_.release(host, link.info_.session_id, now);
    link.info_.session_id = *id;
    const auto key = SessionIds::key(host, *id);
    links_[key] = &link;
    cookies_.spend(link.proof_, key, now);
    return true;
}

void PppoeServer::bad(const Discovery& packet, std::string_view why, std::uint64_t& counter) {
    ++counter;
    ports_.trace_ignored(packet, why);
}

void PppoeServer::send(ByteView frame) {
    if (!port_) return;
    // A packet that cannot be sent is a packet lost: the host repeats its own.
    const auto sent = port_->send(frame);
    ports_.trace_sent(frame, sent);
}

}  // namespace ppp::link
