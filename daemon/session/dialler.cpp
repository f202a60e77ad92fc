// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/dialler.hpp"
#include "session/pppoe_dialler.hpp"
#include "session/pptp_dialler.hpp"

namespace ppp::session {

std::unique_ptr<Dialler> make_dialler(const std::string& name, const ClientConfig& client, Ports& ports,
                                      const LinkPorts& links) {
    if (const auto* pptp = std::get_if<config::PptpClient>(&client.object))
        return std::make_unique<PptpDialler>(*pptp, *links.pptp);
    const auto& object = std::get<config::PppoeClient>(client.object);
    return std::make_unique<PppoeDialler>(name, object, ports, links.pppoe, *links.memory);
}

}  // namespace ppp::session
