// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs that tell what has happened, against a fake service; log without any.
#include <doctest/doctest.h>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/journal.hpp"
#include "support/has.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr session::WallTime kBegun{std::chrono::seconds(1'700'000'000)};

session::Trace traced(std::uint64_t id, const std::string& user, bool client = false) {
    session::Trace out;
    auto& about = out.about;
    about.row.id = id;
    about.row.name = user;
    about.row.caller_id = "02:00:00:00:00:07";
    about.row.server = client ? "wan1" : "lan";
    about.row.uptime = 61s;
    about.row.kind = client ? "pppoe-client" : "pppoe-server";
    about.parent = "eth0";
    about.reason = EndReason::auth_failed;
    about.phase = "authenticate";
    about.detail = "user '" + user + "': wrong password";
    about.begun = kBegun;
    about.ended = kBegun + 2s;
    out.packets = {{kBegun, false, "[PADR ...]"},
                   {kBegun + 1234ms, true, "[CHAP Challenge id=0x1 <hidden>, name = \"\x1b\"]"}};
    return out;
}

struct TraceBench : BusBench {
    TraceBench() {
        service.add_client("wan1", [](auto& s) { s.session = 5; });
        service.add_client("wan2", [](auto& s) { s.last_error = "interface eth9 does not exist"; });
        service.add_server("lan", [](auto& s) { s.last_failed = 9; });
        service.add_server("quiet");
        service.add_trace(traced(5, "me", true));
        service.add_trace(traced(7, "ann"));
        service.add_trace(traced(8, "bob"));
        service.add_trace(traced(9, "ann"));
        auto live = traced(20, "eve");
        live.about.ended.reset();
        live.about.reason = EndReason::none;
        live.about.phase = "running";
        service.add_trace(live);
        serve();
    }
    Finished pppctl(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PPPCTL_PATH);
        return run([&] { return Program(arguments).finish(); });
    }
};

}  // namespace

TEST_CASE_FIXTURE(TraceBench, "a trace shows packets with time and direction, then how it ended") {
    const auto r = pppctl({"trace", "9"});
    CHECK(r.status == 0);
    CHECK(has(r.out, "session 9 of server lan: user ann from 02:00:00:00:00:07 on eth0, begun "));
    CHECK(has(r.out, "  received  [PADR ...]\n"));
    CHECK(has(r.out, ":21.234  sent      [CHAP Challenge id=0x1 <hidden>, name = \"\\x1b\"]\n"));
    CHECK(has(r.out, " in phase authenticate: auth-failed: user 'ann': wrong password\n"));
    CHECK(has(pppctl({"trace", "20"}).out, "goes on; phase: running\n"));
}

TEST_CASE_FIXTURE(TraceBench, "a trace is found by client, by server and by user") {
    const auto id = [&](const char* name) {
        return json::parse(pppctl({"trace", name, "--json"}).out)["id"].get<int>();
    };
    CHECK(id("wan1") == 5);
    CHECK(id("lan") == 9);
    CHECK(id("bob") == 8);
    CHECK(id("ann") == 9);  // the newer one
    const auto none = pppctl({"trace", "wan2"});
    CHECK(none.status == 4);
    CHECK(none.err == "pppctl: client 'wan2' has not tried to connect yet: interface eth9 does not exist\n");
    CHECK(has(pppctl({"trace", "quiet"}).err, "no session of server 'quiet' has failed"));
    CHECK(has(pppctl({"trace", "ghost"}).err, "there is no client, server or user 'ghost' with a session"));
    CHECK(pppctl({"trace", "4711"}).status == 4);
    CHECK(pppctl({"trace", "18446744073709551616"}).status == 4);
}

