// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/transport.hpp"

namespace ppp::link {

std::string to_string(const MacAddress& mac) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string text;
    text.reserve(3 * mac.size());
    for (auto octet : mac) {
        if (!text.empty()) text += ':';
        text += kDigits[octet >> 4];
        text += kDigits[octet & 15];
    }
    return text;
}

}  // namespace ppp::link
