// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/command_line.hpp"
#include <algorithm>
#include <array>

namespace ppp {
namespace {

constexpr std::size_t kMaxLine = 4096;

/// Where RouterOS' own commands begin: "/ip/firewall/address-list add ...".
constexpr std::array<std::string_view, 9> kMenus{"/interface/", "/ip/",      "/ipv6/",   "/log/", "/ppp/",
                                                 "/queue/",     "/routing/", "/system/", "/tool/"};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

bool is_command_line(std::string_view text) {
    if (!text.starts_with('/') || text.find_first_of("\r\n") != std::string_view::npos) return false;
    const auto first = text.substr(0, text.find_first_of(" \t"));
    const bool menu =
        std::any_of(kMenus.begin(), kMenus.end(), [&](auto path) { return first.starts_with(path); });
    return !menu && first.find('/', 1) != std::string_view::npos && !first.ends_with('/');
}

Result<std::vector<std::string>> split_command_line(std::string_view line) {
    if (line.size() > kMaxLine) return fail(Errc::malformed, "the command is longer than 4096 octets");
    std::vector<std::string> words;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == 0 && is_blank(c)) {
            in_word = false;
            continue;
        }
        if (!in_word) words.emplace_back();
        in_word = true;
        if (c == '\\' && quote != '\'') {
            if (++i == line.size()) return fail(Errc::malformed, "nothing follows the last backslash");
            words.back() += line[i];
        } else if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else {
            words.back() += c;
        }
    }
    if (quote != 0) return fail(Errc::malformed, std::string("the quote ") + quote + " is not closed");
    return words;
}

}  // namespace ppp
