// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ends that cannot read each other: both say so, whoever leaves first; and who is not meant by that.
#include <doctest/doctest.h>
#include <functional>
#include "support/encrypted_world.hpp"

using namespace ppp;
using namespace ppp::session;
using namespace ppp::test;
using namespace std::chrono_literals;
using config::Encryption;

namespace {

constexpr std::string_view kLeft = "the peer closed the link after packets that one side could not decipher";

wire::Bytes lcp(wire::Code code, wire::ByteView data = {}) {
    wire::Writer out;
    wire::put_control(out, wire::Protocol::lcp, code, 77, data);
    return std::move(out).take();
}

/// A connected pair, one end of which is left by the other.
struct Parting : Encrypted {
    explicit Parting(Role who) : Encrypted(Encryption::yes, Encryption::required), left(who) {
        home.log.expect("pppoe-out1: ");
        connect();
        REQUIRE(connected());
        const auto& [servers, clients] = keys.rbegin()->second;
        own = left == Role::server ? servers : clients;
        other = left == Role::server ? clients : servers;
        for (const auto* name : {"ppp0", "pppoe-out1"}) {
            kernel.find(name)->up = true;
            heard(name, 1000s);
        }
    }
    ~Parting() { end(); }
    void heard(const char* name, std::chrono::seconds ago) { kernel.find(name)->idle = {1000s, ago}; }
    void hear(wire::ByteView frame, int times, Duration pause) {
        for (int i = 0; i < times; ++i) {
            kernel.inject(own, frame);
            time.advance(pause);
        }
    }
    /// The other end is told to go.
    void part() {
        if (left == Role::server)
            client->shut_down(EndReason::user_request, "by hand");
        else
            server->disconnect(server->row(*server->running().front()).id, EndReason::user_request,
                               "by hand");
        time.advance(100ms);
    }
    [[nodiscard]] EndReason reason() const {
        const auto& reasons = left == Role::server ? server_events.reasons : client_events.reasons;
        return reasons.empty() ? EndReason::none : reasons.front();
    }
    [[nodiscard]] std::string detail() const {
        const auto& details = left == Role::server ? server_events.details : client_events.details;
        return details.empty() ? "" : details.front();
    }
    Role left;
    FakePpp::Key own = 0, other = 0;
};

bool is_lcp(wire::ByteView frame, wire::Code code) {
    return frame[0] == 0xc0 && frame[1] == 0x21 && frame[2] == static_cast<std::uint8_t>(code);
}

const wire::Bytes kUnknownData{0x1a, 0x01, 1, 2}, kUnknownControl{0x8a, 0x01, 1, 1, 0, 4};
const wire::Bytes kRejectsOurIpv6 = lcp(wire::Code::protocol_reject, wire::Bytes{0x00, 0x57, 0x60, 0});
const wire::Bytes kLate{0x00, 0xfd, 0x0f, 0xf0, 1, 2, 3, 4, 5, 6};

}  // namespace

TEST_CASE("who is left by a peer that cannot read it says encryption-failed, by whatever word it goes") {
    for (const auto left : {Role::client, Role::server}) {
        for (const bool padt_only : {false, true}) {
            CAPTURE(padt_only);
            CAPTURE((left == Role::server));
            Parting p(left);
            p.kernel.spoil_keys("pppoe-out1");
            p.kernel.inject(p.home_end(), ccp(wire::Code::configure_request, kMppe128));
            p.time.advance(2s);
            // It hears too little of the other end's trouble to leave by itself.
            int rejects = 0;
            p.kernel.drop = [&](FakePpp::Key from, wire::ByteView frame) {
                if (from != p.other) return false;
                if (padt_only && is_lcp(frame, wire::Code::terminate_request)) return true;
                return is_lcp(frame, wire::Code::protocol_reject) && ++rejects > 3;
            };
            const auto* speaker = left == Role::server ? "ppp0" : "pppoe-out1";
            for (int i = 0; i < 10; ++i) {
                if (p.kernel.find(speaker)) p.kernel.transmit(speaker, test::kData);
                p.time.advance(300ms);
            }
            p.time.advance(10s);
            CHECK(rejects > 3);
            REQUIRE_FALSE(p.client_events.reasons.empty());
            CHECK(p.client_events.reasons.front() == EndReason::encryption_failed);
            CHECK(p.server_events.reasons == std::vector{EndReason::encryption_failed});
            CHECK(p.detail().starts_with(kLeft));
        }
    }
}

