// SPDX-License-Identifier: GPL-2.0-or-later
// What a Session remembers and logs of its packets.
#include <fmt/format.h>
#include "session/session.hpp"
#include "wire/control_packet.hpp"

namespace ppp::session {

void Session::trace(Direction direction, wire::ByteView frame) {
    // Control protocols have the first bit set; user data is nobody's business (RFC 1661 section 2).
    if (frame.size() > 1 && (frame[0] & 0x80) && !(frame[0] & 1))
        packets_.record(ports_.time.now(), direction, PacketHistory::Form::ppp, frame);
    if (ports_.log.enabled(Level::debug))
        ports_.log.with("PPP_OBJECT", settings_->object)
            .debug(fmt::format("{} {}", direction == Direction::sent ? "sent" : "received",
                               wire::describe(frame)));
}

void Session::link_sent(wire::ByteView frame) { record_link(Direction::sent, frame); }
void Session::link_received(wire::ByteView frame) { record_link(Direction::received, frame); }

void Session::record_link(Direction direction, wire::ByteView packet) {
    const bool pptp = transport_->info().kind == link::LinkKind::pptp;
    packets_.record(ports_.time.now(), direction,
                    pptp ? PacketHistory::Form::pptp : PacketHistory::Form::ethernet, packet);
}

}  // namespace ppp::session
