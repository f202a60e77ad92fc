// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Reading and writing addresses and ranges.
#include "aaa/address_range.hpp"
#include <algorithm>
#include <charconv>
#include "base/quoted.hpp"

namespace ppp::aaa {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// A decimal number without sign, blank or leading zero ("010" is eight to some and ten to others).
std::optional<unsigned> parse_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || end != last || value > most) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return value;
}

Result<std::uint32_t> address_in(std::string_view text, std::string_view part) {
    if (const auto address = parse_ipv4(text)) return *address;
    return fail(Errc::config, quoted(text) + " in " + quoted(part) + " is no IPv4 address");
}

Result<AddressRange> parse_prefix(std::string_view part, std::size_t slash) {
    PPP_TRY(const auto network, address_in(trimmed(part.substr(0, slash)), part));
    const auto bits = parse_number(trimmed(part.substr(slash + 1)), 32);
    if (!bits || *bits == 0)
        return fail(Errc::config, quoted(part) + ": the prefix length is a number from 1 to 32");
    const std::uint32_t host_mask = *bits == 32 ? 0 : 0xffffffffU >> *bits;
    if ((network & host_mask) != 0) {
        const auto right = format_ipv4(network & ~host_mask) + "/" + std::to_string(*bits);
        return fail(Errc::config, quoted(part) + " is no prefix; did you mean " + quoted(right) + "?");
    }
    AddressRange range{network, network | host_mask};
    if (host_mask > 1) {  // RFC 3021: in a /31 both addresses are usable
        ++range.first;
        --range.last;
    }
    return range;
}

Result<AddressRange> parse_part(std::string_view part) {
    if (part.empty()) return fail(Errc::config, "an address, a range a-b or a prefix a/n is missing");
    if (const auto slash = part.find('/'); slash != std::string_view::npos) return parse_prefix(part, slash);
    const auto dash = part.find('-');
    PPP_TRY(const auto first, address_in(trimmed(part.substr(0, dash)), part));
    if (dash == std::string_view::npos) return AddressRange{first, first};
    PPP_TRY(const auto last, address_in(trimmed(part.substr(dash + 1)), part));
    if (last < first)
        return fail(Errc::config, quoted(part) + ": the last address is below the first; did you mean " +
                                      quoted(format_ipv4(last) + "-" + format_ipv4(first)) + "?");
    return AddressRange{first, last};
}

/// 0.0.0.0/8, 127.0.0.0/8 and everything from 224.0.0.0 on never belong to a peer.
bool usable(const AddressRange& range) {
    auto overlaps = [&range](std::uint32_t first, std::uint32_t last) {
        return range.first <= last && first <= range.last;
    };
    return !overlaps(0, 0x00ffffff) && !overlaps(0x7f000000, 0x7fffffff) && !overlaps(0xe0000000, 0xffffffff);
}

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    std::uint32_t address = 0;
    for (int i = 0; i < 4; ++i) {
        const auto dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto octet = parse_number(text.substr(0, dot), 255);
        if (!octet) return std::nullopt;
        address = address << 8 | *octet;
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return address;
}

std::string format_ipv4(std::uint32_t address) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += std::to_string(address >> shift & 0xff);
        if (shift != 0) out += '.';
    }
    return out;
}

Result<std::vector<AddressRange>> parse_ranges(std::string_view text) {
    std::vector<AddressRange> ranges;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        more = comma != std::string_view::npos;
        const auto part = trimmed(text.substr(0, comma));
        text.remove_prefix(more ? comma + 1 : text.size());
        PPP_TRY(const auto range, parse_part(part));
        if (!usable(range)) return fail(Errc::config, quoted(part) + " has addresses that no host may have");
        for (const auto& other : ranges)
            if (range.first <= other.last && other.first <= range.last)
                return fail(Errc::config, quoted(part) + " overlaps with " + quoted(format_ranges({other})));
        ranges.push_back(range);
    }
    return ranges;
}

std::string format_ranges(const std::vector<AddressRange>& ranges) {
    std::string out;
    for (const auto& range : ranges) {
        if (!out.empty()) out += ',';
        out += format_ipv4(range.first);
        if (range.last != range.first) out += '-' + format_ipv4(range.last);
    }
    return out;
}

}  // namespace ppp::aaa
