// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PPP frames without their framing (RFC 1661 section 2): a protocol field and a packet.
#pragma once
#include <optional>
#include <string_view>
#include "wire/bytes.hpp"

namespace ppp::wire {

/// Assigned numbers of the PPP protocol field. Other values may occur and are rejected as unknown.
enum class Protocol : std::uint16_t {
    ipv4 = 0x0021,
    vj_compressed = 0x002d,
    vj_uncompressed = 0x002f,
    bridging = 0x0031,
    multilink = 0x003d,
    ipv6 = 0x0057,
    link_compressed = 0x00fb,
    compressed = 0x00fd,
    mpls = 0x0281,
    mpls_multicast = 0x0283,
    ipcp = 0x8021,
    bcp = 0x8031,
    ipv6cp = 0x8057,
    link_ccp = 0x80fb,
    ccp = 0x80fd,
    mplscp = 0x8281,
    lcp = 0xc021,
    pap = 0xc023,
    lqr = 0xc025,
    cbcp = 0xc029,
    bacp = 0xc02b,
    bap = 0xc02d,
    chap = 0xc223,
    eap = 0xc227,
};

/// The usual short name ("IPCP"), or an empty view for a number that has none here.
[[nodiscard]] std::string_view name(Protocol protocol);

struct Frame {
    Protocol protocol;
    ByteView packet;  ///< borrowed from the octets that were decoded
};

/// Splits a received frame; address and control octets, flags and FCS are gone already.
///
/// A protocol field compressed to one octet (RFC 1661 section 6.5) is understood whether negotiated or not. A
/// number that breaks the rules of section 2 (even low octet) comes out as it is: nobody knows it, so it gets
/// a Protocol-Reject. @return nullopt when the protocol field is cut off.
[[nodiscard]] std::optional<Frame> decode_frame(ByteView octets);

/// Appends the protocol field: one octet when `compress` is set and the number allows it, else two.
void put_protocol(Writer& out, Protocol protocol, bool compress = false);

}  // namespace ppp::wire
