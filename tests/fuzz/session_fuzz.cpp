// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Whole sessions, our client against our server, with an attacker on the wire, an unlucky kernel and a
/// nervous operator: whatever they do, the two agree about who is connected, nothing is left behind, and once
/// they are left alone they connect again.
///
/// Script: settings, manners of the end, then (operation, argument, length, octets)*.
#include "fuzz/session_attack.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::require;

namespace {
constexpr std::size_t kMaxSteps = 48;

struct Run : test::Attack {
    using Attack::Attack;
    void check() const;
    void recover();
    void finish(std::uint8_t manners);
};

void Run::check() const {
    const auto& server = *w.server;
    const auto& opened = w.server_events.opened;
    const auto& closed = w.server_events.closed;
    // Without the password nobody gets in, whatever is injected.
    require(right_password || opened.empty());
    require(closed.size() <= opened.size());
    for (const auto& row : opened) {
        require(row.name == "bob" && row.server == "fibre" && row.session_id != 0);
        require(row.address.starts_with("10.0.0.") || row.address.empty());
    }
    std::set<std::string> addresses;
    for (const auto* session : server.running()) {
        require(session->user() == "bob" && session->unit() && session->mtu() >= 128);
        require(proven(*session));
        const auto row = server.row(*session);
        require(row.address.empty() || addresses.insert(row.address).second);
    }
    if (const auto status = server.status("fibre")) {
        require(status->sessions <= server.session_count() && test::is_plain(status->last_failure));
    }
    const auto status = w.client->status();
    require(test::is_plain(status.last_error) && test::is_plain(status.ac_name));
    const auto* session = w.client->session();
    require((session == nullptr) == w.client->idle());
    require(w.kernel.live_units() <= server.session_count() + (session ? 1 : 0));
    require(w.kernel.live_channels() <= server.session_count() + (session ? 1 : 0));
    if (status.state != ClientState::connected) return;
    require(session && session->phase() == Phase::running && session->unit());
    require((session->ipcp() != nullptr) || (session->ipv6cp() != nullptr));
    // Only a server that has seen the proof lets us in.
    require(tampered || proven(*session));
}

/// Whatever has happened: left alone, both find each other again, so nothing that a session needs is lost.
void Run::recover() {
    to_drop = 0;
    to_damage.clear();
    w.segment.set_faults({});
    w.home.ether.set_up("eth1", true);
    w.isp.ether.set_up("eth0", true);
    w.home.network.set_carrier(1, true);
    auto& fibre = w.config.pppoe_server["fibre"];
    fibre.disabled = false;
    fibre.default_profile = "homes";
    fibre.max_sessions = 0;
    w.server->configure(w.config);
    w.dialler.service_name.clear();
    w.client->configure(session::client_config(w.dialler), {});
    (void)w.client->connect();
    tampered = true;  // what was sent before may still be under way
    for (int i = 0; i < 1500 && w.state() != ClientState::connected; ++i) {
        pass(1s);
        check();
    }
    require(w.state() == ClientState::connected);
}

void Run::finish(std::uint8_t manners) {
    const bool silent = (manners & 3) == 3;
    if (silent) {
        w.client.reset();
        w.server.reset();
    } else if ((manners & 3) == 2) {
        w.client->shut_down(EndReason::shutdown, "over");
        w.client->abort();
        w.server->abort();
    }
    w.end();
    require(w.kernel.interfaces() == 0 && w.kernel.live_units() == 0 && w.kernel.live_channels() == 0);
    require(w.kernel.open_calls() == 0);
    for (const auto* host : {&w.isp, &w.home})
        require(host->network.state().addresses.empty() && host->network.state().routes.empty());
    if (silent) return;
    require(w.server->session_count() == 0 && w.client->idle());
    std::multiset<std::uint64_t> opened, closed;
    for (const auto& row : w.server_events.opened) opened.insert(row.id);
    for (const auto& row : w.server_events.closed) closed.insert(row.id);
    require(opened == closed && std::set(opened.begin(), opened.end()).size() == opened.size());
    for (const auto* ends : {&w.server_events.reasons, &w.client_events.reasons})
        for (const auto why : *ends) require(why != EndReason::none && !end_reason_name(why).empty());
    for (const auto* ends : {&w.server_events.details, &w.client_events.details})
        for (const auto& detail : *ends) require(!detail.empty() && test::is_plain(detail));
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader script{{data, size}};
    const auto settings = script.u8(), manners = script.u8();
    Run run(settings, manners);
    for (std::size_t steps = 0; steps < kMaxSteps && !script.empty(); ++steps) {
        const auto operation = script.u8();
        const auto argument = script.u8();
        const auto octets = script.take(std::min<std::size_t>(script.u8(), script.rest().size()));
        run.step(operation, argument, octets);
        run.pass(0s);  // what ends does so from the loop
        run.check();
    }
    if (run.right_password && manners & 4) run.recover();
    run.finish(manners);
    return 0;
}
