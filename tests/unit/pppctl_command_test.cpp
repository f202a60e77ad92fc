// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The pppctl program against a fake service on a bus of its own.
#include <doctest/doctest.h>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include "support/has.hpp"
#include "support/private_bus.hpp"
#include "support/run_program.hpp"

using namespace ppp;
using namespace ppp::test;
using namespace std::chrono_literals;
using nlohmann::json;
using session::ClientState;

namespace {

struct CommandBench : BusBench {
    CommandBench() {
        service.add_client("wan1", [](auto& s) {
            s.parent = "eth1";
            s.state = ClientState::stopped;
            s.last_reason = EndReason::user_request;
        });
        service.add_client("wan2", [](auto& s) {
            s.parent = "eth2";
            s.interface = "wan2";
            s.state = ClientState::connected;
            s.local_address = "10.0.0.9";
            s.remote_address = "10.0.0.1";
            s.ac_name = "\x1b[31mevil";
            s.mtu = s.mru = 1492;
            s.active_links = 1;
            s.dns = {"10.0.0.53", "10.0.0.54"};
            s.echo_rtt = 12ms;
        });
        service.add_server("lan", [](auto& s) {
            s.interface = "eth0";
            s.service_name = "internet";
            s.enabled = true;
            s.problem = "eth0 does not exist";
            s.max_sessions = 100;
        });
        for (const auto* user : {"ann", "bob"})
            service.open_session(user, [](auto& row) {
                row.caller_id = "02:00:00:00:00:07";
                row.address = "10.1.0.7";
                row.server = "lan";
                row.uptime = 93784s;
            });
        serve();
    }
    static std::vector<std::string> words(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PPPCTL_PATH);
        return arguments;
    }
    Finished pppctl(std::vector<std::string> arguments, unsigned short columns = 0) {
        return run([&] { return Program(words(std::move(arguments)), columns).finish(); });
    }
};

}  // namespace

TEST_CASE_FIXTURE(CommandBench, "status shows all clients and servers") {
    const auto r = pppctl({"status"});
    CHECK(r.status == 0);
    CHECK(r.err.empty());
    CHECK(has(r.out, "CLIENT"));
    CHECK(has(r.out, "wan1    eth1       disconnected"));
    CHECK(has(r.out, "wan2    eth2       connected"));
    CHECK(has(r.out, "10.0.0.9"));
    CHECK(has(r.out, "0/100     not listening: eth0 does not exist"));
    CHECK_FALSE(has(r.out, "\x1b"));
}

TEST_CASE_FIXTURE(CommandBench, "status of one client reads like RouterOS' monitor") {
    const auto r = pppctl({"status", "wan2"});
    CHECK(r.status == 0);
    CHECK(has(r.out, "status: connected\n"));
    CHECK(has(r.out, "active-links: 1\n"));
    CHECK(has(r.out, "dns: 10.0.0.53,10.0.0.54\n"));
    CHECK(has(r.out, "echo-rtt: 12.0 ms\n"));
    CHECK(has(r.out, "uptime: "));
    CHECK(has(r.out, "ac-name: \\x1b[31mevil\n"));
    CHECK_FALSE(has(r.out, "last-error"));
}

TEST_CASE_FIXTURE(CommandBench, "status as JSON has RouterOS' keys and the bus's values") {
    const auto all = json::parse(pppctl({"--json", "status"}).out);
    CHECK(all["session-count"] == 2);
    CHECK(all["clients"].size() == 2);
    CHECK(all["servers"][0]["service-name"] == "internet");
    const auto one = json::parse(pppctl({"status", "wan2", "--json"}).out);
    CHECK(one["mtu"] == 1492);
    CHECK(one["ac-name"] == "\x1b[31mevil");
    CHECK(one["echo-rtt"] == 12000);
    CHECK(one["uptime"].is_number_unsigned());
}

TEST_CASE_FIXTURE(CommandBench, "an unknown name is exit status 4 and names what there is") {
    const auto r = pppctl({"status", "wan9"});
    CHECK(r.status == 4);
    CHECK(r.out.empty());
    CHECK(r.err == "pppctl: there is no client or server 'wan9'; there are: wan1, wan2, lan\n");
}

