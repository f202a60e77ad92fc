// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/farewell.hpp"
#include "link/pppoe_client.hpp"

namespace ppp::session {
namespace {

struct Deaf final : link::EtherPort::Handler {
    void on_ether_frame(wire::ByteView) override {}
    void on_ether_down(const Error&) override {}
};

}  // namespace

bool send_farewell(const link::PppoePorts& pppoe, const link::LinkInfo& link) {
    Deaf deaf;
    auto port = pppoe.ether.open(link.interface, {}, deaf);
    return port &&
           link::PppoeClient::send_padt(**port, link.own_mac, link.peer_mac, link.session_id).has_value();
}

}  // namespace ppp::session
