// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/text.hpp"
#include <fmt/format.h>
#include <array>
#include <chrono>
#include <ctime>
#include "base/utf8.hpp"

namespace ppp::ctl {
namespace {

/// C0, DEL, C1, line and paragraph separators, and the marks that turn the direction of writing.
bool steers(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x061C;
}

std::size_t width_of(char32_t c) {
    const bool combines = (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
                          (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x200B ||
                          c == 0x200C || c == 0x200D;
    if (combines) return 0;
    const bool wide =
        (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
        (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
        (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F680 && c <= 0x1F6FF) ||
        (c >= 0x1F900 && c <= 0x1F9FF) || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
}

std::string local_time(std::uint64_t microseconds, const char* format) {
    const auto seconds = static_cast<std::time_t>(microseconds / 1'000'000);
    std::tm local{};
    if (::localtime_r(&seconds, &local) == nullptr) return {};
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &local)};
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto c = first_character(text);
        if (!c.valid || (steers(c.value) && c.value < 0x80))
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        else if (steers(c.value))
            out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.value));
        else
            out += text.substr(0, c.octets);
        text.remove_prefix(c.octets);
    }
    return out;
}

std::size_t columns(std::string_view text) {
    std::size_t n = 0;
    while (!text.empty()) {
        const auto c = first_character(text);
        n += width_of(c.value);
        text.remove_prefix(c.octets);
    }
    return n;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (columns(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::string out;
    std::size_t n = 0;
    while (!text.empty()) {
        const auto c = first_character(text);
        n += width_of(c.value);
        if (n > width - 1) break;
        out += text.substr(0, c.octets);
        text.remove_prefix(c.octets);
    }
    return out + "…";
}

std::string duration(std::uint64_t seconds) {
    struct Unit {
        std::uint64_t length;
        char letter;
    };
    constexpr std::array units{Unit{604800, 'w'}, Unit{86400, 'd'}, Unit{3600, 'h'}, Unit{60, 'm'},
                               Unit{1, 's'}};
    std::string out;
    for (const auto& unit : units) {
        if (seconds >= unit.length) out += fmt::format("{}{}", seconds / unit.length, unit.letter);
        seconds %= unit.length;
    }
    return out.empty() ? "0s" : out;
}

std::string round_trip(std::int64_t us) {
    if (us < 0) return "unknown";
    if (us < 1000) return fmt::format("{} us", us);
    return fmt::format("{}.{} ms", us / 1000, us % 1000 / 100);
}

std::string octets(std::uint64_t n) {
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (n < 10000) return std::to_string(n);
    auto value = static_cast<double>(n) / 1024;
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    const int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, digits, units[unit]);
}

std::uint64_t now_microseconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

std::string moment(std::uint64_t microseconds) {
    return microseconds == 0 ? std::string{} : local_time(microseconds, "%Y-%m-%d %H:%M:%S");
}

std::string time_of_day(std::uint64_t microseconds) {
    return local_time(microseconds, "%H:%M:%S") + fmt::format(".{:03}", microseconds / 1000 % 1000);
}

std::string kebab(std::string_view camel) {
    std::string out;
    for (const char c : camel) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && !out.empty()) out += '-';
        out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

}  // namespace ppp::ctl