TEST_CASE_FIXTURE(CommandBench, "list shows one kind") {
    CHECK(has(pppctl({"list", "clients"}).out, "wan1"));
    CHECK_FALSE(has(pppctl({"list", "servers"}).out, "wan1"));
    CHECK(json::parse(pppctl({"list", "servers", "--json"}).out).size() == 1);
    CHECK(pppctl({"list", "ghosts"}).status == 4);
}

TEST_CASE_FIXTURE(CommandBench, "active lists sessions and sifts them by any key") {
    const auto all = pppctl({"active"});
    CHECK(has(all.out, "ann"));
    CHECK(has(all.out, "1d2h3m4s"));
    const auto bob =
        json::parse(pppctl({"active", "where", "name=bob", "caller-id=02:00:00:00:00:07", "--json"}).out);
    REQUIRE(bob.size() == 1);
    CHECK(bob[0]["id"] == 2);
    CHECK(json::parse(pppctl({"active", "address=10.9.9.9", "--json"}).out).empty());
    CHECK(pppctl({"active", "name=nobody"}).out == "no sessions\n");
    const auto wrong = pppctl({"active", "colour=red"});
    CHECK(wrong.status == 2);
    CHECK(has(wrong.err, "'colour=red' is not key=value with one of the keys id, name,"));
}

TEST_CASE_FIXTURE(CommandBench, "active asks again until it has all") {
    for (int i = 0; i < 2100; ++i) service.open_session("u");
    CHECK(json::parse(pppctl({"active", "--json"}).out).size() == 2102);
}

TEST_CASE_FIXTURE(CommandBench, "up waits until the client is connected") {
    service.attempts_take(2ms);
    const auto r = pppctl({"up", "wan1"});
    CHECK(r.status == 0);
    CHECK(r.out == "wan1 is connected: 10.0.0.2, peer 10.0.0.1\n");
    CHECK(has(r.err, "wan1: discovery\n"));
    CHECK(pppctl({"up", "wan1"}).out == "wan1 is already connected: 10.0.0.2, peer 10.0.0.1\n");
}

TEST_CASE_FIXTURE(CommandBench, "up that fails says why in the daemon's words") {
    service.attempts_take(2ms, "the Access-Concentrator refused the password of user 'ann'");
    const auto r = pppctl({"up", "wan1"});
    CHECK(r.status == 1);
    CHECK(r.out.empty());
    CHECK(has(r.err,
              "pppctl: client 'wan1': the Access-Concentrator refused the password of user 'ann' (next "
              "attempt in 30s)\n"));
}

TEST_CASE_FIXTURE(CommandBench, "up gives up after its deadline with exit status 5") {
    service.attempts_take(1h);
    const auto r = pppctl({"up", "wan1", "--timeout", "1"});
    CHECK(r.status == 5);
    CHECK(has(r.err, "pppctl: client 'wan1' is not connected after 1s: its state is discovery\n"));
}

TEST_CASE_FIXTURE(CommandBench, "up waits a moment for the parent, then says what is wrong with it") {
    service.parents_miss("interface eth1 has no carrier: is the cable in?");
    const auto r = pppctl({"up", "wan1", "--timeout", "1"});
    CHECK(r.status == 1);
    CHECK(has(r.err, "pppctl: client 'wan1': interface eth1 has no carrier: is the cable in?\n"));

    Program p(words({"up", "wan1"}));
    run([&] { p.read_until([&] { return has(p.err(), "waiting-for-parent"); }); });
    service.parents_miss({});
    CHECK(service.connect_client("wan1"));
    CHECK(run([&] { return p.finish(); }).status == 0);
}

TEST_CASE_FIXTURE(CommandBench, "up --no-wait returns at once") {
    service.attempts_take(1h);
    CHECK(pppctl({"up", "wan1", "--no-wait"}).status == 0);
    CHECK(service.client("wan1")->state == ClientState::discovery);
}