TEST_CASE("packets that could not be decoded for longer than a Reset takes are a reason too") {
    for (const auto left : {Role::client, Role::server}) {
        Parting p(left);
        p.kernel.drop = [](FakePpp::Key, wire::ByteView frame) {
            return frame[0] == 0x80 && frame[1] == 0xfd && frame[2] == 15;
        };
        p.hear(kLate, 4, 500ms);
        p.part();
        CHECK(p.reason() == EndReason::encryption_failed);
        CHECK(p.detail().starts_with(kLeft));
    }
}

TEST_CASE("a peer's ordinary goodbye stays one, though not every packet could be read") {
    const std::vector<std::pair<const char*, std::function<void(Parting&)>>> preludes{
        {"nothing", [](Parting&) {}},
        {"one packet", [](Parting& p) { p.hear(kUnknownData, 1, 10ms); }},
        {"some, long ago",
         [](Parting& p) {
             p.hear(kUnknownData, 4, 10ms);
             p.time.advance(31s);
         }},
        {"some, and others since that could be read",
         [](Parting& p) {
             p.hear(kUnknownData, 4, 10ms);
             p.time.advance(5s);
             for (const auto* name : {"ppp0", "pppoe-out1"}) p.heard(name, 1s);
         }},
        {"a control protocol that we do not know", [](Parting& p) { p.hear(kUnknownControl, 10, 500ms); }},
        {"a peer that rejects what it did not ask for",
         [](Parting& p) { p.hear(kRejectsOurIpv6, 10, 500ms); }},
        {"a burst behind a late packet",
         [](Parting& p) {
             p.kernel.drop = [](FakePpp::Key, wire::ByteView frame) {
                 return frame[0] == 0x80 && frame[1] == 0xfd && frame[2] == 15;
             };
             p.hear(kLate, 10, 20ms);
             p.kernel.drop = {};
         }},
        {"Reset-Requests", [](Parting& p) { p.hear(ccp(wire::Code::reset_request), 10, 700ms); }},
    };
    for (const auto& prelude : preludes) {
        CAPTURE(prelude.first);
        for (const auto left : {Role::client, Role::server}) {
            CAPTURE((left == Role::server));
            Parting p(left);
            prelude.second(p);
            p.part();
            CHECK(p.reason() == EndReason::peer_terminated);
        }
    }
}

TEST_CASE("what the peer says of encryption is a hint beside its Reset-Requests, and nothing alone") {
    const std::string words = "encryption-failed: whatever";
    for (const auto left : {Role::client, Role::server}) {
        for (const int resets : {0, 10}) {
            CAPTURE(resets);
            Parting p(left);
            p.hear(ccp(wire::Code::reset_request), resets, 700ms);
            p.hear(lcp(wire::Code::terminate_request, wire::octets(words)), 1, 100ms);
            p.time.advance(10s);
            CHECK(p.reason() == (resets > 0 ? EndReason::encryption_failed : EndReason::peer_terminated));
            CHECK(p.detail().find(words) != std::string::npos);
        }
    }
}

TEST_CASE("who ends a session for its keys says so to the peer, by the reason's name") {
    for (const auto left : {Role::client, Role::server}) {
        Parting p(left);
        std::string said;
        auto tap = std::move(p.kernel.tap);
        p.kernel.tap = [&](FakePpp::Key from, wire::ByteView frame) {
            tap(from, frame);
            if (from == p.own && is_lcp(frame, wire::Code::terminate_request))
                said = wire::chars(frame.subspan(6));
        };
        p.hear(lcp(wire::Code::protocol_reject, wire::Bytes{0x42, 0x0d, 1, 2}), 30, 100ms);
        CHECK(p.reason() == EndReason::encryption_failed);
        CHECK(said.starts_with("encryption-failed"));
        CHECK(said.ends_with("their keys differ") == (left == Role::server));
    }
}
