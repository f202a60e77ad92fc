// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The authenticatee of CHAP packet by packet: what it answers, ignores and concludes.
#include <doctest/doctest.h>
#include "support/chap_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace std::chrono_literals;
using test::hex;
using test::kChallenge16;
using test::kChallenge8;
using test::last_sent;

namespace {

struct ChapAuthenticateeClient {
    explicit ChapAuthenticateeClient(AuthMethod method) {
        owner.auth = make_authenticatee(method, time, rng, owner, {.user = "bob", .password = Secret("pw")});
        owner.auth->start();
    }
    void challenge(std::uint8_t id, const wire::Bytes& value) {
        owner.auth->receive(wire::encode(wire::ChapValue{id, false, value, "ac1"}));
    }
    void reply(std::uint8_t id, bool success, std::string_view message) {
        owner.auth->receive(wire::encode(wire::ChapReply{id, success, message}));
    }

    test::VirtualTime time;
    test::SeededRng rng;
    test::RecordingOwner owner;
};

}  // namespace

TEST_CASE("the CHAP-MD5 Response is MD5 of identifier, secret and challenge") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    c.challenge(0x21, kChallenge16);
    const auto r = last_sent(c.owner);
    CHECK(r.value().is_response);
    CHECK(r.value().id == 0x21);
    CHECK(r.value().name == "bob");
    const wire::Bytes id{0x21};
    CHECK(hex(r.value().value) == hex(crypto::md5({id, wire::octets("pw"), kChallenge16})));
}

TEST_CASE("an NT hash in place of the password gives the same proof by MS-CHAP and none by CHAP-MD5") {
    const auto answer = [](AuthMethod method, bool hashed) {
        test::VirtualTime time;
        test::SeededRng rng;
        test::RecordingOwner owner;
        AuthenticateeConfig config{.user = "bob"};
        if (hashed)
            config.hash = crypto::nt_password_hash("pw");
        else
            config.password = Secret("pw");
        owner.auth = make_authenticatee(method, time, rng, owner, config);
        owner.auth->start();
        const auto& value = method == AuthMethod::mschap1 ? kChallenge8 : kChallenge16;
        owner.auth->receive(wire::encode(wire::ChapValue{1, false, value, "ac1"}));
        return owner.sent;
    };
    for (const auto method : {AuthMethod::mschap1, AuthMethod::mschap2}) {
        CHECK(answer(method, true) == answer(method, false));
        CHECK(answer(method, true).size() == 1);
    }
    CHECK(answer(AuthMethod::chap_md5, true).empty());
}

TEST_CASE("the MS-CHAPv1 Response has no LAN Manager half") {
    ChapAuthenticateeClient c(AuthMethod::mschap1);
    c.challenge(1, kChallenge8);
    const auto sent = last_sent(c.owner);
    const auto v = wire::decode_mschap1(sent.value().value);
    REQUIRE(v);
    CHECK(v->use_nt == 1);
    CHECK(v->lm_response == decltype(v->lm_response){});
}

TEST_CASE("a Challenge whose value has the wrong size is ignored by MS-CHAP") {
    ChapAuthenticateeClient v1(AuthMethod::mschap1);
    v1.challenge(1, kChallenge16);
    CHECK(v1.owner.sent.empty());
    ChapAuthenticateeClient v2(AuthMethod::mschap2);
    v2.challenge(1, kChallenge8);
    CHECK(v2.owner.sent.empty());
    ChapAuthenticateeClient md5(AuthMethod::chap_md5);
    md5.challenge(1, {0x01});  // RFC 1994 allows any size from one octet up
    CHECK(md5.owner.sent.size() == 1);
}

TEST_CASE("a Response is sent again until the peer replies") {
    ChapAuthenticateeClient c(AuthMethod::mschap2);
    c.challenge(1, kChallenge16);
    c.time.advance(6s);
    REQUIRE(c.owner.sent.size() == 3);
    CHECK(c.owner.sent[2] == c.owner.sent[0]);
    c.time.advance(24s);
    CHECK(c.owner.sent.size() == 10);
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->end == AuthEnd::timeout);
}

