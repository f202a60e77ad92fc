// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts of packets and time against CHAP: the authenticator never accepts a peer that did not
/// compute the right Response, the MS-CHAPv2 authenticatee never a peer that did not prove itself.
///
/// Script: role and method, then (operation, length, octets)*. Octets of the honest packets are changed by
/// the script, so the fuzzer starts close to the truth.
#include "oracle.hpp"
#include "support/auth_ends.hpp"
#include "support/virtual_time.hpp"

using namespace ppp;
using namespace std::chrono_literals;
using test::require;

namespace {

constexpr std::string_view kUser = "bob";
constexpr std::string_view kPassword = "kR7-wq2_Zp";

/// Flips what the script says: pairs of position and mask.
void disturb(wire::Bytes& packet, wire::ByteView flips) {
    for (std::size_t i = 0; i + 1 < flips.size(); i += 2)
        if (flips[i] < packet.size())
            packet[flips[i]] = static_cast<std::uint8_t>(packet[flips[i]] ^ flips[i + 1]);
}

/// The far end of the one under test: an honest implementation whose packets are disturbed on the way.
class Run {
public:
    Run(bool server, AuthMethod method)
        : server_(server),
          method_(method),
          secrets_(time, {{.name = std::string(kUser), .password = Secret(kPassword)}}),
          far_secrets_(time, {{.name = std::string(kUser), .password = Secret(kPassword)}}) {
        const auto config = std::make_shared<AuthenticatorConfig>();
        const AuthenticateeConfig credentials{.user = std::string(kUser), .password = Secret(kPassword)};
        owner.auth = make(server, secrets_, owner, config, credentials);
        far_.auth = make(!server, far_secrets_, far_, config, credentials);
        far_.auth->start();
    }

    void start() {
        owner.auth->start();
        started = true;
    }
    void receive(wire::ByteView packet) {
        remember(packet);
        const bool deserved = deserves_success(packet);
        const auto before = owner.outcomes.size();
        owner.auth->receive(packet);
        time.advance(Duration::zero());  // the Aaa answers
        if (owner.outcomes.size() == before || !owner.succeeded()) return;
        require(deserved);
        ++earned_;
    }
    /// Lets the honest far end see our last packet, and us its last one, disturbed.
    void honest(wire::ByteView flips) {
        if (!owner.sent.empty()) far_.auth->receive(owner.sent.back());
        time.advance(Duration::zero());
        if (far_.sent.empty()) return;
        auto packet = far_.sent.back();
        disturb(packet, flips);
        receive(packet);
    }
    void rechallenge() {
        if (owner.succeeded()) ++rounds_;
        owner.auth->rechallenge();
    }
    void check() const {
        for (const auto& packet : owner.sent) require(wire::decode_chap(packet).has_value());
        std::size_t successes = 0;
        for (const auto& outcome : owner.outcomes) successes += std::holds_alternative<AuthSuccess>(outcome);
        // Nothing comes after a failure, and no success but by a packet that deserved it.
        for (std::size_t i = 0; i + 1 < owner.outcomes.size(); ++i)
            require(std::holds_alternative<AuthSuccess>(owner.outcomes[i]));
        require(successes == earned_);
        if (server_) require(owner.outcomes.size() <= rounds_);
    }

    test::VirtualTime time;
    test::RecordingOwner owner;
    bool started = false;

private:
    std::unique_ptr<Authentication> make(bool server, aaa::Secrets& secrets, test::RecordingOwner& who,
                                         const std::shared_ptr<AuthenticatorConfig>& config,
                                         const AuthenticateeConfig& credentials) {
        if (server) return make_authenticator(method_, time, rng_, secrets, who, config);
        return make_authenticatee(method_, time, rng_, who, credentials);
    }

