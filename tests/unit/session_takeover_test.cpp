// SPDX-License-Identifier: GPL-2.0-or-later
// A service that is killed and started again carries its sessions on, in both roles.
#include "support/edits.hpp"
#include "support/surviving_host.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Edit;

namespace {

constexpr std::array<std::uint8_t, 6> kData{0x00, 0x21, 1, 2, 3, 4};

/// A provider and a home with one line between them, up for a while.
struct TakeoverLine {
    SessionWorld w;
    SurvivingHost isp{w, w.isp}, home{w, w.home};
    std::uint64_t theirs = 0, ours = 0;  // numbers of the session

    TakeoverLine() {
        isp.change(add("pool", "homes", {{"ranges", "10.0.0.2-10.0.0.9"}}));
        isp.change(
            add("profile", "homes",
                {{"local-address", "10.0.0.1"}, {"remote-address", "homes"}, {"dns-server", "9.9.9.9"}}));
        isp.change(add("secret", "bob", {{"password", "b"}, {"profile", "homes"}}));
        isp.change(add("pppoe-server", "fibre", {{"interface", "eth0"}, {"disabled", "no"}}));
        home.change(add("pppoe-client", "wan",
                        {{"interface", "eth1"},
                         {"user", "bob"},
                         {"password", "b"},
                         {"add-default-route", "yes"},
                         {"default-route-distance", "7"},
                         {"disabled", "no"}}));
        // Its cable is never pulled: what the home's client warns of here is what the provider did to it.
        w.home.log.expect("wan: ");
        w.time.advance(20s);
        REQUIRE(isp.up().size() == 1);
        REQUIRE(home.up().size() == 1);
        theirs = isp.up().begin()->first;
        ours = home.up().begin()->first;
        isp.opened.clear();
        home.opened.clear();
    }
    /// Both ends have the session as it was, nobody has heard of anything, and packets pass.
    void check_alive() {
        w.time.advance(2min);  // several keepalives
        REQUIRE(isp.up().contains(theirs));
        REQUIRE(home.up().contains(ours));
        CHECK(isp.up().at(theirs).address == "10.0.0.2");
        CHECK(home.up().at(ours).local_address == "10.0.0.2");
        CHECK(isp.opened.empty());
        CHECK(home.opened.empty());
        CHECK(isp.closed.empty());
        CHECK(home.closed.empty());
        auto* there = w.kernel.find("ppp0");
        auto* here = w.kernel.find("wan");
        REQUIRE(there);
        REQUIRE(here);
        there->up = here->up = true;
        const auto before = here->received.size();
        w.kernel.transmit("ppp0", kData);
        w.time.advance(10ms);
        CHECK(here->received.size() == before + 1);
    }
    void end() {
        home.stop();
        isp.stop();
        CHECK(w.kernel.interfaces() == 0);
        CHECK(isp.custody.size() == 0);
        CHECK(home.custody.size() == 0);
    }
};

}  // namespace

TEST_CASE("a killed service carries its sessions on, whoever of the two it is, and again and again") {
    TakeoverLine line;
    line.home.restart();
    line.check_alive();
    line.isp.restart();
    line.check_alive();
    line.isp.restart();
    line.home.restart();
    line.isp.restart();
    line.check_alive();
    line.end();
}

TEST_CASE("what a session was goes on: length, name, address, route, and the end of its time") {
    TakeoverLine line;
    const auto before = line.w.home.network.state();
    const auto then = line.home.up().at(line.ours);
    line.home.restart();
    CHECK(line.w.home.network.state() == before);
    const auto now = line.home.up().at(line.ours);
    CHECK(now.uptime >= then.uptime);
    CHECK(now.uptime <= then.uptime + 1s);
    CHECK(now.session_id == then.session_id);
    CHECK(now.interface == "wan");
    CHECK(now.dns == then.dns);
    CHECK(now.profile == then.profile);
    CHECK(now.mtu == then.mtu);
    const auto status = line.home.manager->client("wan");
    REQUIRE(status);
    CHECK(status->state == session::ClientState::connected);
    CHECK(status->ac_mac == "02:00:00:00:00:01");
    // Nobody else gets the address while it is held.
    CHECK(line.isp.manager->statistics().pools.at("homes").used == 1);
    line.isp.restart();
    CHECK(line.isp.manager->statistics().pools.at("homes").used == 1);
    line.end();
}

