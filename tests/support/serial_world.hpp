// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SerialWorld: a client and a server with serial ports, a cable or two modems between them.
#pragma once
#include <memory>
#include <string>
#include "link/serial_lines.hpp"
#include "support/fake_tty.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

inline const std::string kHomePort = "/dev/ttyUSB0", kIspPort = "/dev/ttyS0";

struct SerialWorld : SessionWorld {
    SerialWorld() {
        // Sessions that fail are what most of these tests are about; each looks at the reasons itself.
        home.log.expect("ppp-out1: ");
        config.pppoe_server.clear();
        auto& in = config.ppp_server["ppp-in1"];
        in.port = "ttyS0";
        in.profile = "homes";
        in.disabled = false;
        out.port = kHomePort;
        out.phone = "0301234";
        out.user = "bob";
        out.password = Secret("secret");
        out.disabled = false;
    }
    /// A cable without modems between the two ports.
    void use_cable() {
        config.ppp_server["ppp-in1"].null_modem = out.null_modem = true;
        ttys.join(kHomePort, kIspPort);
    }
    /// Two modems that work: each command is answered by OK, and calls are put through.
    void use_modems() {
        ttys.join(kHomePort, kIspPort);
        ttys.attend(kHomePort, [this](const std::string& said) {
            at_home += said;
            if (said.starts_with("ATDT"))
                ttys.say(kIspPort, "\r\nRING\r\n");
            else
                ttys.say(kHomePort, "\r\nOK\r\n");
        });
        ttys.attend(kIspPort, [this](const std::string& said) {
            at_isp += said;
            if (said != "ATA\r") return ttys.say(kIspPort, "\r\nOK\r\n");
            for (const auto& port : {kHomePort, kIspPort}) {
                ttys.set_carrier(port, true);
                ttys.say(port, "\r\nCONNECT 33600\r\n");
            }
        });
    }
    /// A modem at home that the test speaks for.
    void use_modem(std::function<void(const std::string&)> hear) {
        ttys.plug(kHomePort);
        ttys.attend(kHomePort, [this, hear = std::move(hear)](const std::string& said) {
            at_home += said;
            hear(said);
        });
    }
    void serve_serial() {
        server = std::make_unique<session::AccessServer>(
            session::AccessServer::Context{isp.ports, links(isp, isp_lines), next_id}, server_events);
        server->configure(config);
    }
    session::Client& dial_serial() {
        client = std::make_unique<session::Client>(
            "ppp-out1", session::client_config(out), session::Client::ProfileWishes{},
            session::Client::Context{home.ports, links(home, home_lines), next_id}, client_events);
        client->start();
        return *client;
    }
    session::LinkPorts links(Host& host, link::SerialLines& lines) {
        return {.pppoe = host.pppoe, .memory = &memory, .serial = &lines};
    }

    config::PppClient out;
    std::string at_home, at_isp;  // what the modems were told
    FakeTtys ttys{time, kernel};
    link::SerialLines isp_lines{time, ttys}, home_lines{time, ttys};
    // Ended before what they stand on; the base's are empty.
    std::unique_ptr<session::AccessServer> server;
    std::unique_ptr<session::Client> client;

    void end() {
        if (client) client->shut_down(EndReason::shutdown, "the test is over");
        if (server) server->shut_down(EndReason::shutdown, "the test is over");
        time.advance(std::chrono::seconds(20));
    }
    [[nodiscard]] session::ClientState state() const { return client->status().state; }
};

}  // namespace ppp::test