TEST_CASE_FIXTURE(TraceBench, "a trace as JSON has everything known of the session, and its packets") {
    const auto one = json::parse(pppctl({"trace", "9", "--json"}).out);
    CHECK(one["reason"] == "auth-failed");
    CHECK(one["role"] == "server");
    CHECK(one["opened"] == false);
    CHECK(one["begun"] == 1'700'000'000'000'000);
    CHECK(one["ended"] == 1'700'000'002'000'000);
    REQUIRE(one["packets"].size() == 2);
    CHECK(one["packets"][0]["direction"] == "received");
    CHECK(one["packets"][1]["time"] == 1'700'000'001'234'000);
    CHECK(one["packets"][0]["packet"] == "[PADR ...]");
}

TEST_CASE_FIXTURE(TraceBench, "ended lists what is over, newest first, and sifts by any key") {
    const auto all = pppctl({"ended"});
    CHECK(has(all.out, "ID  ENDED"));
    CHECK(has(all.out, "auth-failed  user 'bob': wrong password"));
    CHECK(all.out.find("\n9 ") < all.out.find("\n5 "));
    CHECK_FALSE(has(all.out, "eve"));
    const auto anns = json::parse(pppctl({"ended", "where", "name=ann", "--json"}).out);
    REQUIRE(anns.size() == 2);
    CHECK(anns[0]["id"] == 9);
    CHECK(json::parse(pppctl({"ended", "role=client", "--json"}).out).size() == 1);
    CHECK(json::parse(pppctl({"ended", "opened=yes", "--json"}).out).empty());
    CHECK(pppctl({"ended", "reason=no-answer"}).out == "none that is remembered\n");
    CHECK(has(pppctl({"ended", "colour=red"}).err, "detail, begun, ended"));
    CHECK_FALSE(has(pppctl({"active", "reason=x"}).err, "detail"));
}

TEST_CASE_FIXTURE(TraceBench, "statistics are sums with their reasons") {
    session::Statistics s;
    s.uptime = 3661s;
    s.servers.attempts = 12;
    s.servers.opened = 7;
    s.servers.up = 3;
    s.servers.failed = {{EndReason::auth_failed, 4}, {EndReason::no_answer, 1}};
    s.padi = 99;
    s.pools["homes"] = {3, 8};
    service.set_statistics(s);
    const auto r = pppctl({"statistics"});
    CHECK(r.status == 0);
    CHECK(has(r.out, "uptime: 1h1m1s\n"));
    CHECK(has(r.out, "server-attempts: 12\n"));
    CHECK(has(r.out, "auth-failed 4"));
    CHECK(has(r.out, "no-answer 1"));
    CHECK(has(r.out, "client-failed: none\n"));
    CHECK(has(r.out, "pool homes: 3 of 8\n"));
    const auto all = json::parse(pppctl({"statistics", "--json"}).out);
    CHECK(all["server-failed"]["auth-failed"] == 4);
    CHECK(all["client-closed"] == json::object());
    CHECK(all["pools"]["homes"]["size"] == 8);
    CHECK(all["padi"] == 99);
}

TEST_CASE("log says why a journal cannot be read, without a bus") {
    ScratchDirectory scratch;
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
    const auto pppctl = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PPPCTL_PATH);
        return Program(arguments).finish();
    };
    const auto nowhere = (scratch.path() / "nowhere").string();
    const auto missing = pppctl({"log", "--directory", nowhere});
    CHECK(missing.status == 1);
    CHECK(missing.err == "pppctl: the journal cannot be read: " + nowhere + ": No such file or directory\n");
    const auto empty = pppctl({"log", "wan1", "--directory", scratch.path().string()});
    CHECK(empty.status == 0);
    CHECK(empty.err == "no entries\n");
    const auto when = pppctl({"log", "--since", "soon", "--directory", scratch.path().string()});
    CHECK(when.status == 2);
    CHECK(has(when.err, "'soon' is no moment: write 2026-01-31 13:00"));
}

TEST_CASE("moments are taken as people give them") {
    ::setenv("TZ", "UTC", 1);
    constexpr std::uint64_t second = 1'000'000;
    constexpr std::uint64_t now = 1'700'000'000 * second;  // 2023-11-14 22:13:20
    constexpr std::uint64_t midnight = 1'699'920'000 * second;
    CHECK(ctl::parse_since("today", now) == midnight);
    CHECK(ctl::parse_since("yesterday", now) == midnight - 86400 * second);
    CHECK(ctl::parse_since("2023-11-14", now) == midnight);
    CHECK(ctl::parse_since("2023-11-14 01:00", now) == midnight + 3600 * second);
    CHECK(ctl::parse_since("2023-11-14T01:00:05", now) == midnight + 3605 * second);
    CHECK(ctl::parse_since("22:13:20", now) == now);
    CHECK(ctl::parse_since("1h30m", now) == now - 5400 * second);
    CHECK(ctl::parse_since("2d", now) == now - 172800 * second);
    for (const auto* wrong : {"", "soon", "5", "h", "1x", "2023-13-01", "99999999999999999999d", "60000d"})
        CHECK(!ctl::parse_since(wrong, now));
}
