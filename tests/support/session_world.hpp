// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SessionWorld: a provider and a home on one Ethernet segment, whole sessions in virtual time.
///
/// Everything but the protocols is a behaving fake. A server session and a client session share one FakePpp,
/// which joins their channels as the wire would.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "aaa/secrets.hpp"
#include "session/access_server.hpp"
#include "session/client.hpp"
#include "session/last_session.hpp"
#include "support/fake_ether.hpp"
#include "support/fake_guard.hpp"
#include "support/fake_network.hpp"
#include "support/fake_ppp.hpp"
#include "support/fake_pppox.hpp"
#include "support/log_capture.hpp"
#include "support/scratch_directory.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

inline constexpr link::MacAddress kAcMac{2, 0, 0, 0, 0, 1}, kHomeMac{2, 0, 0, 0, 0, 2};

inline AuthMethods only(AuthMethod method) {
    AuthMethods out;
    out.add(method);
    return out;
}

struct SessionWorld {
    /// One machine: its own interfaces, routes and log.
    struct Host {
        Host(SessionWorld& w, const char* interface, const link::MacAddress& mac)
            : network(w.time),
              secrets(w.time),
              guard(w.time),
              ports{w.time, w.rng, w.kernel, network, secrets, Log(log), nullptr, &guard},
              pppoe{.time = w.time, .rng = w.rng, .ether = ether, .pppox = pppox} {
            ether.add(interface, w.segment, mac);
            network.add_link(
                {.ifindex = 1, .name = interface, .mac = mac, .mtu = 1500, .up = true, .carrier = true});
            pppox.make = [&w](const FakePppox::Session& session) { return w.join(session.session_id); };
        }
        [[nodiscard]] session::LinkPorts links(session::LastSessions& remembered) const {
            return {.pppoe = pppoe, .memory = &remembered};
        }
        LogCapture log;
        FakeNetwork network;
        FakeEtherPorts ether;
        FakePppox pppox;
        aaa::Secrets secrets;
        FakeGuard guard;
        session::Ports ports;
        link::PppoePorts pppoe;
    };
    struct ServerEvents final : session::AccessServer::Listener {
        explicit ServerEvents(SessionWorld& w) : world(w) {}
        void server_session_opened(const session::SessionRow& row) override { opened.push_back(row); }
        void server_session_closed(const session::SessionRow& row, EndReason why,
                                   const std::string& text) override {
            closed.push_back(row);
            reasons.push_back(why);
            details.push_back(text);
        }
        void server_changed(const std::string&) override {}
        void server_session_over(const session::Session& s, const session::SessionRow&, bool) override {
            if (world.watch_ends) world.watch_ends(session::Role::server, s);
        }
        SessionWorld& world;
        std::vector<session::SessionRow> opened, closed;
        std::vector<EndReason> reasons;
        std::vector<std::string> details;
    };
    struct ClientEvents final : session::Client::Listener {
        explicit ClientEvents(SessionWorld& w) : world(w) {}
        void client_changed(session::Client&) override { ++changes; }
        void client_connected(session::Client&, const session::Session&) override { ++connected; }
        void client_session_ended(session::Client&, const session::Session& s, bool) override {
            reasons.push_back(s.end_reason());
            details.push_back(s.end_detail());
            if (world.watch_ends) world.watch_ends(session::Role::client, s);
        }
        SessionWorld& world;
        int changes = 0, connected = 0;
        std::vector<EndReason> reasons;
        std::vector<std::string> details;
    };

    SessionWorld() {
        kernel.changed = [this](unsigned index, bool exists) {
            for (auto* host : {&isp, &home})
                exists ? host->network.add_hidden_link(index) : host->network.remove_link(index);
        };
        config.profile["default"] = {};
        config.profile["homes"].local_address = "10.0.0.1";
        config.profile["homes"].remote_address = "10.0.0.2-10.0.0.9";
        config.profile["homes"].dns_server = {"10.0.0.53", "10.0.0.54"};
        auto& fibre = config.pppoe_server["fibre"];
        fibre.interface = "eth0";
        fibre.ac_name = "ac1";
        fibre.default_profile = "homes";
        fibre.disabled = false;
        dialler.interface = "eth1";
        dialler.user = "bob";
        dialler.password = Secret("secret");
        dialler.disabled = false;
        isp.secrets.replace({secret("bob", "secret")});
    }
    static aaa::SecretEntry secret(const std::string& user, const std::string& password) {
        return {.name = user, .password = Secret(password)};
    }
    /// Brings the provider up with `config`.
    void serve() {
        server = std::make_unique<session::AccessServer>(
            session::AccessServer::Context{isp.ports, isp.links(memory), next_id}, server_events);
        server->configure(config);
    }
    /// Starts the home's client with `dialler`.
    session::Client& dial(session::Client::ProfileWishes wishes = {}) {
        client = std::make_unique<session::Client>(
            "pppoe-out1", session::client_config(dialler), wishes,
            session::Client::Context{home.ports, home.links(memory), next_id}, client_events);
        client->start();
        return *client;
    }
    [[nodiscard]] session::ClientState state() const { return client->status().state; }
    /// Ends both sides and lets everything settle; nothing may be left in the kernel.
    void end() {
        if (client) client->shut_down(EndReason::shutdown, "the test is over");
        if (server) server->shut_down(EndReason::shutdown, "the test is over");
        time.advance(std::chrono::seconds(20));
    }

    /// The two ends of one session id find each other, whoever connects first.
    Fd join(std::uint16_t session_id) {
        if (auto waiting = ends.extract(session_id)) return std::move(waiting.mapped());
        auto [mine, theirs] = kernel.socket_pair();
        keys[session_id] = {FakePpp::key(mine), FakePpp::key(theirs)};
        ends.emplace(session_id, std::move(theirs));
        return std::move(mine);
    }

    VirtualTime time;
    SeededRng rng;
    FakePpp kernel{time};
    FakeSegment segment{time};
    std::map<std::uint16_t, Fd> ends;
    std::map<std::uint16_t, std::pair<FakePpp::Key, FakePpp::Key>> keys;  // first the server's end
    std::uint64_t next_id = 0;
    ScratchDirectory scratch{ScratchDirectory::memory()};
    session::LastSessions memory{scratch.path()};
    Host isp{*this, "eth0", kAcMac}, home{*this, "eth1", kHomeMac};
    config::Config config;
    config::PppoeClient dialler;
    /// Told of every session that is over.
    std::function<void(session::Role, const session::Session&)> watch_ends;
    ServerEvents server_events{*this};
    ClientEvents client_events{*this};
    std::unique_ptr<session::AccessServer> server;
    std::unique_ptr<session::Client> client;
};

}  // namespace ppp::test
