// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/client.hpp"
#include <fmt/format.h>
#include "base/message_ids.hpp"
#include "session/client_settings.hpp"
#include "session/describe.hpp"

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// A cable that is back within this time keeps its session, if the far end still answers.
constexpr Duration kCarrierGrace = 5s;

}  // namespace

std::shared_ptr<const SessionSettings> session_settings(const std::string& name, const ClientConfig& config) {
    auto settings = std::make_shared<SessionSettings>();
    settings->role = Role::client;
    settings->object = name;
    // A peer that asks for what the kept form of the password cannot serve gets a Nak with what it can.
    for (const auto m : {AuthMethod::mschap2, AuthMethod::mschap1, AuthMethod::chap_md5, AuthMethod::pap})
        if (config.allow.has(m) && config.password.proves().has(m)) settings->offer.add(m);
    settings->credentials.user = config.user;
    if (const auto* text = config.password.text()) settings->credentials.password = *text;
    if (const auto* hash = config.password.hash()) settings->credentials.hash = *hash;
    settings->max_mtu = config.max_mtu;
    settings->max_mru = config.max_mru;
    settings->keepalive = config.keepalive_timeout;
    return settings;
}

Client::Client(std::string name, ClientConfig config, ProfileWishes profile, Context context,
               Listener& listener)
    : name_(std::move(name)),
      config_(std::move(config)),
      profile_(std::move(profile)),
      context_(context),
      listener_(listener),
      since_(std::chrono::system_clock::now()),
      dialler_(make_dialler(name_, config_, context_.ports, context_.links)) {}

void Client::start() {
    dialler_->watch(*this);
    evaluate();
}

bool Client::keeps(const ClientConfig& config, const ProfileWishes& profile) const {
    return same_session(config_, config) && profile_ == profile;
}

void Client::configure(ClientConfig config, ProfileWishes profile) {
    const bool keep = keeps(config, profile);
    const bool enabling = config_.disabled && !config.disabled;
    config_ = std::move(config);
    profile_ = std::move(profile);
    if (keep) return;
    dialler_ = make_dialler(name_, config_, context_.ports, context_.links);
    dialler_->watch(*this);
    stopped_ = stopped_ && !enabling;
    retry_ = {};
    retry_timer_ = {};
    if (session_)
        return session_->terminate(EndReason::config_changed, "the configuration of " + name_ + " changed");
    evaluate();
}

Result<> Client::connect() {
    if (config_.disabled)
        return fail(Errc::refused, fmt::format("client '{}' is disabled: enable it first", name_));
    stopped_ = false;
    retry_ = {};
    retry_timer_ = {};
    evaluate();
    return {};
}

void Client::disconnect() {
    stopped_ = true;
    retry_timer_ = {};
    if (session_) return session_->terminate(EndReason::user_request, "taken down by hand");
    evaluate();
}

void Client::redial() {
    if (session_) session_->terminate(EndReason::user_request, "closed by hand");
}

void Client::shut_down(EndReason reason, std::string detail) {
    closing_ = true;
    retry_timer_ = {};
    if (session_) session_->terminate(reason, std::move(detail));
}

void Client::abort() {
    if (session_) session_->abort(EndReason::shutdown, "the service stopped");
}

void Client::evaluate() {
    if (session_ || closing_ || retry_timer_.armed()) return;
    next_attempt_.reset();
    if (config_.disabled) return set_state(ClientState::disabled);
    if (stopped_) return set_state(ClientState::stopped);
    if (config_.password.locked()) {
        last_reason_ = EndReason::auth_failed;
        last_error_ = fmt::format(
            "client {} does not dial: the seal of its password could not be opened when the service started; "
            "give the password again, or give the service its key and restart it",
            name_);
        return set_state(ClientState::stopped);
    }
    if (auto obstacle = dialler_->obstacle()) {
        if (last_error_ != obstacle->sentence) log().notice(fmt::format("{}: {}", name_, obstacle->sentence));
        last_reason_ = EndReason::parent_missing;
        last_error_ = std::move(obstacle->sentence);
        return set_state(ClientState::waiting_for_parent);
    }
    attempt();
}

void Client::obstacle_changed() {
    if (!session_) return evaluate();
    if (auto obstacle = dialler_->obstacle()) {
        if (!grace_.armed()) carrier_lost(std::move(*obstacle));
        return;
    }
    if (grace_.armed()) {
        grace_ = {};
        session_->probe();
    }
}

void Client::carrier_lost(Dialler::Obstacle why) {
    // What is gone does not come back as the same interface.
    if (why.gone || session_->phase() < Phase::establish)
        return session_->abort(why.reason, std::move(why.sentence));
    grace_ = context_.ports.time.after(kCarrierGrace, [this, why = std::move(why)]() mutable {
        if (session_) session_->abort(why.reason, std::move(why.sentence));
    });
}

