// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The authenticator of CHAP packet by packet: what it sends, ignores and concludes.
#include <doctest/doctest.h>
#include "support/chap_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::test::literals;
using namespace std::chrono_literals;
using test::hex;
using test::kChallenge16;
using test::last_sent;

namespace {

struct ChapAuthenticatorServer {
    explicit ChapAuthenticatorServer(AuthMethod method) : how(method) {
        config = std::make_shared<AuthenticatorConfig>(
            AuthenticatorConfig{.our_name = "ac1", .service = aaa::Service::pppoe, .server = "pppoe-in"});
        owner.auth = make_authenticator(method, time, rng, aaa, owner, config);
        owner.auth->start();
    }
    void receive(const wire::Bytes& packet) { owner.auth->receive(packet); }
    /// A Response with the form of the method, right or not.
    [[nodiscard]] wire::Bytes response(std::uint8_t id, std::string_view name = "bob") const {
        wire::Bytes value(how == AuthMethod::chap_md5 ? 16 : 49, 0x11);
        if (how != AuthMethod::chap_md5) value.back() = how == AuthMethod::mschap1 ? 1 : 0;
        return wire::encode(wire::ChapValue{id, true, value, name});
    }
    [[nodiscard]] std::uint8_t id() const { return last_sent(owner).value().id; }
    static aaa::Grant grant() { return {.mschap2_success = "S=" + std::string(40, 'A')}; }

    AuthMethod how;
    test::VirtualTime time;
    test::SeededRng rng;
    test::ManualAaa aaa;
    test::RecordingOwner owner;
    std::shared_ptr<AuthenticatorConfig> config;
};

}  // namespace

TEST_CASE("a Challenge has our name and a value of 16 octets, 8 for MS-CHAPv1") {
    for (const auto method : {AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2}) {
        ChapAuthenticatorServer s(method);
        const auto c = last_sent(s.owner);
        CHECK(c.value().name == "ac1");
        CHECK_FALSE(c.value().is_response);
        CHECK(c.value().value.size() == (method == AuthMethod::mschap1 ? 8 : 16));
    }
}

TEST_CASE("an unanswered Challenge is sent again every three seconds, the same one") {
    ChapAuthenticatorServer s(AuthMethod::mschap2);
    s.time.advance(3s);
    REQUIRE(s.owner.sent.size() == 2);
    CHECK(s.owner.sent[0] == s.owner.sent[1]);
    s.time.advance(27s);
    CHECK(s.owner.sent.size() == 10);
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::timeout);
}

TEST_CASE("the Aaa is asked with all that is known about the peer") {
    ChapAuthenticatorServer s(AuthMethod::mschap2);
    s.receive(s.response(s.id()));
    REQUIRE(s.aaa.questions.size() == 1);
    const auto& r = s.aaa.questions[0].request;
    CHECK(r.user == "bob");
    CHECK(r.calling_station == "02:00:5E:10:00:01");
    CHECK(r.service == aaa::Service::pppoe);
    CHECK(r.server == "pppoe-in");
    const auto* proof = std::get_if<aaa::MsChap2Proof>(&r.proof);
    REQUIRE(proof);
    CHECK(hex(proof->authenticator_challenge) == hex(last_sent(s.owner).value().value));
    CHECK(hex(proof->peer_challenge) == hex(wire::Bytes(16, 0x11)));
}

TEST_CASE("each Challenge is judged once, and a repeated Response gets the same reply") {
    for (const auto method : {AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2}) {
        for (const bool right : {true, false}) {
            ChapAuthenticatorServer s(method);
            const auto response = s.response(s.id());
            s.receive(response);
            s.receive(response);  // while the Aaa thinks
            CHECK(s.aaa.questions.size() == 1);
            CHECK(s.owner.sent.size() == 1);
            s.time.advance(1h);  // it may think long: nothing is sent meanwhile
            CHECK(s.owner.sent.size() == 1);
            CHECK(s.aaa.answer(0, right
                                      ? aaa::Answer{ChapAuthenticatorServer::grant()}
                                      : aaa::Answer{aaa::Refusal{aaa::RefusalReason::wrong_password, "no"}}));
            REQUIRE(s.owner.sent.size() == 2);
            CHECK(last_sent(s.owner).reply().success == right);
            s.receive(response);
            s.receive(s.response(last_sent(s.owner).reply().id, "mallory"));
            CHECK(s.aaa.questions.size() == 1);
            REQUIRE(s.owner.sent.size() == 4);
            CHECK(s.owner.sent[2] == s.owner.sent[1]);
            CHECK(s.owner.sent[3] == s.owner.sent[1]);
            CHECK(s.owner.outcomes.size() == 1);
            CHECK(s.owner.succeeded() == right);
        }
    }
}

