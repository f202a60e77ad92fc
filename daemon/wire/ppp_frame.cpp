// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/ppp_frame.hpp"

namespace ppp::wire {

std::string_view name(Protocol protocol) {
    switch (protocol) {
        case Protocol::ipv4:
            return "IP";
        case Protocol::vj_compressed:
            return "VJC";
        case Protocol::vj_uncompressed:
            return "VJU";
        case Protocol::bridging:
            return "Bridging";
        case Protocol::multilink:
            return "MP";
        case Protocol::ipv6:
            return "IPv6";
        case Protocol::link_compressed:
            return "LinkCompressed";
        case Protocol::compressed:
            return "Compressed";
        case Protocol::mpls:
            return "MPLS";
        case Protocol::mpls_multicast:
            return "MPLS-Multicast";
        case Protocol::ipcp:
            return "IPCP";
        case Protocol::bcp:
            return "BCP";
        case Protocol::ipv6cp:
            return "IPV6CP";
        case Protocol::link_ccp:
            return "LinkCCP";
        case Protocol::ccp:
            return "CCP";
        case Protocol::mplscp:
            return "MPLSCP";
        case Protocol::lcp:
            return "LCP";
        case Protocol::pap:
            return "PAP";
        case Protocol::lqr:
            return "LQR";
        case Protocol::cbcp:
            return "CBCP";
        case Protocol::bacp:
            return "BACP";
        case Protocol::bap:
            return "BAP";
        case Protocol::chap:
            return "CHAP";
        case Protocol::eap:
            return "EAP";
    }
    return {};
}

std::optional<Frame> decode_frame(ByteView octets) {
    Reader r{octets};
    std::uint16_t number = r.u8();
    if (number % 2 == 0) number = static_cast<std::uint16_t>(number << 8 | r.u8());
    if (!r.ok()) return std::nullopt;
    return Frame{static_cast<Protocol>(number), r.rest()};
}

void put_protocol(Writer& out, Protocol protocol, bool compress) {
    const auto number = static_cast<std::uint16_t>(protocol);
    if (compress && number < 0x100 && number % 2 == 1)
        out.u8(static_cast<std::uint8_t>(number));
    else
        out.u16(number);
}

}  // namespace ppp::wire
