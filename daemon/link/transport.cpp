// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/transport.hpp"
#include "aaa/address_range.hpp"

namespace ppp::link {

std::string_view to_string(LinkKind kind) {
    switch (kind) {
        case LinkKind::pppoe:
            return "pppoe";
        case LinkKind::pptp:
            return "pptp";
        case LinkKind::serial:
            return "ppp";
    }
    return "unknown";
}

std::string LinkInfo::caller() const {
    switch (kind) {
        case LinkKind::pppoe:
            return peer_mac == MacAddress{} ? std::string() : to_string(peer_mac);
        case LinkKind::pptp:
            return peer_address == 0 ? std::string() : aaa::format_ipv4(peer_address);
        case LinkKind::serial:
            return interface;
    }
    return {};
}

std::uint64_t LinkInfo::host() const {
    if (kind == LinkKind::pptp) return peer_address;
    std::uint64_t out = 0;
    if (kind == LinkKind::pppoe)
        for (const auto octet : peer_mac) out = out << 8 | octet;
    return out;
}

std::string to_string(const MacAddress& mac) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    text.reserve(3 * mac.size());
    for (auto octet : mac) {
        if (!text.empty()) text += ':';
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

}  // namespace ppp::link
