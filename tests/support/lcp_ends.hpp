// SPDX-License-Identifier: GPL-2.0-or-later
/// @file An Lcp with a recording owner, and helpers to speak to it as its peer.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "ppp/lcp.hpp"
#include "support/seeded_rng.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

struct LcpOwner final : Lcp::Owner {
    std::function<void(wire::ByteView)> wire;  ///< where frames go besides `frames`
    std::vector<wire::Bytes> frames;
    int ups = 0, downs = 0, finished = 0;
    LcpEnd end{};
    std::vector<Protocol> rejected;
    std::vector<std::size_t> echoes;  ///< lengths of the answered ones
    std::optional<std::uint8_t> echo_id;

    void send(wire::ByteView frame) override {
        frames.emplace_back(frame.begin(), frame.end());
        if (wire) wire(frame);
    }
    void lcp_up() override { ++ups; }
    void lcp_down() override { ++downs; }
    void lcp_finished(LcpEnd why) override {
        ++finished;
        end = why;
    }
    void protocol_rejected(Protocol protocol) override { rejected.push_back(protocol); }
    void echo_replied(std::uint8_t id, std::size_t octets) override {
        echo_id = id;
        echoes.push_back(octets);
    }
};

inline wire::Bytes lcp_options(std::initializer_list<wire::lcp::Option> options) {
    wire::Writer w;
    for (const auto& o : options) wire::lcp::encode(w, o);
    return std::move(w).take();
}

/// One LCP whose peer is the test.
struct LcpEndpoint {
    explicit LcpEndpoint(const LcpConfig& c = {}) : config(c) {}
    VirtualTime time;
    SeededRng rng;
    LcpOwner owner;
    LcpConfig config;
    Lcp lcp{time, rng, owner, config};

    void start() {
        lcp.open();
        lcp.up();
    }
    void receive(Code code, std::uint8_t id, wire::ByteView data = {}) {
        wire::Writer w;
        wire::put_control(w, Protocol::lcp, code, id, data);
        lcp.receive(w.view().subspan(2));
    }
    /// The peer's Configure-Request. @return what we said about it, in pppd's notation.
    std::string request(std::initializer_list<wire::lcp::Option> options, std::uint8_t id = 1) {
        receive(Code::configure_request, id, lcp_options(options));
        return last_text();
    }
    /// The peer answers our outstanding request.
    void answer(Code code, std::initializer_list<wire::lcp::Option> options) {
        receive(code, request_id(), lcp_options(options));
    }
    void ack() {
        const auto frame = our_request();
        receive(Code::configure_ack, frame[3], wire::ByteView(frame).subspan(6));
    }
    void negotiate(std::initializer_list<wire::lcp::Option> peer = {}) {
        start();
        ack();
        receive(Code::configure_request, 1, lcp_options(peer));
    }
    [[nodiscard]] wire::Bytes our_request() const {
        for (auto f = owner.frames.rbegin(); f != owner.frames.rend(); ++f)
            if ((*f)[2] == 1) return *f;
        return {};
    }
    [[nodiscard]] std::uint8_t request_id() const { return our_request()[3]; }
    [[nodiscard]] std::string request_text() const { return wire::describe(our_request()); }
    [[nodiscard]] std::string last_text() const { return wire::describe(owner.frames.back()); }
    [[nodiscard]] wire::ControlPacket last() const {
        return *wire::decode_control(wire::decode_frame(owner.frames.back())->packet);
    }
};

}  // namespace ppp::test
