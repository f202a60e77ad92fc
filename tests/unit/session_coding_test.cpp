// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Encryption of whole sessions: what is agreed on, what never leaves in the clear, how it fails.
#include <doctest/doctest.h>
#include "support/edits.hpp"
#include "support/encrypted_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Encryption;

TEST_CASE("two ends that require encryption get it, with four octets less in a packet") {
    Encrypted w;
    w.connect();
    REQUIRE(w.connected());
    const auto status = w.client->status();
    CHECK(status.encoding == "MPPE128 stateless");
    CHECK(status.mtu == 1476);
    REQUIRE(w.server_events.opened.size() == 1);
    CHECK(w.server_events.opened[0].encoding == "MPPE128 stateless");
    CHECK(w.server_events.opened[0].mtu == 1476);
    CHECK(w.exchange() == 2);
    CHECK(w.coded == 2);
    CHECK(w.clear == 0);
    CHECK(w.home.guard.size() == 1);
    w.end();
    CHECK(w.home.guard.size() + w.isp.guard.size() == 0);
}

TEST_CASE("a wish on one side is enough when the other one has it too, and no guard is needed") {
    Encrypted w(Encryption::yes, Encryption::yes);
    w.connect();
    REQUIRE(w.connected());
    CHECK(w.client->status().encoding == "MPPE128 stateless");
    CHECK(w.home.guard.size() == 0);
    CHECK(w.exchange() == 2);
    CHECK(w.clear == 0);
    w.end();
}

TEST_CASE("a wish without a peer that encrypts ends in the clear, at once") {
    Encrypted w(Encryption::no, Encryption::yes);
    w.connect();
    REQUIRE(w.connected());
    CHECK(w.client->status().encoding.empty());
    CHECK(w.client->status().mtu == 1480);
    CHECK(w.exchange() == 2);
    CHECK(w.coded == 0);
    CHECK(w.client->session()->connected_for() > 3s);
    w.end();
}

TEST_CASE("required without a peer that encrypts ends with encryption-failed, whoever requires it") {
    for (const bool server : {false, true}) {
        CAPTURE(server);
        Encrypted w(server ? Encryption::required : Encryption::no,
                    server ? Encryption::no : Encryption::required);
        w.home.log.expect("pppoe-out1: ");
        w.connect();
        CHECK_FALSE(w.connected());
        CHECK(w.clear == 0);
        CHECK((server ? w.isp.log.has("encryption-failed")
                      : w.client_events.reasons.front() == EndReason::encryption_failed));
        w.end();
    }
}

TEST_CASE("required demands MS-CHAP, which makes the keys") {
    Encrypted w;
    w.dialler.allow.add(AuthMethod::chap_md5);
    w.config.pppoe_server["fibre"].authentication = {};
    w.config.pppoe_server["fibre"].authentication.add(AuthMethod::chap_md5);
    w.home.log.expect("pppoe-out1: ");
    w.connect();
    CHECK_FALSE(w.connected());
    CHECK(w.client_events.reasons.front() == EndReason::encryption_failed);
    CHECK(w.client_events.details.front().find("MS-CHAP") != std::string::npos);
    w.end();
}

TEST_CASE("MS-CHAPv1 gives keys for 128 bits") {
    Encrypted w;
    w.dialler.allow = {};
    w.dialler.allow.add(AuthMethod::mschap1);
    w.config.pppoe_server["fibre"].authentication = w.dialler.allow;
    w.connect();
    REQUIRE(w.connected());
    CHECK(w.client->status().encoding == "MPPE128 stateless");
    CHECK(w.exchange() == 2);
    w.end();
}

TEST_CASE("without a guard, or without the module, required is refused") {
    Encrypted w;
    w.home.log.expect("pppoe-out1: ");
    w.home.guard.error = Error{Errc::system, 0, "no nf_tables"};
    w.connect();
    CHECK_FALSE(w.connected());
    CHECK(w.client_events.reasons.front() == EndReason::encryption_failed);
    CHECK(w.client_events.details.front().find("no nf_tables") != std::string::npos);
    w.end();

    Encrypted v;
    v.home.log.expect("pppoe-out1: ");
    v.kernel.methods.mppe = false;
    v.connect();
    CHECK_FALSE(v.connected());
    CHECK(v.client_events.details.front().find("ppp_mppe") != std::string::npos);
    v.end();
}

TEST_CASE("no data passes before the guard stands") {
    Encrypted w;
    w.home.guard.delay = 4s;
    w.connect();
    CHECK(w.connected());
    CHECK(w.client->session()->connected_for() < 2s);
    w.end();
}

