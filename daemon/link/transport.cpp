// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/transport.hpp"
#include <string_view>

namespace ppp::link {

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