TEST_CASE("after a restart the session ends as any other: by hand, by the peer, by time") {
    SUBCASE("by hand") {
        TakeoverLine line;
        line.home.restart();
        REQUIRE(line.home.manager->disconnect_client("wan"));
        line.w.time.advance(5s);
        CHECK(line.home.closed.at(line.ours) == EndReason::user_request);
        CHECK(line.isp.closed.at(line.theirs) == EndReason::peer_terminated);
        CHECK(line.w.kernel.interfaces() == 0);
        line.end();
    }
    SUBCASE("by the peer") {
        TakeoverLine line;
        line.home.restart();
        line.isp.restart();
        REQUIRE(line.isp.manager->disconnect_session(line.theirs));
        line.w.time.advance(1s);
        CHECK(line.home.closed.at(line.ours) == EndReason::peer_terminated);
        line.w.time.advance(20s);
        CHECK(line.home.up().size() == 1);  // and the next one follows
        CHECK(line.home.up().begin()->first > line.ours);
        line.end();
    }
    SUBCASE("by time") {
        TakeoverLine line;
        line.home.restart();
        line.isp.change(set("profile", "homes", {{"session-timeout", "1m"}}));
        REQUIRE(line.isp.manager->disconnect_session(line.theirs));
        line.w.time.advance(30s);
        const auto next = line.isp.up().begin()->first;
        line.isp.restart();
        line.w.time.advance(20s);
        CHECK(line.isp.up().contains(next));
        line.w.time.advance(30s);
        CHECK(line.isp.closed.at(next) == EndReason::session_timeout);
        line.end();
    }
}

TEST_CASE("a peer that renegotiates with a service that was restarted gets its session again") {
    TakeoverLine line;
    line.isp.restart();
    const auto keys = line.w.keys.begin()->second;
    // A fresh Configure-Request in Opened: both ends go back to LCP (RFC 1661 section 4.3).
    const std::array<std::uint8_t, 12> request{0xc0, 0x21, 1, 200, 0, 10, 5, 6, 1, 2, 3, 4};
    line.w.kernel.inject(keys.first, request);
    line.w.time.advance(20s);
    CHECK(line.isp.closed.empty());
    CHECK(line.isp.up().contains(line.theirs));
    line.end();
}

TEST_CASE("a peer that challenges again is answered after a restart") {
    TakeoverLine line;
    line.home.restart();
    const auto keys = line.w.keys.begin()->second;
    bool answered = false;
    line.w.kernel.tap = [&](FakePpp::Key from, wire::ByteView frame) {
        answered |= from == keys.second && frame.size() > 4 && frame[0] == 0xc2 && frame[1] == 0x23 &&
                    frame[2] == 2 && frame[3] == 99;
    };
    // MS-CHAPv2: sixteen octets of challenge, and a name.
    wire::Writer challenge;
    challenge.u16(0xc223).u8(1).u8(99).u16(23).u8(16).bytes(std::array<std::uint8_t, 16>{1}).text("ac");
    line.w.kernel.inject(keys.second, challenge.view());
    line.w.time.advance(100ms);
    CHECK(answered);
    line.w.kernel.tap = {};
    line.end();
}

TEST_CASE("a session whose files are lost is ended at both ends, and accounted for") {
    TakeoverLine line;
    SUBCASE("the client's") {
        line.home.custody.away();
        line.home.kill();
        line.home.start();
        line.home.custody.back();
        line.w.time.advance(5s);
        CHECK(line.home.closed.at(line.ours) == EndReason::interrupted);
        CHECK(line.isp.closed.at(line.theirs) == EndReason::peer_terminated);
    }
    SUBCASE("the server's") {
        line.isp.custody.away();
        line.isp.kill();
        line.isp.start();
        line.isp.custody.back();
        line.w.time.advance(5s);
        CHECK(line.isp.closed.at(line.theirs) == EndReason::interrupted);
        CHECK(line.home.closed.at(line.ours) == EndReason::peer_terminated);
    }
    line.w.time.advance(30s);
    CHECK(line.home.up().size() == 1);
    CHECK(line.isp.up().size() == 1);
    CHECK(line.w.kernel.interfaces() == 2);
    REQUIRE(line.isp.manager->list_ended({}, 0, 0).size() == 1);
    CHECK(line.isp.manager->list_ended({}, 0, 0).front().row.interface == "ppp0");
    line.end();
}

