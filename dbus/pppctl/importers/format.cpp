// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/importers/format.hpp"
#include <algorithm>
#include <array>
#include "dbus/pppctl/importers/imported.hpp"
#include "dbus/pppctl/importers/pppd_options.hpp"
#include "dbus/pppctl/importers/words.hpp"

namespace ppp::ctl::importers {
namespace {

constexpr auto kFormats = std::to_array({Format::rsc, Format::peers, Format::secrets, Format::accel_ppp});

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// "/interface ...", ":global ...", "add name=...".
bool is_speech(std::string_view line) {
    if (line.starts_with('/')) return !line.starts_with("/dev/");
    if (line.starts_with(':')) return line.size() > 1 && line[1] >= 'a' && line[1] <= 'z';
    return (line.starts_with("add ") || line.starts_with("set ")) && has(line, "=");
}

/// The first line with something on it.
std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto begin = text.find_first_not_of(" \t\r");
        if (begin < end && text[begin] != '#') return text.substr(begin, end - begin);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

}  // namespace

std::optional<Format> format_named(std::string_view word) {
    for (const auto format : kFormats)
        if (to_string(format) == word) return format;
    return {};
}

std::string_view to_string(Format format) {
    switch (format) {
        case Format::rsc:
            return "rsc";
        case Format::peers:
            return "peers";
        case Format::secrets:
            return "secrets";
        case Format::accel_ppp:
            return "accel-ppp";
    }
    return "";
}

Format recognise(std::string_view path, std::string_view text) {
    const auto name = base_name(path);
    if (name.ends_with(".rsc")) return Format::rsc;
    if (name.starts_with("accel-ppp") && name.ends_with(".conf")) return Format::accel_ppp;
    if (name.starts_with("chap-secrets") || name.starts_with("pap-secrets")) return Format::secrets;
    if (has(path, "/ppp/peers/")) return Format::peers;
    const auto line = first_line(text);
    if (line.starts_with('[')) return Format::accel_ppp;
    if (is_speech(line)) return Format::rsc;
    const auto words = split_words(text);
    if (words.empty()) return Format::rsc;
    if (find_pppd_option(words.front().text) != nullptr) return Format::peers;
    const auto second =
        std::find_if(words.begin() + 1, words.end(), [](const Word& word) { return word.begins_line; });
    return second - words.begin() >= 3 ? Format::secrets : Format::peers;
}

}  // namespace ppp::ctl::importers
