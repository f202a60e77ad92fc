// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Attack: what a fuzzer's octets do to a SessionWorld: frames on the wire, in discovery, lost and
/// damaged; a kernel in trouble; an operator at work; time.
#pragma once
#define DOCTEST_CONFIG_DISABLE  // LogCapture complains through doctest, which is no part of a fuzz target
#include <array>
#include <deque>
#include <set>
#include "fuzz/oracle.hpp"
#include "support/session_world.hpp"

namespace ppp::test {

inline constexpr std::size_t kRemembered = 16;  ///< frames, for replays
inline constexpr Duration kMaxAttack = std::chrono::minutes(10);

template <class T>
void remember(std::deque<T>& list, T value) {
    list.push_back(std::move(value));
    if (list.size() > kRemembered) list.pop_front();
}
inline void damage(wire::Bytes& frame, wire::ByteView how) {
    for (; how.size() >= 2 && !frame.empty(); how = how.subspan(2)) frame[how[0] % frame.size()] ^= how[1];
}

/// A provider and a home that have begun to connect, and everything that can happen to them.
class Attack {
public:
    /// @param settings what is configured. @param manners some more of it (from bit 4 on).
    Attack(std::uint8_t settings, std::uint8_t manners) : right_password(!(settings & 4)) {
        using namespace std::chrono_literals;
        sink.debug = manners & 16;
        for (auto* host : {&w.isp, &w.home}) {
            host->ports.log = Log(sink);
            host->pppoe.log = &log;
        }
        constexpr std::array<std::optional<AuthMethod>, 4> kMethods{
            std::nullopt, AuthMethod::pap, AuthMethod::chap_md5, AuthMethod::mschap2};
        auto& fibre = w.config.pppoe_server["fibre"];
        if (const auto method = kMethods[settings & 3]) {
            fibre.authentication = {};
            fibre.authentication.add(*method);
        }
        // No fuzzer guesses this one.
        if (!right_password) w.isp.secrets.replace({w.secret("bob", "Oohai3ohgh9aeGh8Thoh6iefoo")});
        if (settings & 8) w.dialler.keepalive_timeout = 3s;
        w.dialler.add_default_route = w.dialler.use_peer_dns = settings & 16;
        if (settings & 32) w.config.profile["homes"].session_timeout = 40s;
        if (settings & 64) w.config.profile["homes"].remote_address = "10.0.0.2";
        if (settings & 128) w.config.profile["homes"].use_ipv6 = false;
        fibre.one_session_per_host = manners & 32;
        w.kernel.tap = [this](FakePpp::Key from, wire::ByteView frame) { sent(from, frame); };
        w.kernel.drop = [this](FakePpp::Key from, wire::ByteView frame) { return lost(from, frame); };
        w.isp.pppox.make = [this](const FakePppox::Session& session) {
            auto socket = w.join(session.session_id);
            server_ends.emplace(session.session_id, FakePpp::key(socket));
            return socket;
        };
        w.segment.tap = [this](wire::ByteView frame) {
            if (!injecting) remember(discovery, wire::Bytes(frame.begin(), frame.end()));
        };
        w.serve();
        w.dial();
    }

