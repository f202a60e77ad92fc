// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/imported.hpp"
#include <arpa/inet.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace ppp::ctl::importers {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::taken:
            return "taken";
        case Verdict::not_needed:
            return "not needed";
        case Verdict::not_taken:
            return "not taken";
        case Verdict::wrong:
            return "wrong";
    }
    return "";
}

bool Imported::failed() const {
    return std::any_of(notes.begin(), notes.end(), [](const Note& n) { return n.verdict == Verdict::wrong; });
}

std::string interface_name(std::string_view text) {
    constexpr std::size_t longest = 15;  // IFNAMSIZ without the NUL
    std::string out;
    for (const char c : text.substr(0, longest)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.';
        out += plain ? c : '-';
    }
    if (out.find_first_not_of("-.") == std::string::npos) return "";
    // Directories of /proc/sys/net/ipv4/conf that are no interfaces.
    return out == "default" || out == "all" ? "ppp-" + out : out;
}

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string keepalive(std::uint64_t interval, std::uint64_t failure) {
    constexpr std::uint64_t day = 86400;
    if (interval == 0 || failure == 0) return "0s";
    interval = std::min(interval, 2 * day);
    failure = std::min(failure, 2 * day);
    return std::to_string(std::min((interval * failure + 1) / 2, day)) + "s";
}

std::optional<std::uint64_t> number(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '9' || text.size() > 20) return {};
    const std::string whole(text);
    char* end = nullptr;
    errno = 0;
    const auto value = std::strtoull(whole.c_str(), &end, 0);
    if (errno != 0 || end != whole.c_str() + whole.size()) return {};
    return value;
}

bool is_address(std::string_view text) {
    in_addr address{};
    return text.size() < INET_ADDRSTRLEN && ::inet_pton(AF_INET, std::string(text).c_str(), &address) == 1 &&
           text.find('\0') == std::string_view::npos;
}

}  // namespace ppp::ctl::importers
