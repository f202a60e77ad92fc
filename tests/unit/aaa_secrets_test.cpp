// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Local secrets behind the Aaa port.
#include <doctest/doctest.h>
#include "aaa/secrets.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace ppp::aaa;

namespace {

struct Fixture {
    Fixture() {
        secrets.replace({{.name = "bob",
                          .password = Secret("pw"),
                          .profile = "gold",
                          .local_address = "10.0.0.1",
                          .remote_address = "pool-a",
                          .rate_limit = "10M/20M"},
                         {.name = "hashed", .password = crypto::nt_password_hash("pw")},
                         {.name = "off", .password = Secret("pw"), .disabled = true},
                         {.name = "vpn", .password = Secret("pw"), .service = Service::pptp},
                         {.name = "home", .password = Secret("pw"), .caller_id = "02:00:5E:10:00:0A"}});
    }
    Answer ask(Request request) {
        std::optional<Answer> got;
        auto pending = secrets.authenticate(std::move(request), [&](Answer a) { got = std::move(a); });
        CHECK_FALSE(got);  // never from inside the call
        time.advance(Duration::zero());
        REQUIRE(got);
        return *std::move(got);
    }
    static Request pap(std::string user, std::string_view password) {
        return {.user = std::move(user), .proof = PapProof{Secret(password)}, .service = Service::pppoe};
    }
    Refusal refusal(Request request) {
        auto a = ask(std::move(request));
        REQUIRE(std::holds_alternative<Refusal>(a));
        return std::get<Refusal>(a);
    }

    test::VirtualTime time;
    Secrets secrets{time};
};

}  // namespace

TEST_CASE("a Grant carries what the secret says") {
    Fixture f;
    const auto a = f.ask(Fixture::pap("bob", "pw"));
    const auto* g = std::get_if<Grant>(&a);
    REQUIRE(g);
    CHECK(g->profile == "gold");
    CHECK(g->local_address.text == "10.0.0.1");
    CHECK(g->local_address.ipv4 == 0x0a000001);
    CHECK(g->remote_address.text == "pool-a");
    CHECK_FALSE(g->remote_address.ipv4);
    CHECK(g->rate_limit == "10M/20M");
    CHECK(g->mschap2_success.empty());
    CHECK(std::holds_alternative<std::monostate>(g->mppe));
}

TEST_CASE("a Refusal says to the operator exactly why") {
    Fixture f;
    auto r = f.refusal(Fixture::pap("eve", "pw"));
    CHECK(r.reason == RefusalReason::unknown_user);
    CHECK(r.sentence == "secret 'eve' does not exist");
    r = f.refusal(Fixture::pap("bob", "pW"));
    CHECK(r.reason == RefusalReason::wrong_password);
    CHECK(r.sentence == "wrong password for secret 'bob'");
    r = f.refusal(Fixture::pap("off", "pw"));
    CHECK(r.reason == RefusalReason::disabled);
    CHECK(r.sentence == "secret 'off' is disabled");
    r = f.refusal(Fixture::pap("vpn", "pw"));
    CHECK(r.reason == RefusalReason::wrong_service);
    CHECK(r.sentence == "secret 'vpn' is for service pptp, not pppoe");
    r = f.refusal(Fixture::pap("home", "pw"));
    CHECK(r.reason == RefusalReason::wrong_caller);
    CHECK(r.sentence == "secret 'home' may call from '02:00:5E:10:00:0A' only, not from ''");
    r = f.refusal({.user = "hashed", .proof = ChapMd5Proof{}});
    CHECK(r.reason == RefusalReason::method_unusable);
    CHECK(r.sentence ==
          "secret 'hashed' is stored as an NT hash, which cannot serve the method chap: take mschap2 or pap, "
          "or give the password again with password-storage=plain");
}

TEST_CASE("without the password nobody learns whether a user is disabled or may not come from here") {
    Fixture f;
    CHECK(f.refusal(Fixture::pap("off", "x")).reason == RefusalReason::wrong_password);
    CHECK(f.refusal(Fixture::pap("vpn", "x")).reason == RefusalReason::wrong_password);
    CHECK(f.refusal(Fixture::pap("home", "x")).reason == RefusalReason::wrong_password);
}

TEST_CASE("an unknown user is refused whatever the password, also the one it is checked against") {
    Fixture f;
    for (const auto* guess : {"", "pw", "a password nobody has"})
        CHECK(f.refusal(Fixture::pap("eve", guess)).reason == RefusalReason::unknown_user);
    CHECK(f.refusal(Fixture::pap("", "")).reason == RefusalReason::unknown_user);
}

