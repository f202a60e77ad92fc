// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PAP packet by packet.
#include <doctest/doctest.h>
#include "support/auth_ends.hpp"
#include "support/hex.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::test::literals;
using namespace std::chrono_literals;
using test::hex;

namespace {

struct PapServer {
    PapServer() {
        owner.auth = make_authenticator(AuthMethod::pap, time, rng, aaa, owner,
                                        std::make_shared<AuthenticatorConfig>(AuthenticatorConfig{
                                            .service = aaa::Service::pptp, .server = "vpn"}));
        owner.auth->start();
    }
    void request(std::uint8_t id, std::string_view name = "bob", std::string_view password = "pw") {
        owner.auth->receive(wire::encode(wire::PapRequest{id, name, password}));
    }
    test::VirtualTime time;
    test::SeededRng rng;
    test::ManualAaa aaa;
    test::RecordingOwner owner;
};

struct PapClient {
    PapClient() {
        owner.auth =
            make_authenticatee(AuthMethod::pap, time, rng, owner, {.user = "bob", .password = Secret("pw")});
        owner.auth->start();
    }
    void reply(std::uint8_t id, bool ack, std::string_view message = "") {
        owner.auth->receive(wire::encode(wire::PapReply{id, ack, message}));
    }
    test::VirtualTime time;
    test::SeededRng rng;
    test::RecordingOwner owner;
};

const aaa::Refusal kRefusal{aaa::RefusalReason::unknown_user, "secret 'bob' does not exist"};

}  // namespace

TEST_CASE("a request is judged once, with all that is known about the peer") {
    PapServer s;
    CHECK(s.owner.sent.empty());
    s.request(5);
    s.request(6);
    REQUIRE(s.aaa.questions.size() == 1);
    const auto& r = s.aaa.questions[0].request;
    CHECK(r.user == "bob");
    CHECK(std::get<aaa::PapProof>(r.proof).password == Secret("pw"));
    CHECK(r.service == aaa::Service::pptp);
    CHECK(r.server == "vpn");
    CHECK(r.calling_station == "02:00:5E:10:00:01");
}

TEST_CASE("the reply carries the identifier of the last request") {
    PapServer s;
    s.request(5);
    s.request(6);
    s.request(7, "mallory");  // another question, not ours to mix in
    CHECK(s.aaa.answer(0, aaa::Grant{}));
    REQUIRE(s.owner.sent.size() == 1);
    CHECK(hex(s.owner.sent[0]) == "02 06 00 05 00");
}

TEST_CASE("a request after the judgement gets the same reply again") {
    for (const bool right : {true, false}) {
        PapServer s;
        s.request(5);
        CHECK(s.aaa.answer(0, right ? aaa::Answer{aaa::Grant{}} : aaa::Answer{kRefusal}));
        s.request(6);
        s.request(7, "bob", "another password");
        CHECK(s.aaa.questions.size() == 1);
        REQUIRE(s.owner.sent.size() == 3);
        for (const auto& packet : s.owner.sent) CHECK(packet[0] == (right ? 2 : 3));
        CHECK(s.owner.sent[2][1] == 7);
        CHECK(s.owner.outcomes.size() == 1);
        CHECK(s.owner.succeeded() == right);
    }
}

TEST_CASE("a peer refused by PAP learns nothing but that it is refused") {
    PapServer s;
    s.request(5);
    CHECK(s.aaa.answer(0, kRefusal));
    REQUIRE(s.owner.sent.size() == 1);
    const auto decoded = wire::decode_pap(s.owner.sent[0]);
    REQUIRE(decoded);
    CHECK(std::get<wire::PapReply>(*decoded).message == "authentication failed");
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->sentence == "secret 'bob' does not exist");
}

TEST_CASE(
    "a peer that never asks times out after thirty seconds, and an early or broken request is ignored") {
    PapServer s;
    s.owner.auth->receive("01 01 00 03"_hex);
    s.owner.auth->receive("02 01 00 05 00"_hex);
    s.time.advance(29900ms);
    CHECK(s.owner.outcomes.empty());
    s.time.advance(100ms);
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::timeout);
    s.request(1);
    CHECK(s.aaa.questions.empty());
    CHECK(s.owner.sent.empty());
}

TEST_CASE("a slow Aaa is waited for beyond the deadline of the request") {
    PapServer s;
    s.request(1);
    s.time.advance(1h);
    CHECK(s.owner.outcomes.empty());
    CHECK(s.aaa.answer(0, aaa::Grant{}));
    CHECK(s.owner.succeeded());
}

TEST_CASE("a destroyed PAP authenticator hears no answer") {
    PapServer s;
    s.request(1);
    s.owner.auth.reset();
    CHECK_FALSE(s.aaa.answer(0, aaa::Grant{}));
    CHECK(s.owner.outcomes.empty());
}

TEST_CASE("requests go out every three seconds, each under a new identifier") {
    PapClient c;
    REQUIRE(c.owner.sent.size() == 1);
    CHECK(hex(c.owner.sent[0]) == hex("01 01 00 0b 03 62 6f 62 02 70 77"_hex));
    c.time.advance(3s);
    REQUIRE(c.owner.sent.size() == 2);
    CHECK(c.owner.sent[1][1] == 2);
}

TEST_CASE("a reply to any request that was sent counts, any other is ignored") {
    PapClient c;
    c.time.advance(3s);
    c.reply(0, true);
    c.reply(3, true);
    c.reply(200, false);
    CHECK(c.owner.outcomes.empty());
    c.reply(1, true);
    CHECK(c.owner.succeeded());
    c.reply(2, false);
    CHECK(c.owner.outcomes.size() == 1);
    c.time.advance(1h);
    CHECK(c.owner.sent.size() == 2);
}

TEST_CASE("a Nak ends it with the peer's words") {
    PapClient c;
    c.reply(1, false, "who?");
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->end == AuthEnd::refused);
    CHECK(c.owner.failure()->sentence == "the peer refused 'bob': 'who?'");
}
