// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_text.hpp"
#include <fmt/format.h>
#include <systemd/sd-bus.h>
#include <cstdlib>

namespace ppp::dbus {
namespace {

/// Length of the well-formed UTF-8 sequence at the start (Unicode 15, table 3-7), 0 when there is none.
std::size_t sequence_length(std::string_view s) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const auto tail = [&](std::size_t i, unsigned low, unsigned high) {
        return i < s.size() && at(i) >= low && at(i) <= high;
    };
    const unsigned first = at(0);
    if (first == 0) return 0;
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;
    if (first < 0xE0) return tail(1, 0x80, 0xBF) ? 2 : 0;
    if (first < 0xF0) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return tail(1, low, high) && tail(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first > 0xF4) return 0;
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2, 0x80, 0xBF) && tail(3, 0x80, 0xBF) ? 4 : 0;
}

}  // namespace

std::string object_path(std::string_view kind, const std::string& name) {
    const std::string prefix = std::string(kRootPath) + "/" + std::string(kind);
    char* path = nullptr;
    if (sd_bus_path_encode(prefix.c_str(), name.c_str(), &path) < 0) return prefix + "/_";
    std::string result = path;
    std::free(path);
    return result;
}

bool is_bus_text(std::string_view octets) {
    while (!octets.empty()) {
        const auto n = sequence_length(octets);
        if (n == 0) return false;
        octets.remove_prefix(n);
    }
    return true;
}

std::string bus_text(std::string_view octets) {
    if (is_bus_text(octets)) return std::string(octets);
    std::string text;
    while (!octets.empty()) {
        const auto n = sequence_length(octets);
        if (n == 0)
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(octets[0]));
        else
            text += octets.substr(0, n);
        octets.remove_prefix(n == 0 ? 1 : n);
    }
    return text;
}

std::uint64_t microseconds(std::optional<std::chrono::system_clock::time_point> moment) {
    if (!moment) return 0;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(moment->time_since_epoch()).count());
}

}  // namespace ppp::dbus
