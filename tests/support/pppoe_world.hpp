// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeWorld: a segment with a host, an Access-Concentrator's machine and a stranger, for tests of
/// discovery.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "link/pppoe_client.hpp"
#include "link/pppoe_server.hpp"
#include "support/fake_ether.hpp"
#include "support/fake_pppox.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

inline constexpr link::MacAddress kHostMac{0x02, 0, 0, 0, 0, 0x01}, kAcMac{0x02, 0, 0, 0, 0, 0xac},
    kStrangerMac{0x02, 0, 0, 0, 0, 0x66};

/// Owner of a Transport: remembers what it was told.
class LinkOwner final : public link::Transport::Owner {
public:
    Fd socket;
    int ready = 0, lost = 0;
    std::vector<wire::Bytes> early;
    EndReason reason = EndReason::none;
    std::string detail;
    std::unique_ptr<link::Transport> transport;
    bool attach_at_once = false;  ///< calls attached() from inside link_ready()
    bool drop_when_lost = true;   ///< destroys the transport from inside link_lost()
    bool drop_when_ready = false;

    void link_ready(Fd fd) override {
        ++ready;
        socket = std::move(fd);
        if (drop_when_ready)
            transport.reset();
        else if (attach_at_once)
            transport->attached();
    }
    void early_frame(wire::ByteView frame) override { early.emplace_back(frame.begin(), frame.end()); }
    void link_lost(EndReason why, std::string text) override {
        ++lost;
        reason = why;
        detail = std::move(text);
        if (drop_when_lost) transport.reset();
    }
};

/// Takes every session and makes its channel after a moment.
class Acceptor final : public link::PppoeAcceptor {
public:
    explicit Acceptor(Scheduler& time) : time_(time) {}
    bool admits = true, refuses = false;
    bool keeps_lost = false;  ///< as a session does, which destroys its transport later
    Duration channel_time = std::chrono::milliseconds(10);
    struct Session {
        LinkOwner owner;
        std::string server;
        Timer channel;
    };
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<std::string> lost;

    bool admit(const std::string&, const link::MacAddress&) override { return admits; }
    void accept(std::unique_ptr<link::Transport> transport, const std::string& server) override {
        if (refuses) return;
        auto& session = *sessions.emplace_back(std::make_unique<Session>());
        session.server = server;
        session.owner.drop_when_lost = !keeps_lost;
        session.owner.transport = std::move(transport);
        session.owner.transport->start(session.owner);
        session.channel = time_.after(channel_time, [&session] {
            if (session.owner.ready && session.owner.transport) session.owner.transport->attached();
        });
    }
    void listener_lost(const std::string&, const Error& why) override { lost.push_back(why.what); }
    /// Those whose link was made and is not lost.
    [[nodiscard]] std::size_t alive() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            sessions, [](const auto& s) { return s->owner.ready && s->owner.transport && !s->owner.lost; }));
    }

private:
    Scheduler& time_;
};

struct PppoeWorld {
    using Discovery = wire::pppoe::Discovery;

    explicit PppoeWorld(std::uint32_t seed = 1) : rng(seed) {
        host_ether.add("eth1", segment, kHostMac);
        ac_ether.add("lan0", segment, kAcMac);
        segment.tap = [this](wire::ByteView frame) {
            if (auto packet = wire::pppoe::decode(frame)) {
                frames.emplace_back(frame.begin(), frame.end());
                times.push_back(time.now());
            }
        };
    }
    [[nodiscard]] link::PppoePorts host_ports() { return {time, rng, host_ether, host_pppox, nullptr}; }
    [[nodiscard]] link::PppoePorts ac_ports() { return {time, rng, ac_ether, ac_pppox, nullptr}; }

    /// All discovery packets sent so far, as "PADI PADO ...".
    [[nodiscard]] std::string transcript() const {
        std::string text;
        for (const auto& frame : frames)
            text += (text.empty() ? "" : " ") + std::string(code_name(wire::pppoe::decode(frame)->code));
        return text;
    }
    [[nodiscard]] std::size_t count(wire::pppoe::Code code) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            frames, [&](const auto& frame) { return wire::pppoe::decode(frame)->code == code; }));
    }
    /// The newest packet of this code; the frame stays in `frames`.
    [[nodiscard]] Discovery last(wire::pppoe::Code code) const {
        for (auto it = frames.rbegin(); it != frames.rend(); ++it)
            if (auto packet = wire::pppoe::decode(*it); packet->code == code) return *packet;
        return {};
    }
    void pass(Duration d) { time.advance(d); }

    VirtualTime time;
    SeededRng rng;
    FakeSegment segment{time};
    FakeEtherPorts host_ether, ac_ether;
    FakePppox host_pppox, ac_pppox;
    std::deque<wire::Bytes> frames;  // a deque: views into its elements stay good
    std::vector<TimePoint> times;
};

}  // namespace ppp::test