TEST_CASE_FIXTURE(CommandBench, "up that is refused, and up of a server") {
    service.change_client("wan1", [](auto& s) { s.state = ClientState::disabled; });
    const auto disabled = pppctl({"up", "wan1"});
    CHECK(disabled.status == 1);
    CHECK(has(disabled.err, "pppctl: client 'wan1' is disabled\n"));
    CHECK(pppctl({"up", "lan"}).status == 2);
    CHECK(pppctl({"up", "wan9"}).status == 4);
}

TEST_CASE_FIXTURE(CommandBench, "down waits until the client has stopped") {
    service.attempts_take(2ms);
    const auto r = pppctl({"down", "wan2", "--json"});
    CHECK(r.status == 0);
    CHECK(json::parse(r.out)["state"] == "stopped");
    CHECK(pppctl({"down", "wan1"}).out == "wan1 is already stopped\n");
}

TEST_CASE_FIXTURE(CommandBench, "a client that is removed while up waits ends the wait") {
    service.attempts_take(1h);
    Program p(words({"up", "wan1"}));
    until([&] { return service.client("wan1")->state == ClientState::discovery; });
    service.remove_client("wan1");
    const auto r = run([&] { return p.finish(); });
    CHECK(r.status == 4);
    CHECK(has(r.err, "pppctl: 'wan1' was removed\n"));
}

TEST_CASE_FIXTURE(CommandBench, "scan shows the services of an interface") {
    service.scans_take(0s);
    service.scan_finds("eth1", {{"internet", "02:00:00:00:00:01", "ac\x1b[0m"}});
    service.scan_finds("eth2", {});
    const auto r = pppctl({"scan", "eth1"});
    CHECK(r.status == 0);
    CHECK(has(r.out, "internet  02:00:00:00:00:01  ac\\x1b[0m\n"));
    CHECK(json::parse(pppctl({"scan", "eth1", "--json"}).out)[0]["mac-address"] == "02:00:00:00:00:01");
    CHECK(pppctl({"scan", "eth2"}).out == "no Access-Concentrator answered on eth2\n");
    const auto none = pppctl({"scan", "eth9"});
    CHECK(none.status == 4);
    CHECK(none.err == "pppctl: there is no interface 'eth9'\n");
    CHECK(pppctl({"scan", "eth1", "--seconds", "99"}).status == 2);
}

TEST_CASE_FIXTURE(CommandBench, "kick ends one session, reload reads the configuration") {
    CHECK(pppctl({"kick", "1"}).status == 0);
    CHECK(service.session_count() == 1);
    const auto gone = pppctl({"kick", "1"});
    CHECK(gone.status == 4);
    CHECK(gone.err == "pppctl: there is no session 1\n");
    CHECK(pppctl({"reload"}).status == 0);
    service.fail_next(Errc::config, "/clients/0/mtu: too big\n/clients/1: no name");
    const auto bad = pppctl({"reload"});
    CHECK(bad.status == 1);
    CHECK(bad.err == "pppctl: /clients/0/mtu: too big\n/clients/1: no name\n");
}

TEST_CASE_FIXTURE(CommandBench, "monitor writes a line for each change and ends on Ctrl-C with 0") {
    Program p(words({"monitor", "wan1"}));
    run([&] { p.read_until([&] { return has(p.out(), "state: stopped"); }); });
    service.change_client("wan1", [](auto& s) { s.state = ClientState::discovery; });
    run([&] { p.read_until([&] { return has(p.out(), "state: discovery  status: dialing\n"); }); });
    p.interrupt();
    const auto r = run([&] { return p.finish(); });
    CHECK(r.status == 0);
    CHECK(r.err.empty());
    CHECK(std::count(r.out.begin(), r.out.end(), '\n') == 2);
}

TEST_CASE_FIXTURE(CommandBench, "monitor as JSON is an object a line, and the counters move each second") {
    Program p(words({"--json", "monitor", "wan2"}));
    run([&] { p.read_until([&] { return has(p.out(), "\n"); }); });
    CHECK(json::parse(p.out())["local-address"] == "10.0.0.9");
    const auto first = p.out().size();
    service.set_gauges(
        "wan2",
        {.idle = 0s, .traffic = {.octets_in = 7000, .octets_out = 0, .packets_in = 0, .packets_out = 0}});
    run([&] { p.read_until([&] { return p.out().size() > first && p.out().back() == '\n'; }); });
    const auto moved = json::parse(p.out().substr(first));
    CHECK(moved["octets-in"] == 7000);
    CHECK(moved.size() == 2);
    CHECK(moved.contains("time"));
    p.interrupt();
    CHECK(run([&] { return p.finish(); }).status == 0);
}

