// SPDX-License-Identifier: GPL-2.0-or-later
/// @file locate(): where in a command the menu ends and the verb stands.
#include <algorithm>
#include <array>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/elsewhere.hpp"
#include "dbus/pppctl/routeros/menu.hpp"

namespace ppp::ctl::ros {
namespace {

constexpr auto kVerbs = std::to_array<std::string_view>({"add",     "set",
                                                         "remove",  "enable",
                                                         "disable", "print",
                                                         "monitor", "monitor-traffic",
                                                         "scan",    "export",
                                                         "comment", "find",
                                                         "get",     "edit",
                                                         "move",    "unset",
                                                         "reset",   "reset-counters",
                                                         "send",    "run",
                                                         "flush",   "ping",
                                                         "info",    "at-chat",
                                                         "import",  "clear",
                                                         "upgrade", "install",
                                                         "renew",   "release",
                                                         "beep",    "reset-configuration",
                                                         "load",    "save"});

/// Menus that are ours and hold no objects.
constexpr auto kOthers =
    std::to_array<std::string_view>({"ppp active", "log", "interface", "ppp", "ip", "tool"});

struct Word {
    std::string_view text;
    Position at;
};

bool is_verb(std::string_view word) { return std::find(kVerbs.begin(), kVerbs.end(), word) != kVerbs.end(); }

bool is_known(std::string_view path) {
    return leads_elsewhere(path) ||
           std::any_of(menus().begin(), menus().end(),
                       [&](const Menu& menu) { return is_below(menu.path, path); }) ||
           std::any_of(kOthers.begin(), kOthers.end(), [&](auto other) { return is_below(other, path); });
}

std::string below(std::string_view path, std::string_view word) {
    return path.empty() ? std::string(word) : std::string(path) + ' ' + std::string(word);
}

std::string above(std::string_view path) {
    const auto blank = path.rfind(' ');
    return blank == std::string_view::npos ? "" : std::string(path.substr(0, blank));
}

std::string unknown(std::string_view path, std::string_view word) {
    std::vector<std::string_view> names;
    const auto collect = [&](std::string_view known) {
        if (!is_below(known, path) || known.size() <= path.size()) return;
        known.remove_prefix(path.empty() ? 0 : path.size() + 1);
        names.push_back(known.substr(0, known.find(' ')));
    };
    for (const auto& menu : menus()) collect(menu.path);
    for (const auto known : elsewhere_paths()) collect(known);
    for (const auto known : kOthers) collect(known);
    std::string text = "there is no menu or command " + quoted(word) + " in /" + std::string(path);
    if (const auto meant = nearest(word, names); !meant.empty())
        text += "; did you mean " + quoted(meant) + "?";
    return text;
}

/// The words of the command's beginning; those of the menu may be separated by slashes.
std::vector<Word> split(const Command& command) {
    std::vector<Word> out;
    bool in_menu = true;
    for (std::size_t i = 0; i < command.words.size(); ++i) {
        std::string_view rest = command.words[i];
        Position at = command.places[i];
        while (in_menu) {
            const auto slash = rest.find('/');
            if (slash == std::string_view::npos) break;
            if (slash > 0) {
                out.push_back({rest.substr(0, slash), at});
                in_menu = !is_verb(out.back().text);
            }
            rest.remove_prefix(slash + 1);
            at.column += slash + 1;
        }
        if (rest.empty()) continue;
        out.push_back({rest, at});
        in_menu = in_menu && !is_verb(rest);
    }
    return out;
}

}  // namespace

Result<Place> locate(const Command& command, std::string_view current) {
    Place place;
    if (!command.absolute) place.path = current;
    const auto words = split(command);
    std::size_t i = 0;
    for (; i < words.size() && place.verb.empty(); ++i) {
        const auto word = words[i].text;
        auto deeper = below(place.path, word);
        const bool ends = place.path == "system" && (word == "reboot" || word == "shutdown");
        const bool verb = ends || (is_verb(word) && !is_known(deeper));
        // The menus of another tool need not be known one by one.
        if (word == "..")
            place.path = above(place.path);
        else if (verb)
            place.verb = word;
        else if (is_known(deeper) || elsewhere({place.path, {}, {}}))
            place.path = std::move(deeper);
        else
            return fail(Errc::config, unknown(place.path, word));
    }
    for (; i < words.size(); ++i) {
        Argument argument;
        argument.value = words[i].text;
        argument.at = words[i].at;
        place.arguments.push_back(std::move(argument));
    }
    place.arguments.insert(place.arguments.end(), command.arguments.begin(), command.arguments.end());
    const bool more = !place.arguments.empty() || command.has_where;
    if (place.verb.empty() && more && !elsewhere(place))
        return fail(Errc::config, "expected a command such as add, set or print before the properties");
    return place;
}

}  // namespace ppp::ctl::ros