TEST_CASE("whatever CCP packet the peer sends in Opened, nothing leaks, and encryption comes back") {
    for (const auto& attack :
         {ccp(wire::Code::configure_request, kMppe128), ccp(wire::Code::configure_request),
          ccp(wire::Code::terminate_ack), wire::Bytes{0x80, 0xfd, 1, 9, 0, 60, 1, 2},
          wire::Bytes{0x80, 0xfd, 1, 9, 0, 8, 18, 9, 1, 0}}) {
        CAPTURE(hex(attack));
        Encrypted w;
        w.home.log.expect("pppoe-out1: ");
        w.connect();
        REQUIRE(w.connected());
        for (int round = 0; round < 3; ++round) {
            w.kernel.inject(w.home_end(), attack);
            for (int i = 0; i < 50; ++i) {
                (void)w.exchange();
                w.time.advance(1ms);
            }
            w.time.advance(10s);
        }
        CHECK(w.leaked == 0);
        if (attack[2] == 1 && attack.size() > 8) {
            CHECK(w.connected());
            CHECK(w.client->status().encoding == "MPPE128 stateless");
            CHECK(w.exchange() == 2);
        }
        w.end();
    }
}

TEST_CASE("a Terminate-Request for CCP ends a session that requires encryption") {
    Encrypted w;
    w.home.log.expect("encryption-failed");
    w.connect();
    REQUIRE(w.connected());
    w.kernel.inject(w.home_end(), ccp(wire::Code::terminate_request));
    for (int i = 0; i < 20; ++i) (void)w.exchange();
    CHECK(w.leaked == 0);
    w.time.advance(1s);
    CHECK(w.client_events.reasons == std::vector{EndReason::encryption_failed});
    w.end();
}

TEST_CASE("however it ends, what requires encryption passes no data while its interface is taken away") {
    Encrypted w;
    w.connect();
    REQUIRE(w.connected());
    REQUIRE(w.kernel.find("pppoe-out1")->ipv4);
    w.client->abort();
    REQUIRE(w.kernel.find("pppoe-out1"));
    CHECK_FALSE(w.kernel.find("pppoe-out1")->ipv4);
    CHECK_FALSE(w.kernel.find("pppoe-out1")->ipv6);
    w.end();
}

TEST_CASE("wrong keys end both sides with encryption-failed") {
    Encrypted w;
    w.home.log.expect("pppoe-out1: ");
    w.connect();
    REQUIRE(w.connected());
    // From the next negotiation on, one end has other keys.
    w.kernel.spoil_keys("pppoe-out1");
    w.kernel.inject(w.home_end(), ccp(wire::Code::configure_request, kMppe128));
    for (int i = 0; i < 60; ++i) {
        (void)w.exchange();
        w.time.advance(100ms);
    }
    CHECK(w.client_events.reasons == std::vector{EndReason::encryption_failed});
    CHECK(w.server_events.reasons == std::vector{EndReason::encryption_failed});
    w.end();
}

TEST_CASE("what cannot be decoded is asked for again, and negotiated anew when that does not help") {
    Encrypted w;
    w.connect();
    REQUIRE(w.connected());
    int resets = 0, requests = 0;
    auto tap = std::move(w.kernel.tap);
    w.kernel.tap = [&](FakePpp::Key from, wire::ByteView frame) {
        tap(from, frame);
        if (from != w.home_end() || frame[0] != 0x80 || frame[1] != 0xfd) return;
        resets += frame[2] == 14 ? 1 : 0;
        requests += frame[2] == 1 ? 1 : 0;
    };
    CHECK(w.exchange() == 2);
    // A packet that comes late.
    w.kernel.inject(w.home_end(), wire::Bytes{0x00, 0xfd, 0x0f, 0xf0, 1, 2, 3, 4, 5, 6});
    w.time.advance(20ms);
    CHECK(resets == 1);
    CHECK(w.exchange() == 2);
    CHECK(requests == 0);
    // Acknowledgements are lost from now on: the flood of undecodable packets makes no flood of requests.
    w.kernel.drop = [](FakePpp::Key, wire::ByteView frame) {
        return frame[0] == 0x80 && frame[1] == 0xfd && frame[2] == 15;
    };
    for (int i = 0; i < 400; ++i) {
        w.kernel.inject(w.home_end(), wire::Bytes{0x00, 0xfd, 0x0f, 0xf0, 1, 2, 3, 4, 5, 6});
        w.time.advance(10ms);
    }
    CHECK(resets <= 8);
    w.kernel.drop = {};
    for (int i = 0; i < 200; ++i) {
        w.kernel.inject(w.home_end(), wire::Bytes{0x00, 0xfd, 0x0f, 0xf0, 1, 2, 3, 4, 5, 6});
        w.time.advance(10ms);
    }
    CHECK(w.leaked == 0);
    w.end();
}

