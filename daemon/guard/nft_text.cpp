// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard/nft_text.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace ppp::guard {
namespace {

constexpr std::string_view kTable = "pppmanager";

/// What may leave: control protocols, whose numbers begin at 0x8000 (RFC 1661 section 2), and 0x00fd. A
/// number compressed to one octet is looked at with the octet behind it, which makes data look like data
/// still.
std::string drop(std::string_view protocol) {
    return fmt::format("{0} < 0x8000 {0} != 0x00fd counter drop", protocol);
}

/// A chain's name: letters that nft takes for a name, the others by their numbers.
std::string chain_of(std::string_view interface) {
    std::string out = "pppoe-";
    for (const char c : interface) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.';
        if (plain)
            out += c;
        else
            out += fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
    return out;
}

struct Place {
    std::string operator()(const PppoeSession& s) const {
        return fmt::format("netdev {} {}", kTable, chain_of(s.parent));
    }
    std::string operator()(const PptpCall&) const { return fmt::format("ip {} pptp", kTable); }
};
struct Element {
    std::string operator()(const PppoeSession& s) const {
        return fmt::format("{:02x} . {:#06x}", fmt::join(s.peer_mac, ":"), s.session_id);
    }
    std::string operator()(const PptpCall& c) const {
        return fmt::format("{}.{}.{}.{} . {:#06x}", c.peer >> 24, c.peer >> 16 & 0xff, c.peer >> 8 & 0xff,
                           c.peer & 0xff, c.call_id);
    }
};
/// The set, the chain and its rules, whatever was there before: a parent that went away has taken its chain
/// along.
struct Frame {
    std::string operator()(const PppoeSession& s) const {
        const auto place = Place{}(s);
        return fmt::format(
            "add table netdev {1}\n"
            "add set {0} {{ typeof ether daddr . @nh,16,16; }}\n"
            "add chain {0} {{ type filter hook egress device \"{2}\" priority 0; }}\n"
            "flush chain {0}\n"
            "add rule {0} ether type 0x8864 ether daddr . @nh,16,16 @{3} {4}\n",
            place, kTable, s.parent, chain_of(s.parent), drop("@nh,48,16"));
    }
    /// RFC 2637 section 4.1: the PPP packet begins behind the sequence number, and behind the acknowledgement
    /// where there is one. Linux sends no data without a sequence number, and ff 03 in front of each frame.
    std::string operator()(const PptpCall& c) const {
        const auto place = Place{}(c);
        std::string out = fmt::format(
            "add table ip {1}\n"
            "add set {0} {{ typeof ip daddr . @th,48,16; }}\n"
            "add chain {0} {{ type filter hook output priority 0; }}\n"
            "flush chain {0}\n",
            place, kTable);
        for (const auto& [acknowledges, protocol] : {std::pair{"0x80", "@th,144,16"}, {"0", "@th,112,16"}})
            out += fmt::format(
                "add rule {} ip protocol 47 @th,16,16 0x880b ip daddr . @th,48,16 @pptp @th,8,8 & 0x80 == {} "
                "{}\n",
                place, acknowledges, drop(protocol));
        return out;
    }
};

}  // namespace

bool speakable(std::string_view interface) {
    return !interface.empty() && std::ranges::none_of(interface, [](char c) {
        return c == '"' || c == '\\' || c == '*' || static_cast<unsigned char>(c) < 0x21;
    });
}

std::string guard_text(std::span<const Link> links) {
    std::set<std::string> frames;
    std::string elements;
    for (const auto& link : links) {
        frames.insert(std::visit(Frame{}, link));
        elements +=
            fmt::format("add element {} {{ {} }}\n", std::visit(Place{}, link), std::visit(Element{}, link));
    }
    return fmt::format("{}{}", fmt::join(frames, ""), elements);
}

std::string release_text(const Link& link) {
    return fmt::format("delete element {} {{ {} }}\n", std::visit(Place{}, link),
                       std::visit(Element{}, link));
}

std::string remove_text() {
    // Removing what is not there is an error, adding what is there is none.
    return fmt::format(
        "add table netdev {0}\ndelete table netdev {0}\nadd table ip {0}\ndelete table ip {0}\n", kTable);
}

}  // namespace ppp::guard
