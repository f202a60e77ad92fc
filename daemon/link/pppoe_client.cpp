// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppoe_client.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace ppp::link {
namespace {
using wire::escape;
using wire::pppoe::Builder;
using wire::pppoe::Code;
using wire::pppoe::Tag;

constexpr std::uint16_t kReservedId = 0xffff;  // RFC 2516 section 4
constexpr std::size_t kMaxEarly = 8, kMaxRefusals = 4, kMaxListed = 8;

EndReason reason_of(const Error& error) {
    return error.code == Errc::not_found || error.sys == ENETDOWN ? EndReason::parent_missing
                                                                  : EndReason::kernel_error;
}

/// What an error tag says, or the tag's name when it says nothing.
std::string text_of(const wire::pppoe::Discovery::Failure& failure) {
    if (!failure.text.empty()) return escape(failure.text);
    switch (failure.tag) {
        case Tag::service_name_error:
            return "Service-Name-Error";
        case Tag::ac_system_error:
            return "AC-System-Error";
        default:
            return "Generic-Error";
    }
}
}  // namespace

PppoeClient::PppoeClient(PppoeClientConfig config, PppoePorts ports)
    : config_(std::move(config)), ports_(ports) {
    info_.interface = config_.interface;
    info_.service_name = escape(config_.service_name);
}

PppoeClient::~PppoeClient() {
    if (destroyed_) *destroyed_ = true;
}

PppoeClient::PppoeClient(PppoeClientConfig config, PppoePorts ports, KeptLink link)
    : PppoeClient(std::move(config), ports) {
    info_ = std::move(link.info);
    host_uniq_ = link.host_uniq;
    cookie_tags_ = std::move(link.tags);
}

bool PppoeClient::open_discovery() {
    auto port = ports_.ether.open(config_.interface, {.want = EtherFilter::Want::host}, *this);
    if (port) discovery_ = *std::move(port);
    if (!port) end_later(reason_of(port.error()), port.error().what);
    return discovery_ != nullptr;
}

void PppoeClient::resume(Owner& owner) {
    owner_ = &owner;
    if (open_discovery()) state_ = DiscoveryState::connected;
}

void PppoeClient::start(Owner& owner) {
    owner_ = &owner;
    if (!open_discovery()) return;
    info_.own_mac = discovery_->own_mac();
    info_.max_mru = plain_max_mru(discovery_->mtu());
    begin_round();
}

void PppoeClient::attached() {
    session_.reset();
    early_ = {};
}

void PppoeClient::stop() {
    if (state_ == DiscoveryState::connected) send_terminate(info_.session_id);
    state_ = DiscoveryState::ended;
    timer_.cancel();
    discovery_.reset();
    attached();
}

Result<> PppoeClient::send_padt(EtherPort& port, const MacAddress& own_mac, const MacAddress& ac_mac,
                                std::uint16_t session_id) {
    Builder padt{ac_mac, own_mac == MacAddress{} ? port.own_mac() : own_mac, Code::padt, session_id};
    return port.send(padt.frame());
}

// Nothing of an earlier round is left: not the address of the concentrator, not its cookie, not our
// Host-Uniq.
void PppoeClient::begin_round() {
    ++round_;
    state_ = DiscoveryState::soliciting;
    last_host_uniq_ = host_uniq_;
    host_uniq_ = ports_.rng.octets<8>();
    info_.peer_mac = {};
    info_.ac_name.clear();
    cookie_tags_.clear();
    refusals_.clear();
    attached();
    tries_ = 0;
    timeout_ = config_.first_timeout;
    solicit();
}

void PppoeClient::solicit() {
    ++tries_;
    ++padi_sent_;
    timer_ = ports_.time.after(timeout_, [this] { padi_timeout(); });
    timeout_ *= 2;
    Builder padi{wire::pppoe::kBroadcast, info_.own_mac, Code::padi};
    padi.tag(Tag::service_name, config_.service_name).tag(Tag::host_uniq, host_uniq_);
    if (const auto payload = wanted_payload()) padi.max_payload(payload);
    send(padi);
}

void PppoeClient::request() {
    ++tries_;
    timer_ = ports_.time.after(timeout_, [this] { padr_timeout(); });
    timeout_ *= 2;
    Builder padr{info_.peer_mac, info_.own_mac, Code::padr};
    padr.tag(Tag::service_name, requested_).tag(Tag::host_uniq, host_uniq_).raw(cookie_tags_);
    if (const auto payload = wanted_payload()) padr.max_payload(payload);
    send(padr);
}

void PppoeClient::padi_timeout() {
    if (tries_ < config_.padi_tries) return solicit();
    end(refusals_.empty() ? EndReason::no_answer : EndReason::service_refused, no_answer());
}

void PppoeClient::padr_timeout() {
    if (tries_ < config_.padr_tries) return request();
    if (round_ < config_.rounds) return begin_round();
    end(EndReason::no_answer,
        fmt::format("{} offered service but answered none of {} PADR", concentrator(), config_.padr_tries));
}

