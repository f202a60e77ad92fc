// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts of packets and time against PAP: the authenticator accepts exactly the right name and
/// password, and only in the first request; the authenticatee ends once.
///
/// Script: role, then (operation, length, octets)*.
#include "oracle.hpp"
#include "support/auth_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace std::chrono_literals;
using test::require;

namespace {

constexpr std::string_view kUser = "bob";
constexpr std::string_view kPassword = "kR7-wq2_Zp";

struct Run {
    explicit Run(bool is_server)
        : server(is_server), secrets(time, {{.name = std::string(kUser), .password = Secret(kPassword)}}) {
        if (server)
            owner.auth = make_authenticator(AuthMethod::pap, time, rng, secrets, owner,
                                            std::make_shared<AuthenticatorConfig>());
        else
            owner.auth = make_authenticatee(AuthMethod::pap, time, rng, owner,
                                            {.user = std::string(kUser), .password = Secret(kPassword)});
    }

    void receive(wire::ByteView packet) {
        if (const auto decoded = wire::decode_pap(packet); decoded && started) note(*decoded);
        owner.auth->receive(packet);
    }
    void note(const wire::PapPacket& packet) {
        if (const auto* request = std::get_if<wire::PapRequest>(&packet)) {
            if (server && !first_request_right && owner.outcomes.empty())
                first_request_right = request->peer_id == kUser && request->password == kPassword;
        } else if (std::get<wire::PapReply>(packet).ack) {
            ack_seen = true;
        }
    }
    void check() {
        require(owner.outcomes.size() <= 1);
        for (const auto& packet : owner.sent) {
            const auto decoded = wire::decode_pap(packet);
            require(decoded.has_value());
            require(std::holds_alternative<wire::PapReply>(*decoded) == server);
            if (server && !owner.outcomes.empty())
                require(std::get<wire::PapReply>(*decoded).ack == owner.succeeded());
        }
        if (owner.succeeded()) require(server ? first_request_right.value_or(false) : ack_seen);
        if (server && owner.failure() && owner.failure()->end == AuthEnd::refused)
            require(first_request_right == false);
        require(server || owner.sent.size() <= 10);
    }

    bool server;
    test::VirtualTime time;
    test::SeededRng rng;
    aaa::Secrets secrets;
    test::RecordingOwner owner;
    bool started = false, ack_seen = false;
    std::optional<bool> first_request_right;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wire::Reader script{{data, size}};
    Run run((script.u8() & 1) != 0);
    for (int step = 0; !script.empty() && step < 64; ++step) {
        const auto operation = script.u8();
        const auto octets = script.take(std::min<std::size_t>(script.u8(), script.rest().size()));
        switch (operation % 5) {
            case 0:
                run.owner.auth->start();
                run.started = true;
                break;
            case 1:
                run.receive(octets);
                break;
            case 2:
                run.time.advance(octets.size() * 500ms);
                break;
            case 3:
                run.receive(wire::encode(wire::PapRequest{operation, kUser, kPassword}));
                break;
            default:
                run.owner.auth->rechallenge();
                break;
        }
        run.check();
    }
    run.time.advance(1h);
    run.check();
    require(!run.started || run.owner.outcomes.size() == 1);
    return 0;
}
