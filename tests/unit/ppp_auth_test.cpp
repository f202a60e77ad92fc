// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Both roles of every method talking to each other, over good lines and bad ones.
#include <doctest/doctest.h>
#include "ppp/auth.hpp"
#include "ppp/chap.hpp"
#include "ppp/pap.hpp"
#include "support/auth_ends.hpp"
#include "support/memory_link.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace std::chrono_literals;

namespace {

constexpr AuthMethod kMethods[]{AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap1,
                                AuthMethod::mschap2};

/// The peer ("bob") proves itself to the server over a wire in virtual time.
struct Pair {
    Pair(AuthMethod method, std::string_view user, std::string_view password, std::uint32_t seed = 1)
        : rng(seed),
          link(time),
          secrets(time, {{.name = "bob",
                          .password = Secret("secret of bob"),
                          .service = aaa::Service::pppoe,
                          .profile = "gold"},
                         {.name = "hashed", .password = crypto::nt_password_hash("its password")}}) {
        server.on_send = [this](wire::ByteView p) { link.send_left(p); };
        client.on_send = [this](wire::ByteView p) { link.send_right(p); };
        link.right = [this](wire::ByteView p) {
            if (client.auth) client.auth->receive(p);
        };
        link.left = [this](wire::ByteView p) {
            if (server.auth) server.auth->receive(p);
        };
        config = std::make_shared<AuthenticatorConfig>(
            AuthenticatorConfig{.our_name = "ac1", .service = aaa::Service::pppoe, .server = "pppoe-in"});
        server.auth = make_authenticator(method, time, rng, secrets, server, config);
        client.auth = make_authenticatee(method, time, rng, client,
                                         {.user = std::string(user), .password = Secret(password)});
    }
    void run(Duration d = 60s) {
        server.auth->start();
        client.auth->start();
        time.advance(d);
    }

    test::VirtualTime time;
    test::SeededRng rng;
    test::MemoryLink link;
    aaa::Secrets secrets;
    test::RecordingOwner server, client;
    std::shared_ptr<AuthenticatorConfig> config;
};

}  // namespace

TEST_CASE("with the right password every method succeeds at both ends at once") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair p(method, "bob", "secret of bob");
        p.run(1s);
        REQUIRE(p.server.outcomes.size() == 1);
        REQUIRE(p.client.outcomes.size() == 1);
        REQUIRE(p.server.success());
        REQUIRE(p.client.success());
        CHECK(p.server.success()->name == "bob");
        CHECK(p.server.success()->grant.profile == "gold");
        CHECK(p.client.success()->name == "bob");
        const auto protocol = method == AuthMethod::pap ? wire::kPapProtocol : wire::kChapProtocol;
        CHECK(p.server.protocols == std::vector<std::uint16_t>(p.server.sent.size(), protocol));
    }
}

TEST_CASE("with a wrong password every method fails at both ends, and the sentence names the user only") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair p(method, "bob", "guess of bob");
        p.run(1s);
        REQUIRE(p.server.failure());
        REQUIRE(p.client.failure());
        CHECK(p.server.failure()->end == AuthEnd::refused);
        CHECK(p.server.failure()->sentence == "wrong password for secret 'bob'");
        CHECK(p.client.failure()->end == AuthEnd::refused);
        CHECK(p.client.failure()->sentence.find("the peer refused 'bob'") == 0);
        for (const auto* f : {p.server.failure(), p.client.failure()}) {
            CHECK(f->sentence.find("guess") == std::string::npos);
            CHECK(f->sentence.find("secret of") == std::string::npos);
        }
    }
}

TEST_CASE("an unknown user gets octet for octet what a wrong password gets") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair known(method, "bob", "guess");
        Pair unknown(method, "eve", "guess");
        known.run(1s);
        unknown.run(1s);
        CHECK(known.server.sent == unknown.server.sent);
        REQUIRE(unknown.server.failure());
        CHECK(unknown.server.failure()->sentence == "secret 'eve' does not exist");
    }
}

