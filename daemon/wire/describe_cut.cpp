// SPDX-License-Identifier: GPL-2.0-or-later
// The text of a frame of which only the beginning was kept.
#include <fmt/format.h>
#include "wire/control_packet.hpp"
#include "wire/tlv.hpp"

namespace ppp::wire {
namespace {

/// Octets of the longest beginning of a list that is a list itself.
std::size_t whole_options(ByteView list) {
    std::size_t whole = 0;
    for (TlvCursor<kPppOption> c{list}; c.next();) whole += c.tlv().raw.size();
    return whole;
}

/// Makes a packet that was cut off look like one of its own, which ends where the last whole option does.
void shorten(Bytes& packet) {
    auto whole = packet.size();
    const auto code = static_cast<Code>(packet[0]);
    if (code >= Code::configure_request && code <= Code::configure_reject)
        whole = kControlHeader + whole_options(ByteView{packet}.subspan(kControlHeader));
    packet[2] = static_cast<std::uint8_t>(whole >> 8);
    packet[3] = static_cast<std::uint8_t>(whole);
    packet.resize(whole);
}

}  // namespace

std::string describe_cut(ByteView octets, std::size_t length, Proofs proofs) {
    const auto missing = length > octets.size() ? length - octets.size() : 0;
    const auto frame = decode_frame(octets);
    if (missing == 0 || !frame) return describe(octets, proofs);
    Bytes packet(frame->packet.begin(), frame->packet.end());
    // A password that was cut off must not be taken for another field; padding may be all that is missing.
    const bool authentication = frame->protocol == Protocol::pap || frame->protocol == Protocol::chap;
    if (packet.size() >= kControlHeader && !authentication && !decode_control(packet)) shorten(packet);
    Writer out;
    put_protocol(out, frame->protocol);
    out.bytes(packet);
    return describe(out.view(), proofs) + fmt::format(" and {} octets more", missing);
}

}  // namespace ppp::wire
