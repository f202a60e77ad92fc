// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Clients and servers of serial ports: cables, modems, and all that can be wrong with them.
#include <doctest/doctest.h>
#include "support/serial_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::kHomePort;
using test::kIspPort;
using test::SerialWorld;

TEST_CASE("over a cable a client and a server find each other, and agree on what an async line needs") {
    SerialWorld w;
    w.use_cable();
    w.serve_serial();
    w.time.advance(1s);
    CHECK(w.server->status("ppp-in1")->listening);
    CHECK(w.server_events.opened.empty());
    w.dial_serial();
    w.time.advance(8s);
    REQUIRE_MESSAGE(w.state() == ClientState::connected, w.client->status().last_error);
    const auto status = w.client->status();
    CHECK(status.kind == "ppp-client");
    CHECK(status.dial_status == "connected");
    CHECK(status.mtu == 1500);
    CHECK(status.mru == 1500);
    CHECK(status.local_address == "10.0.0.2");
    REQUIRE(w.server_events.opened.size() == 1);
    const auto& row = w.server_events.opened[0];
    CHECK(row.interface == "ppp-in1");
    CHECK(row.service == "ppp");
    CHECK(row.caller_id == kIspPort);
    const kernel::AsyncOptions agreed{.send_map = 0,
                                      .receive_map = 0,
                                      .own_mru = 1500,
                                      .compress_protocol = true,
                                      .compress_address = true};
    CHECK(w.kernel.async(w.ttys.key(kHomePort)) == agreed);
    CHECK(w.kernel.async(w.ttys.key(kIspPort)) == agreed);
    w.end();
    CHECK(w.ttys.open_ports == 0);
    CHECK(w.kernel.interfaces() == 0);
}

TEST_CASE("a server on a cable says nothing until somebody speaks PPP, whatever else is heard") {
    SerialWorld w;
    w.use_cable();
    w.serve_serial();
    w.time.advance(1h);
    for (const std::string noise : {"CLIENT", "\x7e\x7e\x7e", "\xff}#\xc0\x23", "login: "}) {
        w.ttys.say(kIspPort, noise);
        w.time.advance(1min);
    }
    CHECK(w.server->session_count() == 0);
    w.ttys.say(kIspPort, "\x7e\xff}#");
    w.ttys.say(kIspPort, "\xc0!");
    w.time.advance(1s);
    CHECK(w.server->session_count() == 1);
    w.end();
}

TEST_CASE("a port serves one session after the other") {
    SerialWorld w;
    w.use_cable();
    w.serve_serial();
    for (unsigned round = 1; round <= 3; ++round) {
        w.dial_serial();
        w.time.advance(8s);
        REQUIRE(w.state() == ClientState::connected);
        CHECK(w.server_events.opened.size() == round);
        w.client->shut_down(EndReason::user_request, "by hand");
        w.time.advance(5s);
        CHECK(w.client->idle());
        CHECK(w.server_events.reasons.size() == round);
        CHECK(w.server_events.reasons.back() == EndReason::peer_terminated);
    }
    w.end();
    CHECK(w.ttys.open_ports == 0);
}

TEST_CASE("a call is dialled, rings, is taken, and both ends hang up after it") {
    SerialWorld w;
    w.use_modems();
    w.config.ppp_server["ppp-in1"].modem_init = "ATS0=0";
    w.out.modem_init = "ATZ";
    w.serve_serial();
    w.time.advance(1s);
    CHECK(w.at_isp == "ATQ0V1\rATS0=0\r");
    w.dial_serial();
    w.time.advance(8s);
    REQUIRE_MESSAGE(w.state() == ClientState::connected, w.client->status().last_error);
    CHECK(w.at_home == "ATQ0V1\rATZ\rATDT0301234\r");
    CHECK(w.at_isp == "ATQ0V1\rATS0=0\rATA\r");
    CHECK(w.client->status().dial_status == "connected at 33600");
    CHECK(w.ttys.settings(kHomePort).modem);
    CHECK(w.ttys.settings(kHomePort).baud_rate == 115200);
    w.client->disconnect();
    w.time.advance(200ms);
    CHECK_FALSE(w.ttys.dtr(kHomePort));
    w.ttys.set_carrier(kHomePort, false);
    w.ttys.set_carrier(kIspPort, false);
    w.time.advance(5s);
    CHECK(w.at_home == "ATQ0V1\rATZ\rATDT0301234\r");            // DTR was enough
    CHECK(w.at_isp == "ATQ0V1\rATS0=0\rATA\rATQ0V1\rATS0=0\r");  // ready for the next call
    CHECK(w.server->status("ppp-in1")->listening);
    CHECK(w.server->session_count() == 0);
    w.end();
}

TEST_CASE("a modem that does not heed DTR is told to hang up") {
    SerialWorld w;
    w.use_modems();
    w.serve_serial();
    w.dial_serial();
    w.time.advance(8s);
    REQUIRE(w.state() == ClientState::connected);
    w.at_home.clear();
    w.client->disconnect();
    w.time.advance(10s);
    CHECK(w.at_home == "+++ATH\r");
    w.end();
}

