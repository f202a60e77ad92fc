// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Sessions with passwords in each form, and that no password shows in what a busy run says.
#include <doctest/doctest.h>
#include "support/session_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace std::chrono_literals;
using test::only;
using test::SessionWorld;

namespace {

config::Password hashed(std::string_view text) {
    return config::Password::hashed(crypto::NtHash::of(Secret(text)));
}

std::string everything_said(SessionWorld& w) {
    std::string out;
    for (const auto* host : {&w.isp, &w.home})
        for (const auto& [level, text] : host->log.lines) out += text + "\n";
    for (const auto& text : w.client_events.details) out += text + "\n";
    for (const auto& text : w.server_events.details) out += text + "\n";
    return out + w.client->status().last_error + w.server->status("fibre")->last_failure;
}

}  // namespace

TEST_CASE("a client that has the NT hash only proves itself by MS-CHAP") {
    for (const auto method : {AuthMethod::mschap1, AuthMethod::mschap2}) {
        SessionWorld w;
        w.dialler.password = hashed("secret");
        w.config.pppoe_server["fibre"].authentication = only(method);
        w.config.pppoe_server["fibre"].authentication.add(AuthMethod::pap);
        w.config.pppoe_server["fibre"].authentication.add(AuthMethod::chap_md5);
        w.serve();
        w.dial();
        w.time.advance(5s);
        CHECK(w.state() == ClientState::connected);
        w.end();
    }
}

TEST_CASE("a client that has the NT hash only sends no PAP and no CHAP, whoever asks") {
    for (const auto method : {AuthMethod::pap, AuthMethod::chap_md5}) {
        CAPTURE(static_cast<int>(method));
        SessionWorld w;
        w.dialler.password = hashed("secret");
        w.config.pppoe_server["fibre"].authentication = only(method);
        w.home.log.expect("failed");
        w.home.log.expect("negotiation");
        w.serve();
        w.dial();
        bool proof = false;
        w.kernel.drop = [&](test::FakePpp::Key from, wire::ByteView frame) {
            const bool client = from == w.keys.begin()->second.second;
            const auto protocol = wire::Reader(frame).u16();
            proof = proof || (client && (protocol == 0xc023 || protocol == 0xc223));
            return false;
        };
        w.time.advance(20s);
        CHECK(w.state() != ClientState::connected);
        CHECK_FALSE(proof);
        w.end();
    }
}

TEST_CASE("a user whose hash is kept logs in by MS-CHAP and PAP; by CHAP the operator reads why not") {
    for (const auto method : {AuthMethod::mschap1, AuthMethod::mschap2, AuthMethod::pap}) {
        SessionWorld w;
        w.isp.secrets.replace({{.name = "bob", .password = crypto::nt_password_hash("secret")}});
        w.config.pppoe_server["fibre"].authentication = only(method);
        w.serve();
        w.dial();
        w.time.advance(5s);
        CHECK(w.state() == ClientState::connected);
        w.end();
    }
    SessionWorld w;
    w.isp.secrets.replace({{.name = "bob", .password = crypto::nt_password_hash("secret")}});
    w.config.pppoe_server["fibre"].authentication = only(AuthMethod::chap_md5);
    w.home.log.expect("auth-failed");
    w.serve();
    w.dial();
    w.time.advance(5s);
    CHECK(w.isp.log.has("secret 'bob' is stored as an NT hash, which cannot serve the method chap"));
    w.end();
}

TEST_CASE("a client whose password is sealed shut says so and does not dial; a new password lets it") {
    SessionWorld w;
    const auto readable = w.dialler;
    w.dialler.password = config::Password::locked_by("x");
    w.serve();
    w.dial();
    w.time.advance(60s);
    CHECK(w.state() == ClientState::stopped);
    CHECK(w.client->status().last_error.find("pppoe-out1 does not dial: the seal of its password") !=
          std::string::npos);
    CHECK(w.server_events.opened.empty());
    w.client->configure(session::client_config(readable), {});
    w.time.advance(5s);
    CHECK(w.state() == ClientState::connected);
    w.end();
}

TEST_CASE("a password that is kept in another form ends no session; another password does") {
    SessionWorld w;
    w.serve();
    auto& client = w.dial();
    w.time.advance(5s);
    REQUIRE(w.state() == ClientState::connected);
    auto wanted = w.dialler;
    wanted.password = hashed("secret");
    CHECK(client.keeps(session::client_config(wanted), {}));
    client.configure(session::client_config(wanted), {});
    w.time.advance(5s);
    CHECK(w.client_events.reasons.empty());
    wanted.password = hashed("another");
    CHECK_FALSE(client.keeps(session::client_config(wanted), {}));
    w.end();
}

TEST_CASE("no journal line, reason or status of a busy run has a password, right or wrong, at any level") {
    const std::string right = "c0rrect-h0rse", wrong = "batt3ry-staple";
    for (const auto method :
         {AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2})
        for (const auto& given : {right, wrong}) {
            SessionWorld w;
            w.isp.secrets.replace({SessionWorld::secret("bob", right)});
            w.dialler.password = Secret(given);
            w.config.pppoe_server["fibre"].authentication = only(method);
            w.home.log.expect("auth-failed");
            w.serve();
            w.dial();
            w.time.advance(90s);
            w.end();
            const auto said = everything_said(w);
            REQUIRE(said.size() > 500);  // the packets are among it
            CHECK(said.find(right) == std::string::npos);
            CHECK(said.find(wrong) == std::string::npos);
        }
}
