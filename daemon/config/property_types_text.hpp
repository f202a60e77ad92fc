// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Value types of the property table, texts, names, addresses and lists: as property_types.hpp has
/// them.
#pragma once
#include <algorithm>
#include <array>
#include "base/command_line.hpp"
#include "config/property_types.hpp"

namespace ppp::config::types {

/// What travels in one octet-counted field of PAP, CHAP and PPPoE tags.
struct Text {
    static constexpr Shape kShape = Shape::text;
    static std::string expected() { return "a text of at most 255 octets without control characters"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 255 || !printable(t)) return std::nullopt;
        return std::string(t);
    }
    static std::string print(const std::string& v) { return v; }
};

struct Comment : Text {
    static std::string expected() { return "a text of at most 1024 octets"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 1024) return std::nullopt;
        return std::string(t);
    }
};

/// Kept whole, lines and all; who runs it judges it.
struct Script : Text {
    static std::string expected() { return "a script of at most 65536 octets"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto control = [](char c) {
            return c != '\n' && c != '\r' && c != '\t' && !printable({&c, 1});
        };
        if (t.size() > 65536 || std::any_of(t.begin(), t.end(), control)) return std::nullopt;
        return std::string(t);
    }
};

/// A program to run, whose quotes must match, or a RouterOS script, which is kept whole and judged by nobody.
struct Hook : Script {
    static std::string expected() {
        return "the absolute path of a program with its arguments, or a RouterOS script, which is not run; "
               "at most 65536 octets";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (is_command_line(t) && !split_command_line(t)) return std::nullopt;
        return Script::parse(t);
    }
};

/// "" = unset.
struct HostName : Text {
    static std::string expected() { return "an address or the name of a host"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (!t.empty() && !valid_host(t)) return std::nullopt;
        return std::string(t);
    }
};

/// "" = unset.
struct Address : Text {
    static std::string expected() { return "an IPv4 address"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.empty()) return "";
        const auto address = aaa::parse_ipv4(t);
        if (!address || !usable_address(*address)) return std::nullopt;
        return aaa::format_ipv4(*address);
    }
};

/// "" = none, which may be written "none" too.
struct TextOrNone : Text {
    static std::optional<std::string> parse(std::string_view t) { return Text::parse(t == "none" ? "" : t); }
};

/// "" = unset; whether that is allowed is the row's matter (Required).
struct InterfaceName : Text {
    static std::string expected() {
        return "an interface name (at most 15 octets, no blanks, none of / : %)";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (!t.empty() && !valid_interface_name(t)) return std::nullopt;
        return std::string(t);
    }
};

/// Whether it exists is checked with all other references.
struct ProfileName : Text {
    static std::string expected() { return "the name of a profile"; }
    static std::optional<std::string> parse(std::string_view t) {
        return t.empty() ? std::nullopt : Text::parse(t);
    }
};

/// "" = unset.
struct PoolName : Text {
    static std::string expected() { return "the name of a pool"; }
};

/// A MAC address is kept in upper case with colons, as RouterOS shows it; any other text as it is.
struct CallerId : Text {
    static std::optional<std::string> parse(std::string_view t) {
        if (auto mac = parse_mac(t)) return mac;
        return Text::parse(t);
    }
};

struct Methods {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() { return "a list of mschap2, mschap1, chap and pap"; }
    static std::optional<AuthMethods> parse(std::string_view t) { return parse_auth_methods(t); }
    static std::string print(AuthMethods v) { return print_auth_methods(v); }
};

/// At most two, as many as IPCP can tell a peer (RFC 1877).
struct AddressList {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() { return "a list of at most two IPv4 addresses"; }
    static std::optional<std::vector<std::string>> parse(std::string_view t) {
        std::vector<std::string> out;
        for (const auto part : split_list(t)) {
            const auto address = aaa::parse_ipv4(part);
            if (!address || !usable_address(*address) || out.size() == 2) return std::nullopt;
            out.push_back(aaa::format_ipv4(*address));
        }
        return out;
    }
    static std::string print(const std::vector<std::string>& v) {
        std::string out;
        for (const auto& address : v) out += (out.empty() ? "" : ",") + address;
        return out;
    }
};

/// Whether a pool of that name exists is checked with all other references.
struct AddressOrPool : Text {
    static std::string expected() { return "an IPv4 address or the name of a pool"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto source = parse_address_source(t);
        if (source.kind == AddressSource::Kind::range) return std::nullopt;
        if (source.kind == AddressSource::Kind::address && !usable_range(source.range)) return std::nullopt;
        return Text::parse(t);
    }
};

struct AddressRangeOrPool : Text {
    static std::string expected() { return "an IPv4 address, a range a-b or the name of a pool"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto source = parse_address_source(t);
        const bool addresses =
            source.kind == AddressSource::Kind::address || source.kind == AddressSource::Kind::range;
        if (addresses && !usable_range(source.range)) return std::nullopt;
        return Text::parse(t);
    }
};

/// "" = unset; overlaps are checked with all other pools.
struct Ranges {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() {
        return "a list of IPv4 ranges such as 10.0.0.2-10.0.0.99 or 10.0.1.0/24";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 65536) return std::nullopt;
        std::string out;
        for (const auto part : split_list(t)) {
            if (!aaa::parse_ranges(part)) return std::nullopt;
            if (!out.empty()) out += ',';
            out += part;
        }
        return out;
    }
    static std::string explain(std::string_view t) {
        for (const auto part : split_list(t))
            if (const auto ranges = aaa::parse_ranges(part); !ranges) return ranges.error().what;
        return "";
    }
    static std::string print(const std::string& v) { return v; }
};

/// "" = none.
struct Routes {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() {
        return "a list of prefix[ gateway[ metric]] such as 10.9.0.0/24 10.0.0.2 1";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 65536) return std::nullopt;
        std::string out;
        for (const auto part : split_list(t)) {
            if (!valid_route(part)) return std::nullopt;
            if (!out.empty()) out += ',';
            out += part;
        }
        return out;
    }
    static std::string print(const std::string& v) { return v; }
};

/// What a RADIUS server can be asked for in RouterOS; of these only "ppp" is our business.
struct RadiusServices {
    static constexpr Shape kShape = Shape::list;
    static constexpr std::array<std::string_view, 7> kWords{"ppp",  "login", "hotspot", "wireless",
                                                            "dhcp", "ipsec", "dot1x"};
    static std::string expected() { return "a list of ppp, login, hotspot, wireless, dhcp, ipsec and dot1x"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto parts = split_list(t);
        const auto known = [](std::string_view part) {
            return std::find(kWords.begin(), kWords.end(), part) != kWords.end();
        };
        if (!std::all_of(parts.begin(), parts.end(), known)) return std::nullopt;
        std::string out;
        for (const auto word : kWords) {
            if (std::find(parts.begin(), parts.end(), word) == parts.end()) continue;
            if (!out.empty()) out += ',';
            out += word;
        }
        return out;
    }
    static std::string print(const std::string& v) { return v; }
};

struct Rates : Text {
    static std::string expected() { return "a rate limit rx[/tx] [burst ...] such as 10M/5M"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 255 || (!t.empty() && !parse_rate_limit(t))) return std::nullopt;
        return std::string(t);
    }
};

struct ServiceWord : Text {
    static std::string expected() { return "any, pppoe, pptp, ppp, l2tp, ovpn or sstp"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t == "async") return "ppp";
        for (const std::string_view word : {"any", "pppoe", "pptp", "ppp", "l2tp", "ovpn", "sstp"})
            if (t == word) return std::string(word);
        return std::nullopt;
    }
};

}  // namespace ppp::config::types