TEST_CASE("a password kept as a hash serves all methods but CHAP with MD5") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair p(method, "hashed", "its password");
        p.run(1s);
        CHECK(p.server.succeeded() == (method != AuthMethod::chap_md5));
        CHECK(p.client.succeeded() == p.server.succeeded());
    }
}

TEST_CASE("both ends get the same MPPE keys from MS-CHAP, and none from the other methods") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair p(method, "bob", "secret of bob");
        p.run(1s);
        REQUIRE((p.server.success() && p.client.success()));
        const auto server = aaa::start_keys(p.server.success()->grant.mppe, crypto::MppeEnd::server);
        const auto client = aaa::start_keys(p.client.success()->grant.mppe, crypto::MppeEnd::client);
        const bool expected = method == AuthMethod::mschap1 || method == AuthMethod::mschap2;
        REQUIRE(server.has_value() == expected);
        REQUIRE(client.has_value() == expected);
        if (!expected) continue;
        CHECK(server->send == client->receive);
        CHECK(server->receive == client->send);
        CHECK((server->send == server->receive) == (method == AuthMethod::mschap1));
    }
}

TEST_CASE("a user of another domain spelling proves itself by MS-CHAPv2 under its full name") {
    Pair p(AuthMethod::mschap2, "OFFICE\\bob", "secret of bob");
    p.secrets.replace({{.name = "OFFICE\\bob", .password = Secret("secret of bob")}});
    p.run(1s);
    CHECK(p.server.succeeded());
    CHECK(p.client.succeeded());
}

TEST_CASE("a silent line times out at both ends after ten transmissions and thirty seconds") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair p(method, "bob", "secret of bob");
        p.link.set_faults({.loss = 1});
        p.run(29900ms);
        CHECK(p.server.outcomes.empty());
        CHECK(p.client.outcomes.empty());
        p.time.advance(200ms);
        REQUIRE(p.server.failure());
        REQUIRE(p.client.failure());
        CHECK(p.server.failure()->end == AuthEnd::timeout);
        CHECK(p.client.failure()->end == AuthEnd::timeout);
        CHECK((method == AuthMethod::pap ? p.client : p.server).sent.size() == 10);
        p.time.advance(1h);
        CHECK(p.server.outcomes.size() == 1);
        CHECK(p.client.outcomes.size() == 1);
    }
}

TEST_CASE("over a lossy and duplicating line the right password succeeds, unless nothing gets through") {
    int succeeded = 0, runs = 0;
    for (const auto method : kMethods) {
        for (std::uint32_t seed = 1; seed <= 500; ++seed) {
            CAPTURE(auth_method_name(method));
            CAPTURE(seed);
            Pair p(method, "bob", "secret of bob", seed);
            p.link.set_faults({.loss = 0.01 * (seed % 46), .duplicate = 0.01 * (seed % 31), .seed = seed});
            p.run(120s);
            REQUIRE(p.server.outcomes.size() == 1);
            REQUIRE(p.client.outcomes.size() == 1);
            // Either end may run out of tries, but nobody is refused and no proof is found wrong.
            for (const auto* end : {&p.server, &p.client})
                if (end->failure()) REQUIRE(end->failure()->end == AuthEnd::timeout);
            if (p.client.succeeded()) REQUIRE(p.server.succeeded());
            succeeded += p.server.succeeded() && p.client.succeeded() ? 1 : 0;
            ++runs;
        }
    }
    CHECK(succeeded * 100 >= runs * 98);
}

