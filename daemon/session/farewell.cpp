// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/farewell.hpp"
#include "link/pppoe_client.hpp"

namespace ppp::session {

bool Farewells::send(const link::LinkInfo& link) {
    auto& port = ports_[link.interface];
    if (!port)
        if (auto opened = pppoe_.ether.open(link.interface, {}, *this)) port = std::move(*opened);
    return port &&
           link::PppoeClient::send_padt(*port, link.own_mac, link.peer_mac, link.session_id).has_value();
}

}  // namespace ppp::session
