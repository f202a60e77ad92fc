// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/pppoe_ports.hpp"
#include <algorithm>

namespace ppp::link {
namespace {
constexpr unsigned kPlainMru = 1492;  // RFC 2516 section 7
constexpr unsigned kOverhead = 8;     // PPPoE header and PPP protocol field
}  // namespace

bool PppoePorts::traced() const { return log && log->enabled(Level::debug); }

void PppoePorts::trace_sent(wire::ByteView frame, const Result<>& result) const {
    if (!traced()) return;
    const auto packet = wire::pppoe::decode(frame);
    auto text = "sent " + (packet ? wire::pppoe::describe(*packet) + " to " + to_string(packet->destination)
                                  : std::string("[?]"));
    if (!result) text += ": " + result.error().what;
    log->debug(text);
}

void PppoePorts::trace_received(const wire::pppoe::Discovery& packet) const {
    if (traced())
        log->debug("received " + wire::pppoe::describe(packet) + " from " + to_string(packet.source));
}

void PppoePorts::trace_ignored(const wire::pppoe::Discovery& packet, std::string_view why) const {
    if (traced())
        log->debug("ignored " + wire::pppoe::describe(packet) + " from " + to_string(packet.source) + ": " +
                   std::string(why));
}

void PppoePorts::trace_malformed(wire::ByteView frame, std::string_view why) const {
    if (traced()) log->debug("dropped " + wire::pppoe::describe_malformed(frame, why));
}

std::uint16_t plain_max_mru(unsigned mtu) {
    return static_cast<std::uint16_t>(std::min(kPlainMru, mtu > kOverhead ? mtu - kOverhead : 0));
}

std::uint16_t large_max_mru(unsigned mtu, std::uint16_t wanted) {
    const auto room = mtu > kOverhead ? mtu - kOverhead : 0;
    return std::max(plain_max_mru(mtu), static_cast<std::uint16_t>(std::min<unsigned>(wanted, room)));
}

}  // namespace ppp::link
