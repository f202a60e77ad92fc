// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_text.hpp"
#include <fmt/format.h>
#include <systemd/sd-bus.h>
#include <cstdlib>
#include "base/utf8.hpp"

namespace ppp::dbus {
namespace {

/// Length of the character at the start; 0 when the bus cannot carry it.
std::size_t sequence_length(std::string_view s) {
    const auto c = first_character(s);
    return c.valid && c.value != 0 ? c.octets : 0;
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