    void sent(FakePpp::Key from, wire::ByteView frame) {
        ++frames;
        remember(said, {from, wire::Bytes(frame.begin(), frame.end())});
        const auto f = wire::decode_frame(frame);
        require(f.has_value());
        const bool chap_success = f->protocol == wire::Protocol::chap && f->packet[0] == 3;
        const bool pap_ack = f->protocol == wire::Protocol::pap && f->packet[0] == 2;
        if (chap_success || pap_ack) accepted.insert(from);
    }
    bool lost(FakePpp::Key from, wire::ByteView frame) {
        if (to_drop > 0) return to_drop-- > 0;
        if (to_damage.empty()) return false;
        wire::Bytes other(frame.begin(), frame.end());
        damage(other, std::exchange(to_damage, {}));
        inject(far(from), other);
        return true;
    }
    /// The server told whoever has this session that the proof is good.
    [[nodiscard]] bool proven(const session::Session& session) const {
        const auto [first, last] = server_ends.equal_range(session.link().session_id);
        return std::any_of(first, last, [this](const auto& end) { return accepted.contains(end.second); });
    }
    /// The other end of the wire, 0 where there is none.
    [[nodiscard]] FakePpp::Key far(FakePpp::Key end) const {
        for (const auto& [id, ends] : w.keys) {
            if (ends.first == end) return ends.second;
            if (ends.second == end) return ends.first;
        }
        return 0;
    }
    /// The ends of the client's wire, or of some other.
    [[nodiscard]] std::pair<FakePpp::Key, FakePpp::Key> ends() const {
        const auto* session = w.client->session();
        const auto at = session ? w.keys.find(session->link().session_id) : w.keys.end();
        if (at != w.keys.end()) return at->second;
        return w.keys.empty() ? std::pair<FakePpp::Key, FakePpp::Key>{} : w.keys.rbegin()->second;
    }
    [[nodiscard]] FakePpp::Key end(std::uint8_t which) const {
        return which & 1 ? ends().second : ends().first;
    }
    void inject(FakePpp::Key to, wire::ByteView frame) {
        tampered = true;
        w.kernel.inject(to, frame);
    }
    void inject_discovery(wire::ByteView frame) {
        tampered = true;
        injecting = true;
        w.segment.inject(wire::Bytes(frame.begin(), frame.end()));
        injecting = false;
    }
    void pass(Duration d) {
        const auto before = frames;
        // Nobody sends data: only an echo shows that the peer is there.
        for (const auto* name : {"pppoe-out1", "ppp0", "ppp1", "ppp2"})
            if (auto* unit = w.kernel.find(name))
                unit->idle = {.sent = std::chrono::hours(1), .received = std::chrono::hours(1)};
        w.time.advance(d);
        // No two automata of ours may keep each other busy.
        const auto seconds = static_cast<std::size_t>(std::chrono::ceil<std::chrono::seconds>(d).count());
        require(frames - before <= 400 + 50 * seconds);
        passed += d;
    }

    /// One operation of the script.
    void step(std::uint8_t operation, std::uint8_t argument, wire::ByteView octets);
    void packet(std::uint8_t argument, wire::ByteView octets);
    void discovery_packet(std::uint8_t argument, wire::ByteView octets);
    void by_hand(std::uint8_t argument);
    void kernel_trouble(std::uint8_t argument);
    void configure(std::uint8_t argument);

