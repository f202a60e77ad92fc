// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/masking.hpp"
#include <algorithm>
#include <array>

namespace ppp::ctl {

std::string in_small_letters(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool hints_at_password(std::string_view text) {
    constexpr std::array<std::string_view, 6> hints{"pass", "secret", "pwd", "psk", "token", "conninfo"};
    const auto small = in_small_letters(text);
    return std::any_of(hints.begin(), hints.end(),
                       [&](auto hint) { return small.find(hint) != std::string::npos; });
}

}  // namespace ppp::ctl