TEST_CASE("a record that could not be erased does not end the session that has its link now") {
    TakeoverLine line;
    line.isp.kill();
    {
        session::StateJournal::Entries entries;
        auto journal = session::StateJournal::open(line.isp.journal(), entries);
        REQUIRE(journal);
        auto stale = session::decode_record(entries.at(line.theirs));
        REQUIRE(stale);
        stale->id = line.theirs + 1;
        REQUIRE(journal->put(stale->id, encode(*stale)));
    }
    line.isp.start();
    line.w.time.advance(5s);
    CHECK(line.isp.closed == std::map<std::uint64_t, EndReason>{{line.theirs + 1, EndReason::interrupted}});
    line.isp.closed.clear();
    line.check_alive();
    line.end();
}

TEST_CASE("files that no record tells about leave nothing behind") {
    TakeoverLine line;
    line.home.kill();
    std::filesystem::remove(line.home.journal());
    line.home.start();
    CHECK(line.home.custody.size() == 0);
    line.w.time.advance(2min);
    CHECK(line.home.up().size() == 1);
    CHECK(line.w.kernel.interfaces() == 2);
    line.end();
}

TEST_CASE("a session of an object that was changed, disabled or removed meanwhile ends") {
    for (const auto& edit :
         {set("pppoe-client", "wan", {{"user", "ann"}}), set("pppoe-client", "wan", {{"disabled", "yes"}}),
          Edit{Edit::Verb::remove, "pppoe-client", "wan", {}}}) {
        TakeoverLine line;
        line.home.kill();
        line.home.edit_files(edit);
        line.home.start();
        line.w.time.advance(5s);
        CHECK(line.home.closed.at(line.ours) == EndReason::config_changed);
        CHECK(line.isp.closed.at(line.theirs) == EndReason::peer_terminated);
        CHECK(line.home.custody.size() == 0);
        line.end();
    }
}

TEST_CASE("a mistake in the configuration drops nobody who was connected before the restart") {
    TakeoverLine line;
    line.w.home.log.expect("the configuration is not usable, the one before goes on");
    const auto good = line.home.config_text();
    line.home.kill();
    line.home.write_config("{ \"pppoe-client\": { \"wan\": { \"interfece\": \"eth1\" } } }");
    line.home.start();
    line.check_alive();
    // What nobody has read yet is not overwritten.
    const auto report =
        line.home.manager->change(std::vector{set("pppoe-client", "wan", {{"comment", "mine"}})}, {});
    CHECK_FALSE(report);
    CHECK(line.home.config_text().find("interfece") != std::string::npos);
    line.home.write_config(good);
    REQUIRE(line.home.manager->reload());
    line.check_alive();
    line.home.change(set("pppoe-client", "wan", {{"comment", "mine"}}));
    line.end();
}

TEST_CASE("what was removed from the host meanwhile is put back") {
    TakeoverLine line;
    const auto before = line.w.home.network.state();
    line.home.kill();
    line.w.home.network.lose(*before.routes.begin());
    CHECK(line.w.home.network.state() != before);
    line.home.start();
    line.w.time.advance(1s);
    CHECK(line.w.home.network.state() == before);
    line.end();
}

TEST_CASE("a session that is not up yet dies with the service, and the next one comes up") {
    // Killed at every moment of a session's set-up, at either end.
    for (Duration at = 0ms; at < 700ms; at += 20ms) {
        for (const bool server : {false, true}) {
            CAPTURE(at.count());
            CAPTURE(server);
            TakeoverLine line;
            REQUIRE(line.home.manager->disconnect_client("wan"));
            line.w.time.advance(5s);
            REQUIRE(line.home.manager->connect_client("wan"));
            line.w.time.advance(at);
            auto& victim = server ? line.isp : line.home;
            const bool up = !victim.up().empty();
            victim.restart();
            if (up) CHECK(victim.up().size() == 1);
            // No data: only echoes tell a server that its peer has begun anew.
            for (const auto* name : {"ppp0", "ppp1", "wan"})
                if (auto* unit = line.w.kernel.find(name)) unit->idle = {1h, 1h};
            line.w.time.advance(5min);
            CHECK(line.home.up().size() == 1);
            CHECK(line.isp.up().size() == 1);
            CHECK(line.w.kernel.interfaces() == 2);
            CHECK(line.isp.manager->statistics().pools.at("homes").used == 1);
            CHECK(line.isp.custody.size() == 1);
            CHECK(line.home.custody.size() == 1);
            line.end();
        }
    }
}
