// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/gate.hpp"
#include "session/pppoe_gate.hpp"
#include "session/pptp_gate.hpp"

namespace ppp::session {

Gates make_gates(Ports& ports, const LinkPorts& links, Gate::Owner& owner) {
    Gates out;
    out.emplace(link::LinkKind::pppoe, std::make_unique<PppoeGate>(ports, links.pppoe, owner));
    if (links.pptp) out.emplace(link::LinkKind::pptp, std::make_unique<PptpGate>(ports, *links.pptp, owner));
    return out;
}

}  // namespace ppp::session
