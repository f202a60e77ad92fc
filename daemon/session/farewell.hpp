// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Last words to the peers of sessions that nobody has any more.
#pragma once
#include <map>
#include <memory>
#include <string>
#include "link/pppoe_ports.hpp"
#include "link/transport.hpp"

namespace ppp::session {

class Farewells final : private link::EtherPort::Handler {
public:
    /// @param pppoe what it refers to outlives this.
    explicit Farewells(link::PppoePorts pppoe) : pppoe_(pppoe) {}
    Farewells(const Farewells&) = delete;
    Farewells& operator=(const Farewells&) = delete;

    /// Sends a PADT for the session. @return whether it left: not without the interface.
    bool send(const link::LinkInfo& link);
    /// One port for each interface stays open until then, because closing one waits for the kernel.
    void close() { ports_.clear(); }

private:
    void on_ether_frame(wire::ByteView) override {}
    void on_ether_down(const Error&) override {}

    link::PppoePorts pppoe_;
    std::map<std::string, std::unique_ptr<link::EtherPort>> ports_;
};

}  // namespace ppp::session