    PlainSink sink;
    Log log{sink};
    SessionWorld w;
    bool right_password;
    bool tampered = false;   // frames that neither end made as they arrived
    bool injecting = false;  // just now, into the segment
    std::size_t frames = 0;
    int to_drop = 0;
    wire::Bytes to_damage;
    Duration passed{};
    std::deque<std::pair<FakePpp::Key, wire::Bytes>> said;
    std::deque<wire::Bytes> discovery;
    std::multimap<std::uint16_t, FakePpp::Key> server_ends;  // by session id
    std::set<FakePpp::Key> accepted;  // ends that told their peer that its proof is good
};

/// One packet of a protocol that the ends may speak.
inline void Attack::packet(std::uint8_t argument, wire::ByteView octets) {
    constexpr std::array<std::uint16_t, 8> kProtocols{0xc021, 0xc023, 0xc223, 0x8021,
                                                      0x8057, 0x0021, 0x80fd, 0x4021};
    wire::Writer frame;
    frame.u16(kProtocols[argument / 2 % kProtocols.size()]).bytes(octets);
    inject(end(argument), frame.view());
}

inline void Attack::discovery_packet(std::uint8_t argument, wire::ByteView octets) {
    using wire::pppoe::Code;
    constexpr std::array<Code, 5> kCodes{Code::padi, Code::pado, Code::padr, Code::pads, Code::padt};
    constexpr link::MacAddress kStranger{2, 0, 0, 0, 0, 0x66};
    const auto code = kCodes[argument % kCodes.size()];
    const bool to_home = code == Code::pado || code == Code::pads || (code == Code::padt && argument & 32);
    const auto from = argument & 64 ? kStranger : to_home ? kAcMac : kHomeMac;
    const auto to = argument & 128 ? wire::pppoe::kBroadcast : to_home ? kHomeMac : kAcMac;
    const auto newest = w.keys.empty() ? std::uint16_t{7} : w.keys.rbegin()->first;
    const auto id = code == Code::padt || code == Code::pads ? newest : std::uint16_t{0};
    wire::pppoe::Builder b{to, from, code, id};
    for (const auto& frame : discovery) {
        const auto seen = wire::pppoe::decode(frame);
        // A sender's own tags come back from whoever answers it.
        if (!seen || (seen->code == Code::padi || seen->code == Code::padr) != to_home) continue;
        b.echo(to_home ? wire::pppoe::Tag::host_uniq : wire::pppoe::Tag::ac_cookie, *seen);
        break;
    }
    if (argument & 16)
        b.tag(wire::pppoe::Tag::service_name, std::string_view{}).tag(wire::pppoe::Tag::ac_name, "ac1");
    b.raw(octets);
    inject_discovery(b.frame());
}

inline void Attack::by_hand(std::uint8_t argument) {
    switch (argument % 10) {
        case 0:
            return w.client->disconnect();
        case 1:
            (void)w.client->connect();
            return;
        case 2:
            return w.client->redial();
        case 3:
            for (const auto* session : w.server->running())
                w.server->disconnect(w.server->row(*session).id, EndReason::user_request, "kicked");
            return;
        case 4:
            if (w.kernel.find("pppoe-out1")) w.kernel.remove_interface("pppoe-out1");
            return;
        case 5:
            for (const auto& row : w.server_events.opened)
                if (!row.interface.empty() && w.kernel.find(row.interface)) {
                    w.kernel.remove_interface(row.interface);
                    return;
                }
            return;
        case 6:
            return w.kernel.hang_up(end(argument / 10));
        case 7:
            return w.home.network.set_carrier(1, argument & 32);
        case 8:
            return (argument & 32 ? w.isp : w.home)
                .ether.set_up(argument & 32 ? "eth0" : "eth1", argument & 64);
        default:
            if (auto* unit = w.kernel.find("pppoe-out1")) unit->up = !unit->up;
    }
}

inline void Attack::kernel_trouble(std::uint8_t argument) {
    constexpr std::array<int, 4> kErrors{ENOMEM, EEXIST, ENXIO, EPERM};
    const auto error = kErrors[argument / 4 % kErrors.size()];
    auto& host = argument & 16 ? w.isp : w.home;
    switch (argument % 4) {
        case 0:
            return w.kernel.fail_next(FakePpp::Step::attach, error);
        case 1:
            return w.kernel.fail_next(FakePpp::Step::create_unit, error);
        case 2:
            return host.network.fail_nth(1 + argument / 32, error);
        default:
            return host.network.lose_nth(1 + argument / 32);
    }
}

inline void Attack::configure(std::uint8_t argument) {
    auto& fibre = w.config.pppoe_server["fibre"];
    switch (argument % 4) {
        case 0:
            fibre.disabled = !fibre.disabled;
            break;
        case 1:
            fibre.max_sessions = argument / 4;
            break;
        case 2:
            fibre.default_profile = fibre.default_profile == "homes" ? "default" : "homes";
            break;
        default:
            w.dialler.service_name = w.dialler.service_name.empty() ? "tv" : "";
            return w.client->configure(session::client_config(w.dialler), {});
    }
    w.server->configure(w.config);
}

inline void Attack::step(std::uint8_t operation, std::uint8_t argument, wire::ByteView octets) {
    using namespace std::chrono_literals;
    switch (operation % 16) {
        case 0:
            return inject(end(argument), octets);
        case 1:
        case 2:
            return packet(argument, octets);
        case 3:  // what was said comes again, or back to who said it; perhaps damaged
            if (said.empty()) return;
            {
                auto [from, frame] = said[said.size() - 1 - argument / 2 % said.size()];
                damage(frame, octets);
                return inject(argument & 1 ? from : far(from), frame);
            }
        case 4:
            to_drop = argument % 32;
            return;
        case 5:
            to_damage.assign(octets.begin(), octets.end());
            return;
        case 6:
            return pass(argument * 10ms);
        case 7:
            return pass(std::clamp<Duration>(kMaxAttack - passed, 0s, argument * 500ms));
        case 8:
            return inject_discovery(octets);
        case 9:
            return discovery_packet(argument, octets);
        case 10:
            if (discovery.empty()) return;
            {
                auto frame = discovery[discovery.size() - 1 - argument % discovery.size()];
                damage(frame, octets);
                return inject_discovery(frame);
            }
        case 11:
            return by_hand(argument);
        case 12:
            return kernel_trouble(argument);
        case 13:
            return w.segment.set_faults({.loss = (argument & 3) / 4.0,
                                         .duplicate = (argument >> 2 & 3) / 4.0,
                                         .reorder = (argument >> 4 & 3) / 4.0});
        case 14:
            return configure(argument);
        default:
            return pass(1ms);
    }
}

}  // namespace ppp::test