void PppoeClient::on_ether_frame(wire::ByteView frame) {
    wire::Reader type{frame};
    type.take(12);
    if (type.u16() == wire::pppoe::kSessionEtherType) return receive_session(frame);

    std::string_view why;
    const auto packet = wire::pppoe::decode(frame, &why);
    if (!packet) {
        ++counters_.malformed;
        return ports_.trace_malformed(frame, why);
    }
    ++counters_.received;
    ports_.trace_received(*packet);
    if (packet->destination != info_.own_mac) return ignore(*packet, "not sent to us alone");
    if (concerns_us(*packet)) owner_->link_received(frame);
    switch (packet->code) {
        case Code::pado:
            return receive_pado(*packet);
        case Code::pads:
            return receive_pads(*packet);
        case Code::padt:
            return receive_padt(*packet);
        case Code::padi:
        case Code::padr:
            return ignore(*packet, "only a host sends this");
    }
}

bool PppoeClient::concerns_us(const Discovery& packet) const {
    if (packet.code != Code::padt) return ours(packet);
    return state_ == DiscoveryState::connected && packet.source == info_.peer_mac &&
           packet.session_id == info_.session_id;
}

void PppoeClient::receive_pado(const Discovery& pado) {
    if (!ours(pado)) return ignore(pado, "not our Host-Uniq");
    if (state_ != DiscoveryState::soliciting) return ignore(pado, "not asked for any more");
    const auto name = pado.find(Tag::ac_name);
    if (!name) return ignore(pado, "no AC-Name");
    const auto wanted = wire::octets(config_.service_name);
    const bool right_name = config_.ac_name.empty() || wire::chars(*name) == config_.ac_name;
    const bool right_service = wanted.empty() || pado.has(Tag::service_name, wanted);
    if (pado.failure() || !right_name || !right_service) {
        remember_refusal(pado);
        return ignore(pado, "not what we want");
    }
    info_.peer_mac = pado.source;
    info_.ac_name = escape(*name);
    // A PADR asks for one service: with any allowed, for "any" where that is offered, else for the first.
    requested_ = config_.service_name;
    if (wanted.empty() && !pado.has(Tag::service_name, {}))
        requested_ = wire::chars(pado.find(Tag::service_name).value_or(wire::ByteView{}));
    wire::Writer keep;
    for (auto tag : {Tag::ac_cookie, Tag::relay_session_id})
        if (auto value = pado.find(tag))
            wire::put_tlv<wire::kPppoeTag>(keep, static_cast<std::uint16_t>(tag), *value);
    cookie_tags_ = std::move(keep).take();

    // Between PADS and the channel the concentrator's first LCP frame would find nobody: catch it here.
    auto capture = ports_.ether.open(config_.interface,
                                     {.want = EtherFilter::Want::session, .peer = info_.peer_mac}, *this);
    if (capture) session_ = *std::move(capture);  // without it the peer repeats its Configure-Request
    state_ = DiscoveryState::requesting;
    tries_ = 0;
    timeout_ = config_.first_timeout;
    request();
}

void PppoeClient::receive_pads(const Discovery& pads) {
    const auto uniq = pads.find(Tag::host_uniq);
    const bool last_round = uniq && round_ > 1 && std::ranges::equal(*uniq, last_host_uniq_);
    const bool usable = pads.session_id != 0 && pads.session_id != kReservedId && !pads.failure();
    if (usable && (last_round || (ours(pads) && state_ == DiscoveryState::connected &&
                                  pads.session_id != info_.session_id))) {
        // A session that nobody will use would be held against us by the concentrator for minutes.
        ignore(pads, "the answer to a PADR that is over");
        Builder padt{pads.source, info_.own_mac, Code::padt, pads.session_id};
        padt.echo(Tag::host_uniq, pads).echo(Tag::relay_session_id, pads);
        return send(padt);
    }
    if (!ours(pads)) return ignore(pads, "not our Host-Uniq");
    if (state_ != DiscoveryState::requesting) return ignore(pads, "not asked for");
    if (pads.source != info_.peer_mac) return ignore(pads, "not the concentrator we asked");
    if (auto failure = pads.failure()) {
        const auto what = requested_.empty() ? "a session" : fmt::format("service '{}'", escape(requested_));
        return end(EndReason::service_refused,
                   fmt::format("{} refused {}: {}", concentrator(), what, text_of(*failure)));
    }
    if (!usable) return ignore(pads, "no usable session id");
    establish(pads);
}

void PppoeClient::establish(const Discovery& pads) {
    timer_.cancel();
    state_ = DiscoveryState::connected;
    info_.session_id = pads.session_id;
    if (const auto service = pads.find(Tag::service_name); service && !service->empty())
        info_.service_name = escape(*service);
    else
        info_.service_name = escape(requested_);
    if (const auto agreed = pads.max_payload(); agreed && wanted_payload())
        info_.max_mru = large_max_mru(discovery_->mtu(), std::min(*agreed, wanted_payload()));

    auto socket = ports_.pppox.connect_pppoe(config_.interface, info_.peer_mac, info_.session_id);
    if (!socket) {
        send_terminate(info_.session_id);
        return end(EndReason::kernel_error, std::move(socket).error().what);
    }
    bool destroyed = false;
    destroyed_ = &destroyed;
    auto early = std::move(early_);
    early_.clear();
    owner_->link_ready(*std::move(socket));
    for (const auto& [session_id, frame] : early) {
        // session_ closes when the owner attaches the channel, stops, or is told that the link is lost.
        if (destroyed || !session_) break;
        if (session_id == info_.session_id) owner_->early_frame(frame);
    }
    if (!destroyed) destroyed_ = nullptr;
}

