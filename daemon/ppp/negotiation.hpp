// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Negotiation: what the control protocols that follow authentication are to a session, whatever they
/// negotiate.
#pragma once
#include "ppp/control_protocol.hpp"

namespace ppp {

/// @tparam Agreed what both ends agreed on; meaningful between layer_up and layer_down.
template <class Agreed>
class Negotiation : protected OptionPolicy {
public:
    /// Goes on in Opened with what another process has agreed on; in place of open() and up(), and without
    /// layer_up().
    void resume(const Agreed& agreed, std::uint8_t last_id) {
        agreed_ = agreed;
        control_.resume(last_id);
    }
    void up() { control_.up(); }
    void down() { control_.down(); }
    void open() { control_.open(); }
    void close() { control_.close(); }
    void protocol_rejected() { control_.protocol_rejected(); }
    /// @param packet without the protocol field.
    void receive(wire::ByteView packet) { control_.receive(packet); }

    /// For resume() in another process.
    [[nodiscard]] std::uint8_t last_id() const { return control_.last_id(); }
    [[nodiscard]] bool opened() const { return control_.opened(); }
    [[nodiscard]] fsm::State state() const { return control_.state(); }
    [[nodiscard]] const Agreed& negotiated() const { return agreed_; }
    [[nodiscard]] const ControlProtocol::Counters& counters() const { return control_.counters(); }

protected:
    Negotiation(Scheduler& time, Protocol protocol, ControlProtocol::Owner& owner,
                const ControlProtocol::Tunables& tunables)
        : control_(time, protocol, *this, owner, tunables) {}

    Agreed agreed_;
    ControlProtocol control_;
};

}  // namespace ppp