TEST_CASE("a lost carrier ends the session on both sides, and the client calls again") {
    SerialWorld w;
    w.use_modems();
    w.serve_serial();
    w.dial_serial();
    w.time.advance(15s);
    REQUIRE(w.state() == ClientState::connected);
    w.ttys.set_carrier(kIspPort, false);
    w.ttys.set_carrier(kHomePort, false);
    w.time.advance(100ms);
    REQUIRE(w.client_events.reasons.size() == 1);
    CHECK(w.client_events.reasons[0] == EndReason::lost_carrier);
    CHECK(w.client_events.details[0] == "/dev/ttyUSB0 was hung up or pulled out");
    CHECK(w.server_events.reasons == std::vector{EndReason::lost_carrier});
    w.time.advance(100ms);
    CHECK(w.ttys.opened == 4);  // nobody says goodbye on a dead line: both ends have opened theirs anew
}

TEST_CASE("each failure of a call has its reason and its sentence") {
    struct Case {
        std::string answer;
        EndReason reason;
        std::string detail;
    };
    for (const auto& failure :
         {Case{"BUSY", EndReason::service_refused, "the modem answered BUSY to ATDT0301234"},
          Case{"NO CARRIER", EndReason::no_answer, "the modem answered NO CARRIER to ATDT0301234"},
          Case{"NO DIALTONE", EndReason::no_answer, "the modem answered NO DIALTONE to ATDT0301234"},
          Case{"", EndReason::no_answer, "the modem did not answer CONNECT to ATDT0301234 within 60 s"}}) {
        CAPTURE(failure.answer);
        SerialWorld w;
        w.use_modem([&](const std::string& said) {
            if (!said.starts_with("ATDT")) return w.ttys.say(kHomePort, "OK\r\n");
            if (!failure.answer.empty()) w.ttys.say(kHomePort, failure.answer + "\r\n");
        });
        w.dial_serial();
        w.time.advance(500ms);
        if (failure.answer.empty()) {
            CHECK(w.state() == ClientState::discovery);
            CHECK(w.client->status().dial_status == "ATDT0301234");
            w.time.advance(60s);
        }
        REQUIRE_FALSE(w.client_events.reasons.empty());
        CHECK(w.client_events.reasons[0] == failure.reason);
        CHECK(w.client_events.details[0] == failure.detail);
        w.end();
        CHECK(w.ttys.open_ports == 0);
    }
}

TEST_CASE("a modem that is pulled out in the middle of a chat ends the attempt, and is awaited") {
    SerialWorld w;
    w.use_modem([](const std::string&) {});
    w.dial_serial();
    w.time.advance(1s);
    w.ttys.unplug(kHomePort);
    w.time.advance(10ms);
    REQUIRE(w.client_events.reasons.size() == 1);
    CHECK(w.client_events.reasons[0] == EndReason::lost_carrier);
    CHECK(w.client_events.details[0] == "/dev/ttyUSB0 was pulled out during ATQ0V1");
    w.time.advance(1h);
    CHECK(w.client_events.reasons.size() == 1);
    CHECK(w.state() == ClientState::waiting_for_parent);
    CHECK(w.client->status().last_error == "/dev/ttyUSB0 does not exist: is the device plugged in?");
    const auto before = w.ttys.opened;
    w.ttys.plug(kHomePort);
    w.time.advance(100ms);
    CHECK(w.ttys.opened == before + 1);
    w.end();
}

TEST_CASE("a port that another program has is left alone until it is free") {
    SerialWorld w;
    w.use_cable();
    w.serve_serial();
    w.ttys.lock(kHomePort, "process 4711 (minicom)");
    w.dial_serial();
    w.time.advance(1min);
    CHECK(w.state() == ClientState::waiting_for_parent);
    CHECK(w.client->status().last_error == "/dev/ttyUSB0: process 4711 (minicom) has it");
    CHECK(w.client_events.reasons.empty());
    w.ttys.lock(kHomePort, "");
    w.time.advance(8s);
    CHECK(w.state() == ClientState::connected);
    w.end();
}

TEST_CASE("a PIN that the card refuses is not given again until another one is set") {
    SerialWorld w;
    int given = 0;
    w.use_modem([&](const std::string& said) {
        if (said == "AT+CPIN?\r") return w.ttys.say(kHomePort, "+CPIN: SIM PIN\r\nOK\r\n");
        if (said.starts_with("AT+CPIN=")) {
            ++given;
            return w.ttys.say(kHomePort, "+CME ERROR: 16\r\n");
        }
        w.ttys.say(kHomePort, "OK\r\n");
    });
    w.out.pin = Secret("4711");
    w.out.apn = "internet";
    w.dial_serial();
    w.time.advance(24h);
    CHECK(given == 1);
    CHECK(w.state() == ClientState::waiting_for_parent);
    CHECK(w.client->status().last_error.starts_with("the SIM card has refused the pin of client ppp-out1"));
    const auto change = [&](auto&& edit) {
        edit();
        w.client->configure(client_config(w.out), {});
        w.time.advance(1h);
    };
    change([&] { w.out.disabled = true; });
    change([&] { w.out.disabled = false; });
    change([&] { w.out.apn = "internet.other"; });
    change([&] { w.out.phone = "*99#"; });
    CHECK(given == 1);
    change([&] { w.out.pin = Secret("4712"); });
    CHECK(given == 2);
    change([&] { w.out.pin = Secret("4711"); });
    CHECK(given == 2);
    CHECK_FALSE(w.home.log.has("4711"));
    w.end();
}