    /// Whether the packet proves its sender, computed apart from the code under test.
    [[nodiscard]] bool deserves_success(wire::ByteView packet) const {
        const auto decoded = wire::decode_chap(packet);
        const auto last_packet = last_value_sent();
        if (!decoded || !last_packet) return false;
        const auto ours = wire::decode_chap(*last_packet);
        const auto& last = std::get<wire::ChapValue>(*ours);
        if (server_) {
            const auto* v = std::get_if<wire::ChapValue>(&*decoded);
            return v != nullptr && v->is_response && v->id == last.id && v->name == kUser && right(last, *v);
        }
        const auto* r = std::get_if<wire::ChapReply>(&*decoded);
        return r != nullptr && r->success && r->id == last.id && proves(last, r->message);
    }
    [[nodiscard]] std::optional<wire::Bytes> last_value_sent() const {
        for (auto it = owner.sent.rbegin(); it != owner.sent.rend(); ++it)
            if ((*it)[0] <= 2) return *it;
        return std::nullopt;
    }
    [[nodiscard]] bool right(const wire::ChapValue& challenge, const wire::ChapValue& response) const {
        const auto hash = crypto::nt_password_hash(kPassword);
        wire::Reader r{challenge.value};
        if (method_ == AuthMethod::chap_md5)
            return std::ranges::equal(
                response.value,
                crypto::md5({wire::ByteView(&challenge.id, 1), wire::octets(kPassword), challenge.value}));
        if (method_ == AuthMethod::mschap1) {
            const auto v = wire::decode_mschap1(response.value);
            return v && v->nt_response == crypto::challenge_response(r.array<8>(), hash);
        }
        const auto v = wire::decode_mschap2(response.value);
        return v &&
               v->nt_response == crypto::generate_nt_response(r.array<16>(), v->peer_challenge, kUser, hash);
    }
    [[nodiscard]] bool proves(const wire::ChapValue& response, std::string_view message) const {
        if (method_ != AuthMethod::mschap2) return true;  // nothing to prove
        const auto proof = wire::parse_mschap2_success(message);
        const auto v = wire::decode_mschap2(response.value);
        if (!proof || !v) return false;
        // The digest hidden in the proof can only come from the challenge the far end chose.
        for (const auto& packet : challenges_) {
            const auto decoded = wire::decode_chap(packet);
            wire::Reader r{std::get<wire::ChapValue>(*decoded).value};
            const auto hash = crypto::nt_password_hash(kPassword);
            if (crypto::generate_authenticator_response(hash, v->nt_response, v->peer_challenge,
                                                        r.array<16>(), kUser) == *proof)
                return true;
        }
        return false;
    }

    /// Every Challenge shown to an authenticatee, right or disturbed.
    void remember(wire::ByteView packet) {
        const auto decoded = wire::decode_chap(packet);
        const auto* v = decoded ? std::get_if<wire::ChapValue>(&*decoded) : nullptr;
        if (v != nullptr && !v->is_response && v->value.size() == 16)
            challenges_.emplace_back(packet.begin(), packet.end());
    }

    bool server_;
    AuthMethod method_;
    test::SeededRng rng_;
    aaa::Secrets secrets_, far_secrets_;
    test::RecordingOwner far_;
    std::vector<wire::Bytes> challenges_;
    std::size_t earned_ = 0, rounds_ = 1;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr AuthMethod kMethods[]{AuthMethod::chap_md5, AuthMethod::mschap1, AuthMethod::mschap2};
    wire::Reader script{{data, size}};
    const auto kind = script.u8();
    Run run((kind & 1) != 0, kMethods[kind / 2 % 3]);
    for (int step = 0; !script.empty() && step < 48; ++step) {
        const auto operation = script.u8();
        const auto octets = script.take(std::min<std::size_t>(script.u8(), script.rest().size()));
        switch (operation % 5) {
            case 0:
                run.start();
                break;
            case 1:
                run.receive(octets);
                break;
            case 2:
                run.time.advance(octets.size() * 500ms);
                break;
            case 3:
                run.honest(octets);
                break;
            default:
                run.rechallenge();
                break;
        }
        run.check();
    }
    run.time.advance(1h);
    run.check();
    require(!run.started || !run.owner.outcomes.empty());
    return 0;
}