void PppoeClient::receive_session(wire::ByteView frame) {
    const auto packet = wire::pppoe::decode_session(frame);
    if (!packet || packet->source != info_.peer_mac || packet->destination != info_.own_mac) return;
    if (state_ == DiscoveryState::connected) {
        if (packet->session_id == info_.session_id) owner_->early_frame(packet->frame);
    } else if (state_ == DiscoveryState::requesting && early_.size() < kMaxEarly) {
        // Two sockets are read in any order, so a frame may come before the PADS that says whose it is.
        early_.push_back({packet->session_id, {packet->frame.begin(), packet->frame.end()}});
    }
}

void PppoeClient::receive_padt(const Discovery& padt) {
    if (state_ != DiscoveryState::connected) return ignore(padt, "no session");
    if (padt.source != info_.peer_mac) return ignore(padt, "not our concentrator");
    if (padt.session_id != info_.session_id) return ignore(padt, "not our session");
    const auto failure = padt.failure();
    end(EndReason::peer_terminated, fmt::format("{} ended session {}{}", concentrator(), info_.session_id,
                                                failure ? ": " + text_of(*failure) : ""));
}

void PppoeClient::on_ether_down(const Error& why) {
    end(why.sys == ENODEV ? EndReason::parent_missing : EndReason::lost_carrier, why.what);
}

void PppoeClient::remember_refusal(const Discovery& pado) {
    std::string text = fmt::format("'{}' ({}) ", escape(pado.find(Tag::ac_name).value_or(wire::ByteView{})),
                                   to_string(pado.source));
    if (const auto failure = pado.failure()) {
        text += "says: " + text_of(*failure);
    } else {
        text += "offers";
        std::size_t listed = 0;
        for (wire::TlvCursor<wire::kPppoeTag> c{pado.tags}; c.next() && listed < kMaxListed;)
            if (c.tlv().type == static_cast<std::uint16_t>(Tag::service_name))
                text += fmt::format("{} '{}'", listed++ ? "," : "", escape(c.tlv().value, 64));
        if (listed == 0) text += " no service";
    }
    if (refusals_.size() < kMaxRefusals && std::ranges::find(refusals_, text) == refusals_.end())
        refusals_.push_back(std::move(text));
}

std::string PppoeClient::no_answer() const {
    const auto whom = config_.ac_name.empty()
                          ? std::string("no Access-Concentrator")
                          : fmt::format("no Access-Concentrator '{}'", escape(config_.ac_name));
    const auto what = config_.service_name.empty()
                          ? std::string("any service")
                          : fmt::format("service '{}'", escape(config_.service_name));
    if (refusals_.empty())
        return fmt::format("{} on {} answered {} PADI for {}", whom, config_.interface, padi_sent_, what);
    std::string text = fmt::format("{} on {} offers {}", whom, config_.interface, what);
    for (const auto& refusal : refusals_) text += "; " + refusal;
    return text;
}

std::string PppoeClient::concentrator() const {
    return fmt::format("Access-Concentrator '{}' ({}) on {}", info_.ac_name, to_string(info_.peer_mac),
                       config_.interface);
}

std::uint16_t PppoeClient::wanted_payload() const {
    const auto payload = large_max_mru(discovery_->mtu(), config_.max_mru);
    return payload > plain_max_mru(discovery_->mtu()) ? payload : std::uint16_t{0};
}

bool PppoeClient::ours(const Discovery& packet) const { return packet.has(Tag::host_uniq, host_uniq_); }

void PppoeClient::ignore(const Discovery& packet, std::string_view why) {
    ++counters_.ignored;
    ports_.trace_ignored(packet, why);
}

void PppoeClient::send(Builder& packet) {
    ++counters_.sent;
    // A packet that cannot be sent is a packet lost: the timer repeats it, and on_ether_down() tells the
    // rest.
    const auto sent = discovery_->send(packet.frame());
    ports_.trace_sent(packet.frame(), sent);
    owner_->link_sent(packet.frame());
}

void PppoeClient::send_terminate(std::uint16_t session_id) {
    Builder padt{info_.peer_mac, info_.own_mac, Code::padt, session_id};
    padt.tag(Tag::host_uniq, host_uniq_).raw(cookie_tags_);
    send(padt);
}

void PppoeClient::end(EndReason reason, std::string detail) {
    state_ = DiscoveryState::ended;
    timer_.cancel();
    discovery_.reset();
    attached();
    owner_->link_lost(reason, std::move(detail));  // may destroy this
}

void PppoeClient::end_later(EndReason reason, std::string detail) {
    timer_ = ports_.time.after({}, [this, reason, text = std::move(detail)] { end(reason, text); });
}

}  // namespace ppp::link
