// SPDX-License-Identifier: GPL-2.0-or-later
/// @file parse_since(): a moment as people give it.
#include <array>
#include <ctime>
#include "dbus/pppctl/journal.hpp"

namespace ppp::ctl {
namespace {

constexpr std::uint64_t kSecond = 1'000'000;

std::optional<std::uint64_t> microseconds(std::tm local) {
    local.tm_isdst = -1;
    const auto time = std::mktime(&local);
    if (time < 0) return std::nullopt;
    return static_cast<std::uint64_t>(time) * kSecond;
}

/// "1d2h3m4s" in microseconds; 0 for what is none.
std::uint64_t age(std::string_view text) {
    std::uint64_t sum = 0, number = 0;
    bool digits = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (number > 1'000'000'000) return 0;
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
            digits = true;
            continue;
        }
        const auto unit = c == 'w'   ? 604800U
                          : c == 'd' ? 86400U
                          : c == 'h' ? 3600U
                          : c == 'm' ? 60U
                                     : c == 's';
        if (!digits || unit == 0) return 0;
        sum += number * unit;
        number = 0;
        digits = false;
    }
    return digits ? 0 : sum * kSecond;
}

}  // namespace

std::optional<std::uint64_t> parse_since(std::string_view text, std::uint64_t now) {
    const auto seconds = static_cast<std::time_t>(now / kSecond);
    std::tm today{};
    if (::localtime_r(&seconds, &today) == nullptr) return std::nullopt;
    today.tm_hour = today.tm_min = today.tm_sec = 0;
    if (text == "today") return microseconds(today);
    if (text == "yesterday") {
        --today.tm_mday;
        return microseconds(today);
    }
    const std::string word(text);
    constexpr std::array formats{
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
        "%H:%M:%S",          "%H:%M"};
    for (const auto* format : formats) {
        auto moment = today;
        const auto* rest = ::strptime(word.c_str(), format, &moment);
        if (rest != nullptr && *rest == '\0') return microseconds(moment);
    }
    const auto ago = age(text);
    if (ago == 0 || ago > now) return std::nullopt;
    return now - ago;
}

}  // namespace ppp::ctl
