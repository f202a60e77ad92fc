// SPDX-License-Identifier: GPL-2.0-or-later
/// @file An NCP (Ipcp, Ipv6cp) with a recording owner, and helpers to speak to it as its peer.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "ppp/control_protocol.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

struct NcpOwner final : ControlProtocol::Owner {
    std::function<void(wire::ByteView)> wire;  ///< where frames go besides `frames`
    std::vector<wire::Bytes> frames;
    int ups = 0, downs = 0, finished = 0;
    ControlEnd end{};

    void send(wire::ByteView frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        if (wire) wire(frame);
    }
    void layer_up(Protocol) override { ++ups; }
    void layer_down(Protocol) override { ++downs; }
    void layer_finished(Protocol, ControlEnd why) override {
        ++finished;
        end = why;
    }
};

/// Plays the peer of `ncp`, whose frames end up in `owner`.
template <class Ncp>
struct NcpPeer {
    Ncp& ncp;
    NcpOwner& owner;

    void start() {
        ncp.open();
        ncp.up();
    }
    void receive(Code code, std::uint8_t id, wire::ByteView options) {
        wire::Writer w;
        wire::put_control(w, Protocol::ipcp, code, id, options);
        ncp.receive(w.view().subspan(2));
    }
    /// The peer's Configure-Request. @return what we said about it, in pppd's notation.
    std::string request(const wire::Bytes& options, std::uint8_t id = 1) {
        receive(Code::configure_request, id, options);
        return last_text();
    }
    void answer(Code code, const wire::Bytes& options) { receive(code, our_request()[3], options); }
    void ack() {
        const auto frame = our_request();
        receive(Code::configure_ack, frame[3], wire::ByteView(frame).subspan(6));
    }
    [[nodiscard]] wire::Bytes our_request() const {
        for (auto f = owner.frames.rbegin(); f != owner.frames.rend(); ++f)
            if ((*f)[2] == 1) return *f;
        return {};
    }
    [[nodiscard]] std::string request_text() const { return wire::describe(our_request()); }
    [[nodiscard]] std::string last_text() const { return wire::describe(owner.frames.back()); }
};

}  // namespace ppp::test