void Client::attempt() {
    reported_connected_ = false;
    auto transport = dialler_->dial();
    session_id_ = ++context_.next_session_id;
    if (context_.ports.keeping) context_.ports.keeping->use(session_id_);
    session_ = std::make_unique<Session>(context_.ports, static_cast<Session::Owner&>(*this),
                                         session_settings(name_, config_), std::move(transport));
    session_->start();
}

Result<NetworkSettings> Client::session_authenticated(Session& session) {
    NetworkSettings network;
    network.interface = name_;
    network.profile = config_.profile;
    network.hooks = profile_.hooks;
    network.want_dns = config_.use_peer_dns;
    network.ipv6 = profile_.ipv6;
    network.encryption = profile_.encryption;
    network.compression = profile_.compression;
    network.host.default_route = config_.add_default_route;
    network.host.metric = config_.default_route_distance;
    if (const auto& link = session.link(); link.kind == link::LinkKind::pptp) {
        network.host.tunnel_end = link.peer_address;
        network.host.tunnel_gateway = link.way.gateway;
        network.host.tunnel_link = link.way.ifindex;
    }
    network.session_timeout = profile_.session_timeout;
    network.idle_timeout = profile_.idle_timeout;
    return network;
}

void Client::session_changed(Session& session) {
    if (session.phase() != Phase::running && context_.ports.keeping)
        context_.ports.keeping->forget(session_id_);
    switch (session.phase()) {
        case Phase::dead:
        case Phase::ended:
            return;
        case Phase::discovery:
            return set_state(ClientState::discovery);
        case Phase::establish:
            return set_state(ClientState::establish);
        case Phase::authenticate:
            return set_state(ClientState::authenticate);
        case Phase::network:
            return set_state(ClientState::network);
        case Phase::terminate:
            return set_state(ClientState::terminating);
        case Phase::running:
            return connected();
    }
}

void Client::connected() {
    const auto& link = session_->link();
    last_error_.clear();
    last_reason_ = EndReason::none;
    if (auto kept = dialler_->remember(link); !kept)
        log().warning(fmt::format("{}: {}", name_, kept.error().what));
    set_state(ClientState::connected);
    as_event(session_log(), message_id::kSessionUp)
        .info(fmt::format("{}: connected to {}: {}", name_, describe_link(link),
                          describe_addresses(*session_)));
    if (!reported_connected_) {
        reported_connected_ = true;
        listener_.client_connected(*this, *session_);
    }
}

void Client::session_ended(Session& session) {
    const auto reason = session.end_reason();
    const bool expected = reason == EndReason::user_request || reason == EndReason::shutdown ||
                          reason == EndReason::config_changed;
    // The peer heard our last word, unless the wire or the peer was gone.
    const bool unheard = reason == EndReason::lost_carrier || reason == EndReason::parent_missing ||
                         reason == EndReason::echo_timeout;
    if (!unheard) dialler_->forget();
    const auto text = fmt::format("{}: {}: {}", name_, end_reason_name(reason), session.end_detail());
    const bool repeated = reason == last_reason_ && session.end_detail() == last_error_;
    as_event(session_log(), end_message_id(reason))
        .write(expected || repeated ? Level::info : Level::warning, text);
    last_reason_ = reason;
    last_error_ = expected ? "" : session.end_detail();
    grace_ = {};
    const auto connected_for = session.connected_for();
    listener_.client_session_ended(*this, session, reported_connected_);
    session_.reset();
    if (closing_) return listener_.client_changed(*this);
    if (stopped_ || config_.disabled || reason == EndReason::config_changed) return evaluate();
    const auto pause = retry_.next(reason, connected_for, context_.ports.rng);
    retry_timer_ = context_.ports.time.after(pause, [this] {
        retry_timer_ = {};
        evaluate();
    });
    next_attempt_ = std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(pause);
    set_state(ClientState::waiting_to_retry);
}

void Client::set_state(ClientState state) {
    if (state_ != state) since_ = std::chrono::system_clock::now();
    state_ = state;
    listener_.client_changed(*this);
}

Log Client::session_log() const { return log().with("PPP_SESSION", std::to_string(session_id_)); }

Log Client::log() const { return context_.ports.log.with("PPP_OBJECT", name_); }

ClientStatus Client::status() const {
    ClientStatus out;
    out.name = name_;
    out.kind = config_.kind;
    out.parent = dialler_->parent();
    out.state = state_;
    out.since = since_;
    out.next_attempt = next_attempt_;
    out.last_reason = last_reason_;
    out.last_error = last_error_;
    out.session = session_id_;
    out.service_name = dialler_->service_name();
    if (session_) fill_status(*session_, out);
    return out;
}

ClientGauges Client::gauges() const {
    ClientGauges out;
    if (session_) out.malformed = session_->malformed();
    if (!session_ || !session_->unit()) return out;
    out.traffic = to_traffic(session_->counters());
    if (auto idle = session_->unit()->idle()) out.idle = std::min(idle->sent, idle->received);
    return out;
}

}  // namespace ppp::session