TEST_CASE("over a lossy and duplicating line a wrong password never succeeds") {
    for (const auto method : kMethods) {
        for (std::uint32_t seed = 1; seed <= 250; ++seed) {
            CAPTURE(auth_method_name(method));
            CAPTURE(seed);
            Pair p(method, seed % 2 == 0 ? "bob" : "eve", "guess", seed);
            p.link.set_faults({.loss = 0.01 * (seed % 46), .duplicate = 0.01 * (seed % 31), .seed = seed});
            p.run(120s);
            REQUIRE(p.server.outcomes.size() == 1);
            REQUIRE(p.client.outcomes.size() == 1);
            REQUIRE_FALSE(p.server.succeeded());
            REQUIRE_FALSE(p.client.succeeded());
        }
    }
}

TEST_CASE("re-challenges over a lossy line keep the right peer") {
    for (const auto method : {AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2}) {
        for (std::uint32_t seed = 1; seed <= 100; ++seed) {
            CAPTURE(auth_method_name(method));
            CAPTURE(seed);
            Pair p(method, "bob", "secret of bob", seed);
            p.link.set_faults({.loss = 0.01 * (seed % 21), .duplicate = 0.01 * (seed % 31), .seed = seed});
            p.run(120s);
            if (!p.server.succeeded() || !p.client.succeeded()) continue;
            for (int round = 0; round < 5; ++round) {
                p.server.auth->rechallenge();
                p.time.advance(120s);
            }
            CHECK(p.server.outcomes.size() == 6);
            CHECK(p.server.succeeded());
            CHECK(p.client.succeeded());
        }
    }
}

TEST_CASE("the owner may destroy either end from its outcome") {
    for (const auto method : kMethods) {
        for (const auto* password : {"secret of bob", "guess"}) {
            CAPTURE(auth_method_name(method));
            Pair p(method, "bob", password);
            p.server.destroy_when_done = p.client.destroy_when_done = true;
            p.run(120s);
            CHECK(p.server.outcomes.size() == 1);
            CHECK(p.client.outcomes.size() == 1);
            CHECK_FALSE(p.server.auth);
            CHECK_FALSE(p.client.auth);
        }
        Pair silent(method, "bob", "secret of bob");
        silent.server.destroy_when_done = silent.client.destroy_when_done = true;
        silent.link.set_faults({.loss = 1});
        silent.run(120s);
        CHECK_FALSE(silent.server.auth);
        CHECK_FALSE(silent.client.auth);
    }
}

TEST_CASE("both ends of a link may authenticate each other at once by the same protocol") {
    for (const auto method : kMethods) {
        CAPTURE(auth_method_name(method));
        Pair there(method, "bob", "secret of bob");
        test::RecordingOwner back_server, back_client;
        aaa::Secrets secrets(there.time, {{.name = "ac", .password = Secret("secret of ac")}});
        back_server.auth =
            make_authenticator(method, there.time, there.rng, secrets, back_server, there.config);
        back_client.auth = make_authenticatee(method, there.time, there.rng, back_client,
                                              {.user = "ac", .password = Secret("secret of ac")});
        back_server.on_send = [&](wire::ByteView v) { there.link.send_right(v); };
        back_client.on_send = [&](wire::ByteView v) { there.link.send_left(v); };
        there.link.right = [&](wire::ByteView v) {
            there.client.auth->receive(v);
            back_server.auth->receive(v);
        };
        there.link.left = [&](wire::ByteView v) {
            there.server.auth->receive(v);
            back_client.auth->receive(v);
        };
        back_server.auth->start();
        back_client.auth->start();
        there.run(1s);
        CHECK(there.server.succeeded());
        CHECK(there.client.succeeded());
        REQUIRE(back_server.success());
        CHECK(back_server.success()->name == "ac");
        CHECK(back_client.succeeded());
    }
}

TEST_CASE("an authentication kept for re-challenges is small") {
    CHECK(sizeof(ChapAuthenticator) < 400);
    CHECK(sizeof(ChapAuthenticatee) < 400);
    CHECK(sizeof(PapAuthenticator) < 400);
    CHECK(sizeof(PapAuthenticatee) < 400);
}