TEST_CASE("a client without a number dials nothing, and says what is missing") {
    SerialWorld w;
    w.ttys.plug(kHomePort);
    w.out.phone = "";
    w.dial_serial();
    w.time.advance(1h);
    CHECK(w.ttys.opened == 0);
    CHECK(w.client->status().last_error ==
          "client ppp-out1 has nothing to dial: set its phone or its apn, or null-modem=yes for a cable");
    w.end();
}

TEST_CASE("a server waits for its device, and says so") {
    SerialWorld w;
    w.serve_serial();
    w.time.advance(1s);
    CHECK_FALSE(w.server->status("ppp-in1")->listening);
    CHECK(w.server->status("ppp-in1")->problem == "/dev/ttyS0 does not exist: is the device plugged in?");
    w.use_modems();
    w.time.advance(1s);
    CHECK(w.server->status("ppp-in1")->listening);
    CHECK(w.server->status("ppp-in1")->problem.empty());
    CHECK(w.at_isp == "ATQ0V1\r");
    w.end();
}

TEST_CASE("a server whose modem is silent asks it again after half a minute, and not more often") {
    SerialWorld w;
    w.ttys.plug(kIspPort);
    w.serve_serial();
    w.time.advance(7s);
    CHECK(w.ttys.opened == 1);
    CHECK(w.server->status("ppp-in1")->problem == "the modem did not answer OK to ATQ0V1 within 6 s");
    w.time.advance(29s);
    CHECK(w.ttys.opened == 1);
    w.time.advance(2s);
    CHECK(w.ttys.opened == 2);
    w.end();
}

TEST_CASE("a server whose caller gives up waits for the next call at once") {
    SerialWorld w;
    std::string said;
    bool puts_through = false;
    w.ttys.plug(kIspPort);
    w.ttys.attend(kIspPort, [&](const std::string& what) {
        said += what;
        if (what == "ATA\r" && puts_through) w.ttys.set_carrier(kIspPort, true);
        w.ttys.say(kIspPort, what != "ATA\r" ? "OK\r\n" : puts_through ? "CONNECT\r\n" : "NO CARRIER\r\n");
    });
    w.serve_serial();
    w.time.advance(1s);
    REQUIRE(said == "ATQ0V1\r");
    w.ttys.say(kIspPort, "RING\r\n");
    w.time.advance(1s);
    CHECK(said == "ATQ0V1\rATA\rATQ0V1\r");
    CHECK(w.server->status("ppp-in1")->listening);
    CHECK(w.server->status("ppp-in1")->problem.empty());
    CHECK(w.isp.log.has("server ppp-in1: a call came to nothing: the modem answered NO CARRIER"));
    puts_through = true;
    w.ttys.say(kIspPort, "RING\r\n");
    w.time.advance(1s);
    CHECK(w.server->session_count() == 1);
    w.end();
}

TEST_CASE("a server that is disabled gives its port back, and one that is changed takes it again") {
    SerialWorld w;
    w.use_modems();
    w.serve_serial();
    w.time.advance(1s);
    auto changed = w.config;
    SUBCASE("disabled") {
        changed.ppp_server["ppp-in1"].disabled = true;
        w.server->configure(changed);
        w.time.advance(10s);
        CHECK(w.ttys.open_ports == 0);
    }
    SUBCASE("changed") {
        changed.ppp_server["ppp-in1"].baud_rate = 9600;
        w.server->configure(changed);
        w.time.advance(10s);
        CHECK(w.ttys.settings(kIspPort).baud_rate == 9600);
        CHECK(w.server->status("ppp-in1")->listening);
    }
    w.end();
    CHECK(w.ttys.open_ports == 0);
}

TEST_CASE("a line that cannot be given to the kernel ends the attempt with the kernel's reason") {
    SerialWorld w;
    w.use_cable();
    w.ttys.fail_next_ppp("the kernel has no PPP for serial lines");
    w.dial_serial();
    w.time.advance(500ms);
    REQUIRE(w.client_events.reasons.size() == 1);
    CHECK(w.client_events.reasons[0] == EndReason::kernel_error);
    CHECK(w.client_events.details[0] == "/dev/ttyUSB0: the kernel has no PPP for serial lines");
    w.end();
}

TEST_CASE("other links reject what only async lines have") {
    test::SessionWorld w;
    w.serve();
    w.dial();
    w.time.advance(5s);
    REQUIRE(w.state() == ClientState::connected);
    CHECK_FALSE(w.client->session()->lcp()->pfc);
    CHECK_FALSE(w.client->session()->lcp()->acfc);
    w.end();
}