TEST_CASE("compression is agreed on where it is wanted and nothing is encrypted") {
    Encrypted w(Encryption::no, Encryption::no);
    w.config.profile["homes"].use_compression = true;
    w.wishes.compression = true;
    w.connect();
    REQUIRE(w.connected());
    CHECK(w.client->status().encoding == "deflate 15");
    CHECK(w.client->status().mtu == 1480);
    CHECK(w.exchange() == 2);
    CHECK(w.coded == 2);
    w.end();

    Encrypted v(Encryption::no, Encryption::no);
    v.config.profile["homes"].use_compression = true;
    v.wishes.compression = true;
    v.kernel.methods.deflate = false;
    v.connect();
    CHECK(v.client->status().encoding == "bsd 15");
    v.end();
}

TEST_CASE("a request that was repeated while the interface was made gets one acknowledgement") {
    Encrypted w;
    w.kernel.timing.create_unit = 7s;
    int acks = 0;
    auto tap = std::move(w.kernel.tap);
    w.kernel.tap = [&](FakePpp::Key from, wire::ByteView frame) {
        tap(from, frame);
        acks += from == w.home_end() && frame[1] == 0xfd && frame[2] == 2 && frame[3] == 99 ? 1 : 0;
    };
    w.serve();
    w.dial(w.wishes);
    w.time.advance(4s);
    for (int i = 0; i < 3; ++i) w.kernel.inject(w.home_end(), ccp(wire::Code::configure_request, kMppe128));
    w.time.advance(3500ms);
    CHECK(acks == 1);
    w.end();
}

TEST_CASE("a peer that rejects what it cannot decipher ends the session, though we hear it well") {
    Encrypted w;
    w.home.log.expect("encryption-failed");
    w.connect();
    REQUIRE(w.connected());
    for (int i = 0; i < 30; ++i) {
        w.kernel.inject(w.home_end(), wire::Bytes{0xc0, 0x21, 8, 1, 0, 8, 0x42, 0x0c, 1, 2});
        w.time.advance(100ms);
    }
    CHECK(w.client_events.reasons == std::vector{EndReason::encryption_failed});
    w.end();
}

TEST_CASE("LCP negotiated anew brings new keys and encryption back") {
    Encrypted w;
    w.connect();
    REQUIRE(w.connected());
    w.kernel.inject(w.home_end(), wire::Bytes{0xc0, 0x21, 1, 200, 0, 8, 1, 4, 5, 0xc8});
    for (int i = 0; i < 30; ++i) (void)w.exchange();
    w.time.advance(10s);
    CHECK(w.connected());
    CHECK(w.client->status().encoding == "MPPE128 stateless");
    CHECK(w.exchange() == 2);
    CHECK(w.leaked == 0);
    w.end();
}

TEST_CASE("an encrypted session is carried on by the next process, and negotiates anew there") {
    SessionWorld w;
    SurvivingHost isp{w, w.isp}, home{w, w.home};
    isp.change(
        add("profile", "homes",
            {{"local-address", "10.0.0.1"}, {"remote-address", "10.0.0.2"}, {"use-encryption", "required"}}));
    isp.change(add("secret", "bob", {{"password", "b"}, {"profile", "homes"}}));
    isp.change(add("pppoe-server", "fibre", {{"interface", "eth0"}, {"disabled", "no"}}));
    home.change(add("profile", "secure", {{"use-encryption", "required"}}));
    home.change(add("pppoe-client", "wan",
                    {{"interface", "eth1"},
                     {"user", "bob"},
                     {"password", "b"},
                     {"profile", "secure"},
                     {"disabled", "no"}}));
    w.home.log.expect("wan: ");
    w.time.advance(20s);
    REQUIRE(home.up().size() == 1);
    CHECK(home.up().begin()->second.encoding == "MPPE128 stateless");
    int clear = 0, coded = 0;
    w.kernel.tap = [&](FakePpp::Key, wire::ByteView frame) {
        clear += in_the_clear(frame) ? 1 : 0;
        coded += wire::Reader(frame).u16() == 0x00fd ? 1 : 0;
    };
    const auto flow = [&] {
        auto* here = w.kernel.find("wan");
        auto* there = w.kernel.find("ppp0");
        REQUIRE(here);
        REQUIRE(there);
        here->up = there->up = true;
        const auto before = here->received.size() + there->received.size();
        w.kernel.transmit("wan", kData);
        w.kernel.transmit("ppp0", kData);
        w.time.advance(10ms);
        return here->received.size() + there->received.size() - before;
    };
    for (auto* host : {&home, &isp}) {
        host->restart();
        CHECK(flow() == 2);
        w.time.advance(2s);
        REQUIRE(home.up().size() == 1);
        CHECK(home.up().begin()->second.encoding == "MPPE128 stateless");
        CHECK(home.up().begin()->second.mtu == 1476);
    }
    CHECK(w.home.guard.size() == 1);
    CHECK(coded == 4);
    w.kernel.inject(w.keys.rbegin()->second.second, ccp(wire::Code::configure_request, kMppe128));
    w.time.advance(10s);
    CHECK(flow() == 2);
    CHECK(clear == 0);
    isp.stop();
    home.stop();
}
