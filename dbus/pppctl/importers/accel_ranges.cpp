// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/accel_ranges.hpp"
#include "dbus/pppctl/importers/imported.hpp"

namespace ppp::ctl::importers {
namespace {

/// "10.0.0.2-255" to "10.0.0.2-10.0.0.255"; a prefix stays, and so does a full range.
std::string read_addresses(const std::string& text) {
    if (const auto [begin, length] = first_part(text, '/'); !length.empty()) {
        const auto bits = number(length);
        return is_address(begin) && bits && *bits >= 1 && *bits <= 32 ? begin + "/" + std::to_string(*bits)
                                                                      : "";
    }
    const auto [begin, end] = first_part(text, '-');
    if (!is_address(begin)) return "";
    if (end.empty()) return text == begin ? begin : "";
    if (is_address(end)) return text;
    const auto last = number(end);
    if (!last || *last > 255) return "";
    return begin + "-" + begin.substr(0, begin.rfind('.') + 1) + std::to_string(*last);
}

}  // namespace

std::pair<std::string, std::string> first_part(std::string_view text, char sign) {
    const auto at = text.find(sign);
    if (at == std::string_view::npos) return {std::string(text), ""};
    return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

std::optional<AccelRange> read_accel_range(std::string_view text) {
    auto [addresses, rest] = first_part(text, ',');
    AccelRange out{.addresses = read_addresses(addresses), .pool = {}, .next = {}};
    if (out.addresses.empty()) return {};
    while (!rest.empty()) {
        auto [part, others] = first_part(rest, ',');
        const auto [key, value] = first_part(part, '=');
        if (part.find('=') == std::string::npos)
            out.pool = part;
        else if (key == "name")
            out.pool = value;
        else if (key == "next")
            out.next = value;
        rest = std::move(others);
    }
    return out;
}

}  // namespace ppp::ctl::importers
