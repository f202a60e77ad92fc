// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A provider and a home whose sessions are encrypted, and what leaves them in the clear.
#pragma once
#include "support/hex.hpp"
#include "support/surviving_host.hpp"

namespace ppp::test {
using namespace std::chrono_literals;

inline constexpr std::array<std::uint8_t, 6> kData{0x00, 0x21, 1, 2, 3, 4};

inline bool in_the_clear(wire::ByteView frame) {
    const auto protocol = wire::Reader(frame).u16();
    return protocol < 0x8000 && protocol != 0x00fd;
}
inline wire::Bytes ccp(wire::Code code, wire::ByteView options = {}) {
    wire::Writer out;
    wire::put_control(out, wire::Protocol::ccp, code, 99, options);
    return std::move(out).take();
}
inline const wire::Bytes kMppe128{18, 6, 1, 0, 0, 0x40};

/// A provider and a home that want encryption; what leaves in the clear and is not guarded is counted.
struct Encrypted : SessionWorld {
    explicit Encrypted(config::Encryption served = config::Encryption::required,
                       config::Encryption client_wish = config::Encryption::required) {
        config.profile["homes"].use_encryption = served;
        wishes.encryption = client_wish;
        dialler.allow = only(AuthMethod::mschap2);
        config.pppoe_server["fibre"].authentication = dialler.allow;
        kernel.tap = [this](FakePpp::Key from, wire::ByteView frame) {
            coded += wire::Reader(frame).u16() == 0x00fd ? 1 : 0;
            if (!in_the_clear(frame)) return;
            ++clear;
            for (const auto& [id, ends_of] : keys)
                if ((from == ends_of.first && !isp.guard.guards_session(id)) ||
                    (from == ends_of.second && !home.guard.guards_session(id)))
                    ++leaked;
        };
    }
    void connect() {
        serve();
        dial(wishes);
        time.advance(5s);
    }
    [[nodiscard]] bool connected() const { return state() == session::ClientState::connected; }
    /// Both hosts send a packet. @return how many arrived.
    std::size_t exchange() {
        std::size_t before = 0, after = 0;
        for (const auto* name : {"ppp0", "pppoe-out1"})
            if (auto* unit = kernel.find(name)) {
                unit->up = true;
                unit->idle = {1000s, 1000s};
                before += unit->received.size();
            }
        for (const auto* name : {"ppp0", "pppoe-out1"})
            if (kernel.find(name)) kernel.transmit(name, kData);
        time.advance(10ms);
        for (const auto* name : {"ppp0", "pppoe-out1"})
            if (auto* unit = kernel.find(name)) after += unit->received.size();
        return after - before;
    }
    FakePpp::Key home_end() { return keys.rbegin()->second.second; }

    session::Client::ProfileWishes wishes;
    int clear = 0, leaked = 0, coded = 0;
};

}  // namespace ppp::test
