// SPDX-License-Identifier: GPL-2.0-or-later
/// @file One cause, one reason: the last packets and events of each cause, played in every order.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <functional>
#include <numeric>
#include "support/session_world.hpp"
#include "wire/auth_packets.hpp"
#include "wire/control_packet.hpp"
#include "wire/pppoe.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::only;
using test::SessionWorld;
using wire::Code;
using wire::Protocol;

namespace {

/// A session of either role at the moment before its end: the wire is cut, what comes is played by the test.
struct Scene {
    explicit Scene(Role r) : role(r) {
        w.home.log.expect("pppoe-out1: ");
        w.kernel.drop = [this](test::FakePpp::Key from, wire::ByteView frame) {
            const bool from_server = from == w.keys.begin()->second.first;
            if (watch && watch(from_server, frame)) cut = true;
            return cut;
        };
    }
    ~Scene() {
        w.segment.set_faults({.loss = 1});
        w.end();
        w.time.advance(60s);
    }
    [[nodiscard]] test::FakePpp::Key own() const {
        const auto& [server, client] = w.keys.begin()->second;
        return role == Role::server ? server : client;
    }
    void connect() {
        w.serve();
        w.dial();
        w.time.advance(5s);
        REQUIRE(w.state() == ClientState::connected);
        cut = true;
    }
    /// Until the wire was cut by `watch`.
    void run_to_cut() {
        w.serve();
        w.dial();
        w.time.advance(3s);
        REQUIRE(cut);
    }
    void control(Code code) {
        wire::Writer out;
        wire::put_control(out, Protocol::lcp, code, 200, {});
        w.kernel.inject(own(), out.view());
    }
    void authentication(std::uint16_t protocol, const wire::Bytes& packet) {
        wire::Writer out;
        out.u16(protocol).bytes(packet);
        w.kernel.inject(own(), out.view());
    }
    void padt() {
        const auto& to = role == Role::server ? test::kAcMac : test::kHomeMac;
        const auto& from = role == Role::server ? test::kHomeMac : test::kAcMac;
        wire::pppoe::Builder out{to, from, wire::pppoe::Code::padt, w.keys.begin()->first};
        w.segment.inject(out.frame());
    }
    SessionWorld w;
    Role role;
    bool cut = false;
    std::uint8_t id = 0;  // of the packet that an answer is for
    std::function<bool(bool from_server, wire::ByteView frame)> watch;
};

using Event = std::pair<const char*, std::function<void(Scene&)>>;

const Event kTerminateRequest{"Terminate-Request", [](Scene& s) { s.control(Code::terminate_request); }};
const Event kTerminateAck{"Terminate-Ack", [](Scene& s) { s.control(Code::terminate_ack); }};
const Event kPadt{"PADT", [](Scene& s) { s.padt(); }};
const Event kLinkGone{"link gone", [](Scene& s) { s.w.kernel.hang_up(s.own()); }};

struct Cause {
    const char* name;
    Role role;
    EndReason reason;
    const char* phase;
    std::function<void(Scene&)> before;
    std::vector<Event> events;  ///< played in every order
    /// What comes first always: the cause, where it is our own doing.
    std::function<void(Scene&)> first = {};
};

/// What the first session of the role ended with.
struct Seen {
    void note(const Session& s) {
        if (reason != EndReason::none) return;
        reason = s.end_reason();
        phase = phase_name(s.end_phase());
        detail = s.end_detail();
    }
    EndReason reason = EndReason::none;
    std::string phase, detail;
};

void play(const Cause& cause, const std::vector<std::size_t>& order, Duration pause) {
    Seen seen;
    Scene scene(cause.role);
    scene.w.watch_ends = [&](Role role, const Session& session) {
        if (role == cause.role) seen.note(session);
    };
    cause.before(scene);
    std::vector<const char*> names;
    if (cause.first) cause.first(scene);
    for (const auto i : order) {
        names.push_back(cause.events[i].first);
        cause.events[i].second(scene);
        scene.w.time.advance(pause);
    }
    scene.w.time.advance(100s);
    const auto played = fmt::format("{}: {}", cause.name, fmt::join(names, ", "));
    INFO(played, " every ", pause.count() / 1000, " us");
    CHECK(end_reason_name(seen.reason) == end_reason_name(cause.reason));
    CHECK(seen.phase == cause.phase);
    CHECK(!seen.detail.empty());
}

/// Cuts the wire with this packet of the proof and remembers its identifier.
void cut_at(Scene& s, bool from_server, std::uint16_t protocol, std::uint8_t code) {
    s.watch = [&s, from_server, protocol, code](bool server, wire::ByteView frame) {
        wire::Reader r{frame};
        if (server != from_server || r.u16() != protocol || r.u8() != code) return false;
        s.id = r.u8();
        return true;
    };
}

void wrong_password_chap(Scene& s) {
    cut_at(s, false, 0xc223, 2);
    s.run_to_cut();
}
void wrong_password_pap(Scene& s) {
    s.w.dialler.allow = only(AuthMethod::pap);
    s.w.config.pppoe_server["fibre"].authentication = only(AuthMethod::pap);
    cut_at(s, false, 0xc023, 1);
    s.run_to_cut();
}
/// The server's own doing: it judges, refuses and says so.
void refused_by_server(Scene& s) {
    s.w.dialler.password = Secret("wrong");
    cut_at(s, true, 0xc223, 4);
    s.run_to_cut();
}
void no_common_method(Scene& s) {
    s.w.dialler.allow = only(AuthMethod::mschap2);
    s.w.config.pppoe_server["fibre"].authentication = only(AuthMethod::pap);
    cut_at(s, true, 0xc021, 5);
    s.run_to_cut();
}
/// A peer that refuses whatever it is asked.
void no_convergence(Scene& s) {
    cut_at(s, s.role == Role::client, 0xc021, 1);
    s.run_to_cut();
    const auto own = s.own();
    for (std::uint8_t i = 0; i < 20; ++i) {
        // An MRU that nobody can use, again and again.
        const std::vector<std::uint8_t> request{0xc0, 0x21, 1, i, 0, 8, 1, 4, 0, 1};
        s.w.kernel.inject(own, request);
        s.w.time.advance(20ms);
    }
}

const std::vector<Cause>& causes() {
    using R = EndReason;
    constexpr auto client = Role::client, server = Role::server;
    const auto connect = [](Scene& s) { s.connect(); };
    const auto dial = [](Scene& s) {
        s.w.dial();
        s.w.time.advance(500ms);
    };
    const Event chap_failure{
        "CHAP Failure", [](Scene& s) {
            s.authentication(0xc223, wire::encode(wire::ChapReply{s.id, false, "E=691 R=0 C=00 V=3 M=no"}));
        }};
    const Event pap_nak{"PAP Nak", [](Scene& s) {
                            s.authentication(0xc023, wire::encode(wire::PapReply{s.id, false, "no"}));
                        }};
    const auto link_down = [](Scene& s) {
        auto link = *s.w.home.network.links().find(1u);
        link.up = false;
        s.w.home.network.update_link(link);
    };
    const Event link_is_down{"rtnetlink: down", link_down};
    const Event port_down{"the port is down", [](Scene& s) { s.w.home.ether.set_up("eth1", false); }};
    const Event link_removed{"rtnetlink: removed", [](Scene& s) { s.w.home.network.remove_link(1); }};
    const Event port_removed{"the port is gone", [](Scene& s) { s.w.home.ether.remove("eth1"); }};
    const auto ours = [](auto end) { return [end](Scene& s) { end(s); }; };
    const std::vector<Event> answers{kTerminateRequest, kTerminateAck, kPadt, kLinkGone};
    const std::vector<Event> farewell{kTerminateRequest, kPadt, kLinkGone};
    static const std::vector<Cause> all{
        {"wrong password, CHAP, client",
         client,
         R::auth_failed,
         "authenticate",
         wrong_password_chap,
         {chap_failure, kTerminateRequest, kPadt, kLinkGone}},
        {"wrong password, PAP, client",
         client,
         R::auth_failed,
         "authenticate",
         wrong_password_pap,
         {pap_nak, kTerminateRequest, kPadt, kLinkGone}},
        {"wrong password, server", server, R::auth_failed, "authenticate", refused_by_server, answers},
        {"no common method, client", client, R::auth_failed, "establish", no_common_method, farewell},
        {"no common method, server", server, R::auth_failed, "establish", no_common_method, answers},
        {"no convergence, client", client, R::negotiation_failed, "establish", no_convergence, farewell},
        {"no convergence, server", server, R::negotiation_failed, "establish", no_convergence, farewell},
        {"the peer terminates, client", client, R::peer_terminated, "running", connect, farewell},
        {"the peer terminates, server", server, R::peer_terminated, "running", connect, farewell},
        {"the parent goes down, client",
         client,
         R::lost_carrier,
         "running",
         connect,
         {link_is_down, port_down, kLinkGone}},
        {"the parent is removed, client",
         client,
         R::parent_missing,
         "running",
         connect,
         {link_removed, port_removed, kLinkGone}},
        {"the parent goes down, discovery",
         client,
         R::lost_carrier,
         "discovery",
         dial,
         {link_is_down, port_down}},
        {"the parent is removed, discovery",
         client,
         R::parent_missing,
         "discovery",
         dial,
         {link_removed, port_removed}},
        {"the user ends it, client", client, R::user_request, "running", connect, answers,
         ours([](Scene& s) { s.w.client->disconnect(); })},
        {"the user ends it, server", server, R::user_request, "running", connect, answers, ours([](Scene& s) {
             s.w.server->disconnect(s.w.server->row(*s.w.server->running().front()).id, R::user_request, "x");
         })},
        {"echo timeout, client", client, R::echo_timeout, "running",
         [](Scene& s) {
             s.w.dialler.keepalive_timeout = 5s;
             s.connect();
             s.w.kernel.find("pppoe-out1")->idle = {.sent = 100s, .received = 100s};
             s.w.time.advance(11s);
         },
         answers},
        {"session-timeout, server", server, R::session_timeout, "running",
         [](Scene& s) {
             s.w.config.profile["homes"].session_timeout = 60s;
             s.connect();
             s.w.time.advance(60s);
         },
         answers},
        {"no address left, server", server, R::limit_reached, "authenticate",
         [](Scene& s) {
             s.w.config.profile["homes"].local_address = "";
             cut_at(s, true, 0xc021, 5);
             s.run_to_cut();
         },
         answers},
    };
    return all;
}

}  // namespace

TEST_CASE("a cause has the same reason and phase whatever order its packets and events come in") {
    for (const auto& cause : causes()) {
        for (const auto pause : {Duration(200us), Duration(8ms)}) {
            std::vector<std::size_t> order(cause.events.size());
            std::iota(order.begin(), order.end(), std::size_t{0});
            do play(cause, order, pause);
            while (std::ranges::next_permutation(order).found);
        }
    }
}

TEST_CASE("a peer that leaves while it is asked for nothing strange has just left") {
    for (const auto role : {Role::client, Role::server}) {
        const Cause cause{"the peer leaves in LCP",
                          role,
                          EndReason::peer_terminated,
                          "establish",
                          [](Scene& s) {
                              cut_at(s, s.role == Role::client, 0xc021, 1);
                              s.run_to_cut();
                          },
                          {kTerminateRequest, kPadt, kLinkGone}};
        std::vector<std::size_t> order{0, 1, 2};
        do play(cause, order, 200us);
        while (std::ranges::next_permutation(order).found);
    }
}
