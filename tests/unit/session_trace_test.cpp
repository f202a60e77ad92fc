// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a service tells of sessions that are up, being set up and over.
#include <doctest/doctest.h>
#include <algorithm>
#include "support/managed_host.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Edit;

namespace {

struct TraceLine {
    SessionWorld w;
    ManagedHost isp{w, w.isp}, home{w, w.home};

    explicit TraceLine(const std::string& password = "b") {
        w.home.log.expect("wan: ");
        const auto add = [](ManagedHost& host, const char* kind, const char* name,
                            std::vector<std::pair<std::string, std::string>> properties) {
            (void)host.change({Edit::Verb::add, kind, name, std::move(properties)});
        };
        add(isp, "pool", "homes", {{"ranges", "10.0.0.2-10.0.0.9"}});
        add(isp, "profile", "homes", {{"local-address", "10.0.0.1"}, {"remote-address", "homes"}});
        add(isp, "secret", "bob", {{"password", "b"}, {"profile", "homes"}});
        add(isp, "pppoe-server", "fibre", {{"interface", "eth0"}, {"disabled", "no"}});
        add(home, "pppoe-client", "wan",
            {{"interface", "eth1"}, {"user", "bob"}, {"password", password}, {"disabled", "no"}});
        w.time.advance(5s);
    }
    ~TraceLine() {
        home.stop();
        isp.stop();
    }
};

bool any(const Trace& trace, std::string_view begin) {
    return std::ranges::any_of(trace.packets, [&](const auto& p) { return p.text.starts_with(begin); });
}

}  // namespace

TEST_CASE("a session is traced while it is up and after it has ended, from either side") {
    TraceLine line;
    const auto id = line.home.manager.client("wan")->session;
    CHECK(id != 0);
    const auto live = line.home.manager.trace(id);
    REQUIRE(live);
    CHECK(live->about.client());
    CHECK(live->about.opened);
    CHECK(live->about.phase == "running");
    CHECK(live->about.reason == EndReason::none);
    CHECK(!live->about.ended);
    for (const auto* begin :
         {"[PADI ", "[PADO ", "[PADR ", "[PADS ", "[LCP ConfReq", "[CHAP Success", "[IPCP"})
        CHECK_MESSAGE(any(*live, begin), begin);
    CHECK(line.home.manager.list_ended({}, 0, 0).empty());

    REQUIRE(line.home.manager.disconnect_client("wan"));
    line.w.time.advance(10s);
    const auto over = line.home.manager.trace(id);
    REQUIRE(over);
    CHECK(over->about.reason == EndReason::user_request);
    CHECK(over->about.phase == "running");
    CHECK(over->about.opened);
    CHECK(over->about.ended);
    CHECK(any(*over, "[LCP TermReq"));
    CHECK(any(*over, "[PADT "));
    const auto ended = line.isp.manager.list_ended({}, 0, 0);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].row.name == "bob");
    CHECK(ended[0].parent == "eth0");
    CHECK(ended[0].reason == EndReason::peer_terminated);
    CHECK(any(*line.isp.manager.trace(ended[0].row.id), "[PADR "));
    CHECK(!line.isp.manager.trace(4711));
}

TEST_CASE("who fails to log in is found by the name that he gave, and the server by its last failure") {
    TraceLine line("wrong");
    const auto failed = line.isp.manager.server("fibre")->last_failed;
    REQUIRE(failed != 0);
    const auto trace = line.isp.manager.trace(failed);
    REQUIRE(trace);
    CHECK(trace->about.row.name == "bob");
    CHECK(!trace->about.opened);
    CHECK(trace->about.reason == EndReason::auth_failed);
    CHECK(trace->about.phase == "authenticate");
    CHECK(line.isp.manager.list_ended({.service = "", .name = "bob", .server = ""}, 0, 0).size() == 1);
    CHECK(line.isp.manager.list_ended({.service = "", .name = "ann", .server = ""}, 0, 0).empty());
    CHECK(line.isp.manager.list_ended({}, 1, 0).empty());
}

TEST_CASE("statistics add up, whoever dials") {
    TraceLine line;
    auto home = line.home.manager.statistics();
    CHECK(home.clients.attempts == 1);
    CHECK(home.clients.opened == 1);
    CHECK(home.clients.up == 1);
    CHECK(home.servers.attempts == 0);
    auto isp = line.isp.manager.statistics();
    CHECK(isp.servers.attempts == 1);
    CHECK(isp.servers.up == 1);
    CHECK(isp.padr == 1);
    CHECK(isp.pools.at("homes").used == 1);
    CHECK(isp.pools.at("homes").size == 8);
    REQUIRE(line.home.manager.disconnect_client("wan"));
    line.w.time.advance(10s);
    isp = line.isp.manager.statistics();
    CHECK(isp.servers.up == 0);
    CHECK(isp.servers.closed == std::map<EndReason, std::uint64_t>{{EndReason::peer_terminated, 1}});
    CHECK(isp.servers.failed.empty());
    CHECK(isp.servers.attempts == 1);
    CHECK(isp.pools.at("homes").used == 0);
    CHECK(isp.uptime >= 15s);
    home = line.home.manager.statistics();
    CHECK(home.clients.attempts == 1);
    CHECK(home.clients.closed.at(EndReason::user_request) == 1);
}