TEST_CASE("the service any lets a user in everywhere, and so does a caller that is not asked for") {
    Fixture f;
    for (const auto service : {Service::any, Service::pppoe, Service::pptp, Service::ppp}) {
        auto request = Fixture::pap("bob", "pw");
        request.service = service;
        CHECK(std::holds_alternative<Grant>(f.ask(std::move(request))));
    }
    auto vpn = Fixture::pap("vpn", "pw");
    vpn.service = Service::pptp;
    CHECK(std::holds_alternative<Grant>(f.ask(std::move(vpn))));
}

TEST_CASE("the case of a caller's address does not count") {
    Fixture f;
    auto request = Fixture::pap("home", "pw");
    request.calling_station = "02:00:5e:10:00:0a";
    CHECK(std::holds_alternative<Grant>(f.ask(request)));
    request.calling_station = "02:00:5e:10:00:0b";
    CHECK(std::holds_alternative<Refusal>(f.ask(request)));
}

TEST_CASE("a user whose name has control characters cannot forge the operator's sentence") {
    Fixture f;
    CHECK(f.refusal(Fixture::pap("x' exists\n", "")).sentence ==
          "secret 'x\\x27 exists\\x0a' does not exist");
}

TEST_CASE("a password kept as a hash serves PAP") {
    Fixture f;
    CHECK(std::holds_alternative<Grant>(f.ask(Fixture::pap("hashed", "pw"))));
    CHECK(f.refusal(Fixture::pap("hashed", "pv")).reason == RefusalReason::wrong_password);
}

TEST_CASE("a password that could not be opened lets nobody in, not even who knows the empty one") {
    Fixture f;
    f.secrets.replace({{.name = "closed", .password = LockedPassword{}}});
    for (const auto* guess : {"", "pw", "a password nobody has"}) {
        const auto r = f.refusal(Fixture::pap("closed", guess));
        CHECK(r.reason == RefusalReason::method_unusable);
        CHECK(r.sentence ==
              "secret 'closed' has a sealed password that could not be opened when the service started");
    }
}

TEST_CASE("a withdrawn question is never answered") {
    Fixture f;
    int answers = 0;
    {
        auto p = f.secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) { ++answers; });
    }
    auto kept = f.secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) { ++answers; });
    f.time.advance(std::chrono::seconds(1));
    CHECK(answers == 1);
    CHECK_FALSE(kept.open());
}

TEST_CASE("an answer may withdraw its neighbour and ask anew") {
    Fixture f;
    int neighbour = 0, again = 0;
    Pending second, third;
    auto first = f.secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) {
        second = Pending{};
        third = f.secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) { ++again; });
        CHECK(again == 0);
    });
    second = f.secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) { ++neighbour; });
    f.time.advance(std::chrono::seconds(1));
    CHECK(neighbour == 0);
    CHECK(again == 1);
}

TEST_CASE("questions open when the secrets go are never answered") {
    test::VirtualTime time;
    int answers = 0;
    Pending pending;
    {
        Secrets secrets{time};
        pending = secrets.authenticate(Fixture::pap("bob", "pw"), [&](Answer) { ++answers; });
    }
    time.advance(std::chrono::seconds(1));
    CHECK(answers == 0);
}

TEST_CASE("a replaced table counts for the next question, and of two entries the later wins") {
    Fixture f;
    f.secrets.replace(
        {{.name = "bob", .password = Secret("old")}, {.name = "bob", .password = Secret("new")}});
    CHECK(f.secrets.size() == 1);
    CHECK(std::holds_alternative<Grant>(f.ask(Fixture::pap("bob", "new"))));
    CHECK(std::holds_alternative<Refusal>(f.ask(Fixture::pap("bob", "old"))));
    CHECK(std::holds_alternative<Refusal>(f.ask(Fixture::pap("off", "pw"))));
}

TEST_CASE("names of services and reasons are those of the configuration and the journal") {
    CHECK(to_string(Service::any) == "any");
    CHECK(to_string(Service::ppp) == "ppp");
    CHECK(to_string(RefusalReason::unknown_user) == "unknown-user");
    CHECK(to_string(RefusalReason::method_unusable) == "method-unusable");
}

TEST_CASE("ready-made MPPE keys come out as they went in") {
    crypto::MppeStartKeys keys{};
    keys.send.fill(1);
    keys.receive.fill(2);
    CHECK(start_keys(keys, crypto::MppeEnd::server) == keys);
    CHECK(start_keys(keys, crypto::MppeEnd::client) == keys);
    CHECK_FALSE(start_keys(std::monostate{}, crypto::MppeEnd::server));
}