TEST_CASE("a repeated Challenge gets the same Response, also after success") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    c.challenge(1, kChallenge16);
    c.challenge(1, kChallenge16);
    REQUIRE(c.owner.sent.size() == 2);
    CHECK(c.owner.sent[0] == c.owner.sent[1]);
    c.reply(1, true, "");
    c.challenge(1, kChallenge16);
    REQUIRE(c.owner.sent.size() == 3);
    CHECK(c.owner.sent[2] == c.owner.sent[0]);
    c.time.advance(1h);
    CHECK(c.owner.outcomes.size() == 1);
    CHECK(c.owner.succeeded());
}

TEST_CASE("a later Challenge is answered too, and its reply is one more outcome") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    c.challenge(1, kChallenge16);
    c.reply(1, true, "");
    c.challenge(2, kChallenge8);
    CHECK(c.owner.sent.size() == 2);
    c.reply(1, true, "");  // late and not for this one
    CHECK(c.owner.outcomes.size() == 1);
    c.reply(2, false, "sorry");
    CHECK(c.owner.outcomes.size() == 2);
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->sentence == "the peer refused 'bob': 'sorry'");
}

TEST_CASE("new Challenges in place of a reply do not buy the peer more time") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    for (int i = 0; i < 40; ++i) {
        c.challenge(static_cast<std::uint8_t>(i), kChallenge16);
        c.time.advance(1s);
    }
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->end == AuthEnd::timeout);
}

TEST_CASE("a reply before the Challenge or under another identifier is ignored") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    c.reply(0, true, "");
    CHECK(c.owner.outcomes.empty());
    c.challenge(7, kChallenge16);
    c.reply(6, true, "");
    c.reply(8, false, "");
    CHECK(c.owner.outcomes.empty());
    c.reply(7, true, "");
    CHECK(c.owner.succeeded());
}

TEST_CASE("an MS-CHAPv2 Success without a proof, or with a wrong one, ends the session") {
    struct Case {
        std::string message, sentence;
    };
    const std::string none = "the peer accepted 'bob' but sent no proof that it knows the password";
    const std::string wrong = "the peer accepted 'bob' but does not know the password itself";
    for (const auto& x : {Case{"", none}, Case{"M=Welcome", none}, Case{"S=1234", none},
                          Case{"S=" + std::string(40, '0'), wrong}}) {
        CAPTURE(x.message);
        ChapAuthenticateeClient c(AuthMethod::mschap2);
        c.challenge(1, kChallenge16);
        c.reply(1, true, x.message);
        REQUIRE(c.owner.failure());
        CHECK(c.owner.failure()->end == AuthEnd::peer_not_proven);
        CHECK(c.owner.failure()->sentence == x.sentence);
        c.challenge(2, kChallenge16);
        CHECK(c.owner.sent.size() == 1);
    }
}

TEST_CASE("a Response of the peer is not taken for a Challenge") {
    ChapAuthenticateeClient c(AuthMethod::mschap2);
    c.owner.auth->receive(wire::encode(wire::ChapValue{1, true, kChallenge16, "ac1"}));
    CHECK(c.owner.sent.empty());
}

TEST_CASE("our MS-CHAPv2 challenge differs from one Response to the next") {
    ChapAuthenticateeClient c(AuthMethod::mschap2);
    c.challenge(1, kChallenge16);
    const auto first = last_sent(c.owner);
    c.challenge(2, kChallenge16);
    const auto second = last_sent(c.owner);
    CHECK(hex(first.value().value.first(16)) != hex(second.value().value.first(16)));
}

TEST_CASE("an MS-CHAP Failure is told to the operator in words") {
    ChapAuthenticateeClient c(AuthMethod::mschap2);
    c.challenge(1, kChallenge16);
    c.reply(1, false, "E=648 R=0 C=00 V=3 M=call us");
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->end == AuthEnd::refused);
    CHECK(c.owner.failure()->sentence ==
          "the peer refused 'bob': 'the password has expired (E=648): call us'");
}

TEST_CASE("a peer cannot write control characters into our journal") {
    ChapAuthenticateeClient c(AuthMethod::chap_md5);
    c.challenge(1, kChallenge16);
    c.reply(1, false, "no\nJan 1 root: all is well\x1b[2J");
    REQUIRE(c.owner.failure());
    CHECK(c.owner.failure()->sentence == "the peer refused 'bob': 'no\\x0aJan 1 root: all is well\\x1b[2J'");
}
