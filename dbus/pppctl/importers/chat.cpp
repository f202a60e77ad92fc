// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/chat.hpp"

namespace ppp::ctl::importers {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

void read_dial(std::string_view text, std::string_view capitals, Dialled& out) {
    const auto at = capitals.find("ATD");
    if (at == std::string_view::npos) return;
    auto begin = at + 3;
    if (begin < text.size() && (capitals[begin] == 'T' || capitals[begin] == 'P')) ++begin;
    const auto end = std::min(text.find_first_not_of("0123456789*#+,-W", begin), text.size());
    if (end <= begin) return;
    out.dial_command = capitals.substr(at, begin - at);
    out.phone = text.substr(begin, end - begin);
}

/// AT+CGDCONT=1,"IP","internet" (3GPP TS 27.007 section 10.1.1).
void read_apn(std::string_view text, std::string_view capitals, Dialled& out) {
    auto at = capitals.find("+CGDCONT=");
    for (int comma = 0; comma < 2 && at != std::string_view::npos; ++comma) at = text.find(',', at + 1);
    if (at == std::string_view::npos || at + 1 >= text.size() || text[at + 1] != '"') return;
    const auto end = text.find('"', at + 2);
    if (end != std::string_view::npos) out.apn = text.substr(at + 2, end - at - 2);
}

}  // namespace

Dialled read_chat(std::string_view script) {
    std::string text, capitals;
    for (const char c : script) {
        if (c == '\\') continue;
        text += c;
        capitals += upper(c);
    }
    Dialled out;
    read_dial(text, capitals, out);
    read_apn(text, capitals, out);
    return out;
}

}  // namespace ppp::ctl::importers
