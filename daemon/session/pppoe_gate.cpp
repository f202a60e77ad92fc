// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/pppoe_gate.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

link::PppoeService service_of(const std::string& name, const config::PppoeServer& config,
                              const std::string& ac_name) {
    constexpr std::uint16_t kPlain = 1492;
    return {.server = name,
            .service_name = config.service_name,
            .ac_name = ac_name,
            .max_sessions = config.max_sessions,
            .one_session_per_host = config.one_session_per_host,
            .pado_delay = config.pado_delay,
            .max_mru = std::max(config.max_mru.value_or(kPlain), config.max_mtu.value_or(kPlain))};
}

link::LinkInfo of_host(const link::MacAddress& host) {
    link::LinkInfo out;
    out.peer_mac = host;
    return out;
}

}  // namespace

PppoeGate::PppoeGate(Ports& ports, link::PppoePorts pppoe, Gate::Owner& owner)
    : ports_(ports), pppoe_(pppoe), owner_(owner) {
    parents_ = ports_.network.links().on_link([this](const net::LinkEvent& event) { parent_event(event); });
}

void PppoeGate::open(const ServerConfigs& servers) {
    const auto before = std::exchange(served_, {});
    for (const auto& [name, server] : servers) {
        auto& served = served_[name];
        served.interface = std::get<config::PppoeServer>(server.object).interface;
        served.ac_name = own_name(server);
        const auto known = before.find(name);
        if (known != before.end() && known->second.interface == served.interface)
            served.problem = known->second.problem;
    }
    for (const auto& [name, was] : before) {
        const auto still = served_.find(name);
        if (still == served_.end() || still->second.interface != was.interface)
            listeners_.at(was.interface)->remove_service(name);
    }
    for (const auto& [interface, listener] : listeners_) close_unused(interface);
    for (const auto& [name, server] : servers) {
        const auto& served = served_.at(name);
        auto& listener = listeners_[served.interface];
        if (!listener)
            listener = std::make_unique<link::PppoeServer>(
                served.interface, pppoe_, static_cast<link::PppoeAcceptor&>(*this), buckets_);
        listener->set_service(service_of(name, std::get<config::PppoeServer>(server.object), served.ac_name));
        if (!listener->listening()) listen(served.interface);
        owner_.gate_changed(name);
    }
}

void PppoeGate::close_unused(const std::string& interface) {
    const auto at = listeners_.find(interface);
    if (at != listeners_.end() && at->second->idle()) at->second->close();
}

void PppoeGate::listen(const std::string& interface) {
    const auto at = listeners_.find(interface);
    if (at == listeners_.end() || at->second->empty()) return;
    const auto result = at->second->listen();
    for (auto& [name, served] : served_) {
        if (served.interface != interface) continue;
        const auto problem = result ? std::string() : result.error().what;
        const auto text =
            result ? fmt::format("server {}: listening on {} as '{}'", name, interface, served.ac_name)
                   : fmt::format("server {}: not listening: {}", name, problem);
        if (result || served.problem != problem) log(name).notice(text);
        served.problem = problem;
        owner_.gate_changed(name);
    }
    if (!result) listen_later();
}

void PppoeGate::listen_later() {
    // The link event may have come before the socket noticed, and some failures pass without any event.
    relisten_ = ports_.time.after(1s, [this] {
        for (const auto& [interface, listener] : listeners_) {
            const auto* link = ports_.network.links().find(interface);
            if (link && link->up && !listener->listening()) listen(interface);
        }
    });
}

void PppoeGate::listener_lost(const std::string& interface, const Error& why) {
    listen_later();
    for (auto& [name, served] : served_) {
        if (served.interface != interface) continue;
        served.problem = why.what;
        log(name).warning(fmt::format("server {}: stopped listening: {}", name, why.what));
        owner_.gate_changed(name);
    }
}

void PppoeGate::parent_event(const net::LinkEvent& event) {
    // A listener knows its interface by name and answers from its address: with another one it would be deaf.
    if (event.before && (event.renamed() || event.before->mac != event.link.mac)) {
        const auto was = listeners_.find(event.before->name);
        if (was != listeners_.end() && was->second->listening()) {
            was->second->close();
            listen(was->first);
        }
    }
    if (event.kind == net::LinkEvent::Kind::removed || !event.link.up) return;
    const auto at = listeners_.find(event.link.name);
    if (at != listeners_.end() && !at->second->listening()) listen(event.link.name);
}

bool PppoeGate::admit(const std::string& server, const link::MacAddress& host) {
    return owner_.admit(server, of_host(host).host());
}

void PppoeGate::accept(std::unique_ptr<link::Transport> transport, const std::string& server) {
    owner_.accept(std::move(transport), server);
}

Result<std::unique_ptr<link::Transport>> PppoeGate::take_over(const std::string& server,
                                                              const link::KeptLink& link, Fd) {
    const auto served = served_.find(server);
    if (served == served_.end() || served->second.interface != link.info.interface)
        return fail(Errc::config, fmt::format("server '{}' was removed, disabled or moved", server));
    auto transport = listeners_.at(served->second.interface)->take_over(server, link);
    if (!transport)
        return fail(Errc::refused, fmt::format("its PPPoE session id {} is in use", link.info.session_id));
    return transport;
}

void PppoeGate::describe(const std::string& server, ServerStatus& out) const {
    const auto& served = served_.at(server);
    out.ac_name = served.ac_name;
    out.problem = served.problem;
    const auto& listener = *listeners_.at(served.interface);
    out.listening = listener.listening();
    const auto c = listener.counters(server);
    out.padi = c.padi;
    out.pado = c.pado;
    out.padr = c.padr;
    out.pads = c.pads;
    out.padt = c.padt;
    out.malformed = c.malformed;
    out.rate_limited = c.rate_limited;
    out.bad_cookie = c.bad_cookie;
    out.refused = c.refused + c.withheld;
}

void PppoeGate::add_to(Statistics& statistics) const {
    for (const auto& [interface, listener] : listeners_) {
        const auto c = listener->totals();
        statistics.padi += c.padi;
        statistics.pado += c.pado;
        statistics.padr += c.padr;
        statistics.pads += c.pads;
        statistics.padt += c.padt;
        statistics.malformed_discovery += c.malformed;
        statistics.rate_limited += c.rate_limited;
        statistics.bad_cookie += c.bad_cookie;
        statistics.refused += c.refused + c.withheld;
    }
}

Log PppoeGate::log(const std::string& server) const { return ports_.log.with("PPP_OBJECT", server); }

}  // namespace ppp::session