TEST_CASE("a Response under another identifier, of another form or in another role's code is ignored") {
    for (const auto method : {AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2}) {
        ChapAuthenticatorServer s(method);
        const auto id = s.id();
        s.receive(s.response(static_cast<std::uint8_t>(id + 1)));
        s.receive(wire::encode(wire::ChapValue{id, true, wire::Bytes(17, 1), "bob"}));
        s.receive(wire::encode(wire::ChapValue{id, true, wire::Bytes(48, 1), "bob"}));
        s.receive(wire::encode(wire::ChapValue{id, true, wire::Bytes(50, 1), "bob"}));
        s.receive(wire::encode(wire::ChapValue{id, false, kChallenge16, "bob"}));
        s.receive(wire::encode(wire::ChapReply{id, true, "S="}));
        s.receive("02 01 00"_hex);
        CHECK(s.aaa.questions.empty());
        CHECK(s.owner.sent.size() == 1);
        CHECK(s.owner.outcomes.empty());
        s.receive(s.response(id));
        CHECK(s.aaa.questions.size() == 1);
    }
}

TEST_CASE("a Response before the Challenge is ignored") {
    test::VirtualTime time;
    test::SeededRng rng;
    test::ManualAaa aaa;
    test::RecordingOwner owner;
    owner.auth = make_authenticator(AuthMethod::chap_md5, time, rng, aaa, owner,
                                    std::make_shared<AuthenticatorConfig>());
    for (int id = 0; id < 256; ++id)
        owner.auth->receive(
            wire::encode(wire::ChapValue{static_cast<std::uint8_t>(id), true, kChallenge16, "bob"}));
    CHECK(aaa.questions.empty());
    CHECK(owner.sent.empty());
}

TEST_CASE("a refused peer learns nothing but that it is refused") {
    const aaa::Refusal refusal{aaa::RefusalReason::disabled, "secret 'bob' is disabled"};
    ChapAuthenticatorServer md5(AuthMethod::chap_md5);
    md5.receive(md5.response(md5.id()));
    CHECK(md5.aaa.answer(0, refusal));
    CHECK(last_sent(md5.owner).reply().message == "authentication failed");
    REQUIRE(md5.owner.failure());
    CHECK(md5.owner.failure()->sentence == "secret 'bob' is disabled");

    ChapAuthenticatorServer v2(AuthMethod::mschap2);
    const auto challenge = last_sent(v2.owner);
    v2.receive(v2.response(v2.id()));
    CHECK(v2.aaa.answer(0, refusal));
    const auto sent = last_sent(v2.owner);
    const auto f = wire::parse_mschap_failure(sent.reply().message);
    REQUIRE(f);
    CHECK(f->error == 691);
    CHECK_FALSE(f->retry);
    CHECK(hex(f->challenge) == hex(challenge.value().value));
    CHECK(f->version == 3);
    CHECK(f->message == "authentication failed");

    ChapAuthenticatorServer v1(AuthMethod::mschap1);
    v1.receive(v1.response(v1.id()));
    CHECK(v1.aaa.answer(0, refusal));
    const auto sent1 = last_sent(v1.owner);
    const auto f1 = wire::parse_mschap_failure(sent1.reply().message);
    REQUIRE(f1);
    CHECK(f1->challenge.size() == 8);
    CHECK(f1->version == 2);
}

TEST_CASE("an Aaa that cannot decide ends the exchange as unavailable") {
    ChapAuthenticatorServer s(AuthMethod::chap_md5);
    s.receive(s.response(s.id()));
    CHECK(s.aaa.answer(0, Error{Errc::timeout, 0, "radius server 192.0.2.1 does not answer"}));
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::unavailable);
    CHECK(s.owner.failure()->sentence == "radius server 192.0.2.1 does not answer");
    CHECK_FALSE(last_sent(s.owner).reply().success);
}