TEST_CASE_FIXTURE(CommandBench, "monitor ends when its object or the daemon goes") {
    Program p(words({"monitor", "wan1"}));
    run([&] { p.read_until([&] { return has(p.out(), "\n"); }); });
    service.remove_client("wan1");
    const auto removed = run([&] { return p.finish(); });
    CHECK(removed.status == 4);
    CHECK(has(removed.err, "pppctl: 'wan1' was removed\n"));

    Program q(words({"monitor", "wan2"}));
    run([&] { q.read_until([&] { return has(q.out(), "\n"); }); });
    daemon.reset();
    const auto stopped = q.finish();
    CHECK(stopped.status == 3);
    CHECK(has(stopped.err, "pppctl: pppmanagerd has stopped\n"));
}

TEST_CASE_FIXTURE(CommandBench,
                  "on a terminal there are colours, unless they are not wanted, and lines fit") {
    ::setenv("TERM", "xterm", 1);
    const auto coloured = pppctl({"status"}, 60);
    CHECK(has(coloured.out, "\x1b[32mwan2"));
    CHECK_FALSE(has(pppctl({"status", "--no-color"}, 60).out, "\x1b"));
    ::setenv("NO_COLOR", "1", 1);
    const auto plain = pppctl({"status"}, 60);
    ::unsetenv("NO_COLOR");
    CHECK_FALSE(has(plain.out, "\x1b"));
    CHECK(has(plain.out, "…"));
}

TEST_CASE_FIXTURE(CommandBench, "monitor draws over itself on a terminal") {
    Program p(words({"monitor", "wan1"}), 80);
    run([&] { p.read_until([&] { return has(p.out(), "state: stopped"); }); });
    service.change_client("wan1", [](auto& s) { s.state = ClientState::discovery; });
    run([&] { p.read_until([&] { return has(p.out(), "state: discovery"); }); });
    CHECK(has(p.out(), "A\r\x1b[J"));
    p.interrupt();
    CHECK(run([&] { return p.finish(); }).status == 0);
}

TEST_CASE_FIXTURE(CommandBench, "output that cannot be written is a failure") {
    const auto r = run([] { return Program({"/bin/sh", "-c", PPPCTL_PATH " status > /dev/full"}).finish(); });
    CHECK(r.status == 1);
    CHECK(r.err == "pppctl: cannot write all of the output\n");
}

TEST_CASE("without a daemon it says how to start one") {
    PrivateBus bus;
    auto r = Program(CommandBench::words({"status"})).finish();
    CHECK(r.status == 3);
    CHECK(r.err ==
          "pppctl: pppmanagerd is not running on this bus; start it with: systemctl start pppmanager\n");
    r = Program(CommandBench::words({"/ip", "pool", "print"})).finish();
    CHECK(r.status == 3);
    CHECK(has(r.err, "pppmanagerd is not running"));
    r = Program(CommandBench::words({"--address", "unix:path=/nonexistent/bus", "status"})).finish();
    CHECK(r.status == 3);
    CHECK(has(r.err, "pppctl: cannot reach the bus at unix:path=/nonexistent/bus: "));
}

TEST_CASE("wrong usage is exit status 2, help and version are 0") {
    CHECK(Program(CommandBench::words({})).finish().status == 2);
    CHECK(Program(CommandBench::words({"fly"})).finish().status == 2);
    CHECK(Program(CommandBench::words({"kick", "ann"})).finish().status == 2);
    CHECK(Program(CommandBench::words({"--version"})).finish().out == PPPMANAGER_VERSION "\n");
    for (const auto* verb : {"status", "list", "active", "up", "down", "scan", "monitor", "kick", "reload"}) {
        const auto help = Program(CommandBench::words({verb, "--help"})).finish();
        CHECK(help.status == 0);
        CHECK(has(help.out, "Examples:\n  pppctl " + std::string(verb)));
    }
}