TEST_CASE("a Grant without the proof that MS-CHAPv2 needs is no success") {
    ChapAuthenticatorServer s(AuthMethod::mschap2);
    s.receive(s.response(s.id()));
    CHECK(s.aaa.answer(0, aaa::Grant{}));
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::unavailable);
    CHECK_FALSE(last_sent(s.owner).reply().success);
}

TEST_CASE("an MS-CHAPv2 Success carries S= and a message") {
    ChapAuthenticatorServer s(AuthMethod::mschap2);
    s.receive(s.response(s.id()));
    CHECK(s.aaa.answer(0, ChapAuthenticatorServer::grant()));
    CHECK(last_sent(s.owner).reply().message ==
          ChapAuthenticatorServer::grant().mschap2_success + " M=Access granted");
}

TEST_CASE("an MS-CHAPv1 Response with the LAN Manager half only is refused unasked") {
    ChapAuthenticatorServer s(AuthMethod::mschap1);
    auto packet = wire::encode(wire::ChapValue{s.id(), true, wire::Bytes(49, 0), "bob"});
    s.receive(packet);
    CHECK(s.aaa.questions.empty());
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::refused);
    CHECK(s.owner.failure()->sentence == "'bob' sent a LAN Manager response only, which is not accepted");
}

TEST_CASE("a destroyed authenticator hears no answer and sends nothing more") {
    ChapAuthenticatorServer s(AuthMethod::chap_md5);
    s.receive(s.response(s.id()));
    s.owner.auth.reset();
    CHECK_FALSE(s.aaa.answer(0, ChapAuthenticatorServer::grant()));
    s.time.advance(1h);
    CHECK(s.owner.sent.size() == 1);
    CHECK(s.owner.outcomes.empty());
}

TEST_CASE("a re-challenge has a new identifier and value, and its answer is judged anew") {
    ChapAuthenticatorServer s(AuthMethod::chap_md5);
    s.owner.auth->rechallenge();  // too early: nothing happens
    CHECK(s.owner.sent.size() == 1);
    const auto first = last_sent(s.owner);
    s.receive(s.response(first.value().id));
    s.owner.auth->rechallenge();  // still too early
    CHECK(s.owner.sent.size() == 1);
    CHECK(s.aaa.answer(0, ChapAuthenticatorServer::grant()));
    s.owner.auth->rechallenge();
    const auto second = last_sent(s.owner);
    CHECK(second.value().id != first.value().id);
    CHECK(hex(second.value().value) != hex(first.value().value));
    s.receive(s.response(first.value().id));  // a late copy of the first Response proves nothing now
    CHECK(s.aaa.questions.size() == 1);
    s.receive(s.response(second.value().id));
    REQUIRE(s.aaa.questions.size() == 2);
    CHECK(s.aaa.answer(1, aaa::Refusal{aaa::RefusalReason::disabled, "secret 'bob' is disabled"}));
    CHECK(s.owner.outcomes.size() == 2);
    CHECK(s.owner.failure());
}

TEST_CASE("a re-challenge answered under another name is refused") {
    ChapAuthenticatorServer s(AuthMethod::chap_md5);
    s.receive(s.response(s.id()));
    CHECK(s.aaa.answer(0, ChapAuthenticatorServer::grant()));
    s.owner.auth->rechallenge();
    s.receive(s.response(s.id(), "mallory"));
    CHECK(s.aaa.questions.size() == 1);
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->sentence == "'bob' answered the re-challenge as 'mallory'");
}

TEST_CASE("an unanswered re-challenge times out") {
    ChapAuthenticatorServer s(AuthMethod::chap_md5);
    s.receive(s.response(s.id()));
    CHECK(s.aaa.answer(0, ChapAuthenticatorServer::grant()));
    s.owner.auth->rechallenge();
    s.time.advance(30s);
    REQUIRE(s.owner.failure());
    CHECK(s.owner.failure()->end == AuthEnd::timeout);
    CHECK(s.owner.failure()->sentence == "'bob' did not answer the re-challenge");
}
