// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Commands that change no object: listings, live views, measurements, exports.
#include <algorithm>
#include <array>
#include <span>
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"
#include "dbus/pppctl/routeros/translate.hpp"

namespace ppp::ctl::ros {
namespace {

using Form = Argument::Form;
using What = Action::What;

constexpr auto kForms = std::to_array<std::string_view>(
    {"detail", "stats", "brief", "terse", "value-list", "count-only", "stats-detail", "as-value"});
/// They change how a terminal is written to, which is not asked here.
constexpr auto kIgnored =
    std::to_array<std::string_view>({"without-paging", "follow", "follow-only", "compact", "hide-sensitive"});

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a command takes besides targets.
struct Takes {
    std::span<const std::string_view> keys;
    std::span<const std::string_view> flags;
};

/// Sorts the arguments into those of the action and the words that name something.
Result<std::vector<const Argument*>> sort(const Request& request, const Takes& takes, Action& action) {
    std::vector<const Argument*> words;
    for (const auto& argument : request.place.arguments) {
        switch (argument.form) {
            case Form::word:
                if (!argument.quoted && contains(kForms, argument.value))
                    action.arguments["form"] = argument.value;
                else if (!argument.quoted && contains(takes.flags, argument.value))
                    action.arguments[argument.value] = "yes";
                else if (argument.quoted || !contains(kIgnored, argument.value))
                    words.push_back(&argument);
                break;
            case Form::pair:
                if (argument.key == "numbers" || argument.key == "from")
                    words.push_back(&argument);
                else if (contains(takes.keys, argument.key))
                    action.arguments[argument.key] = argument.value;
                else
                    return fail(Errc::config, request.place.verb + " does not take " + quoted(argument.key));
                break;
            case Form::find:
            case Form::pair_find:
                words.push_back(&argument);
                break;
            case Form::unset:
            case Form::expression:
                return fail(
                    Errc::config,
                    "an argument is an expression of RouterOS' language, which is not run here; write "
                    "its value");
        }
    }
    return words;
}

Action made(What what, const Request& request) {
    Action action;
    action.what = what;
    action.where = request.command.where;
    return action;
}

/// Targets where there are no objects to look among: words only.
Result<std::vector<std::string>> plain(const std::vector<const Argument*>& words) {
    std::vector<std::string> out;
    for (const auto* word : words) {
        if (word->form != Form::word && word->form != Form::pair)
            return fail(Errc::config, "expected a name, not [find ...]");
        out.push_back(word->value);
    }
    return out;
}

constexpr auto kPrintKeys = std::to_array<std::string_view>({"interval", "file", "proplist"});

Result<Action> list(const Request& request, const Menu& menu, What what) {
    auto action = made(what, request);
    action.kind = menu.kind;
    PPP_TRY(const auto words, sort(request, {kPrintKeys, {}}, action));
    PPP_TRY(auto targets, find_targets(request, menu, words));
    if (targets.given && targets.names.empty()) return fail(Errc::not_found, "nothing meets the condition");
    action.names = std::move(targets.names);
    PPP_CHECK(Matcher::create(action.where));
    return action;
}

/// `find disabled=no`: the condition stands where other commands have properties.
Result<Action> find(const Request& request, const Menu& menu) {
    auto action = made(What::list, request);
    action.kind = menu.kind;
    action.arguments["form"] = "names";
    for (const auto& argument : request.place.arguments) {
        if (argument.form != Form::pair) return fail(Errc::config, "expected find where NAME=VALUE");
        action.where.terms.push_back(
            {.kind = Term::Kind::equal, .key = argument.key, .value = argument.value});
        if (action.where.terms.size() > 1)
            action.where.terms.push_back({.kind = Term::Kind::all_of, .key = {}, .value = {}});
    }
    PPP_CHECK(Matcher::create(action.where));
    return action;
}

Result<Action> monitor(const Request& request, const Menu& menu) {
    static constexpr auto keys = std::to_array<std::string_view>({"duration", "interval", "file"});
    static constexpr auto flags = std::to_array<std::string_view>({"once"});
    auto action = made(What::monitor, request);
    action.kind = menu.kind;
    PPP_TRY(const auto words, sort(request, {keys, flags}, action));
    PPP_TRY(auto targets, find_targets(request, menu, words));
    if (targets.names.empty() && menu.only.empty())
        return fail(targets.given ? Errc::not_found : Errc::config,
                    "expected which " + std::string(menu.kind) + " to monitor: its name or its number");
    action.names = std::move(targets.names);
    return action;
}

Result<Action> scan(const Request& request) {
    static constexpr auto keys = std::to_array<std::string_view>({"interface", "duration"});
    auto action = made(What::scan, request);
    PPP_TRY(const auto words, sort(request, {keys, {}}, action));
    PPP_TRY(const auto names, plain(words));
    if (names.size() == 1) action.arguments.emplace("interface", names[0]);
    if (names.size() > 1 || !action.arguments.contains("interface"))
        return fail(Errc::config, "expected one interface to scan");
    auto& interface = action.arguments["interface"];
    if (const auto it = request.options.interfaces.find(interface); it != request.options.interfaces.end())
        interface = it->second;
    return action;
}

/// `get NAME PROPERTY` and `get NAME value-name=PROPERTY`.
Result<Action> get(const Request& request, const Menu* menu) {
    static constexpr auto keys = std::to_array<std::string_view>({"value-name"});
    auto action = made(What::get, request);
    PPP_TRY(auto words, sort(request, {keys, {}}, action));
    auto property = action.arguments.extract("value-name");
    std::string name = property ? property.mapped() : "";
    if (name.empty() && !words.empty() && words.back()->form == Form::word &&
        (words.size() > 1 || (menu != nullptr && !menu->only.empty()))) {
        name = words.back()->value;
        words.pop_back();
    }
    if (name.empty()) return fail(Errc::config, "expected one object and the name of a property");
    if (is_secret(name)) return fail(Errc::refused, "passwords are not shown");
    if (menu == nullptr) {
        PPP_TRY(action.names, plain(words));
    } else if (!menu->only.empty()) {
        action.names = {std::string(menu->only)};
    } else {
        PPP_TRY(auto targets, find_targets(request, *menu, words));
        action.names = std::move(targets.names);
    }
    if (menu != nullptr) action.kind = menu->kind;
    if (action.names.size() != 1) return fail(Errc::config, "expected one object and the name of a property");
    action.arguments["property"] = std::move(name);
    return action;
}

Result<Action> sessions(const Request& request) {
    auto action = made(What::sessions, request);
    PPP_TRY(const auto words, sort(request, {kPrintKeys, {}}, action));
    if (!words.empty()) return fail(Errc::config, "expected where NAME=VALUE instead of a name");
    PPP_CHECK(Matcher::create(action.where));
    return action;
}

/// Sessions have the names of their users, of which there may be several.
Result<Action> kick(const Request& request) {
    static constexpr Menu active{"ppp active", "active", "", "", false, {}, {}, {}};
    auto action = made(What::kick, request);
    PPP_TRY(const auto words, sort(request, {}, action));
    if (words.empty()) return fail(Errc::config, "expected a session: its user, its number or [find ...]");
    PPP_TRY(const auto all, request.backend.objects("active"));
    for (const auto* word : words) {
        bool found = false;
        if (word->form == Form::word)
            for (const auto& session : all)
                if (const auto user = session.properties.find("name");
                    user != session.properties.end() && user->second == word->value) {
                    action.names.push_back(session.name);
                    found = true;
                }
        if (found) continue;
        PPP_TRY(auto targets, find_targets(request, active, {word}));
        for (auto& name : targets.names)
            if (std::find(action.names.begin(), action.names.end(), name) == action.names.end())
                action.names.push_back(std::move(name));
    }
    if (action.names.empty()) return fail(Errc::not_found, "no session meets the condition");
    return action;
}

Result<Action> traffic(const Request& request) {
    static constexpr auto keys = std::to_array<std::string_view>({"interface", "duration", "interval"});
    static constexpr auto flags = std::to_array<std::string_view>({"once"});
    auto action = made(What::traffic, request);
    PPP_TRY(const auto words, sort(request, {keys, flags}, action));
    PPP_TRY(action.names, plain(words));
    if (auto interface = action.arguments.extract("interface")) action.names.push_back(interface.mapped());
    if (action.names.empty()) return fail(Errc::config, "expected an interface");
    return action;
}

Result<Action> ping(const Request& request) {
    static constexpr auto keys =
        std::to_array<std::string_view>({"address", "interface", "count", "size", "interval", "src-address"});
    auto action = made(What::ping, request);
    PPP_TRY(const auto words, sort(request, {keys, {}}, action));
    PPP_TRY(const auto names, plain(words));
    if (names.size() == 1) action.arguments.emplace("address", names[0]);
    if (names.size() > 1 || !action.arguments.contains("address"))
        return fail(Errc::config, "expected one address to ping");
    action.instead = "ping";
    const auto option = [&](const char* key, const char* letter) {
        if (const auto it = action.arguments.find(key); it != action.arguments.end())
            action.instead += std::string(" ") + letter + " " + shell_word(it->second);
    };
    option("interface", "-I");
    option("src-address", "-I");
    option("count", "-c");
    option("size", "-s");
    option("interval", "-i");
    action.instead += " -- " + shell_word(action.arguments["address"]);
    return action;
}

Result<Action> print_other(const Request& request, What what, const char* instead) {
    auto action = made(what, request);
    PPP_TRY(const auto words, sort(request, {kPrintKeys, {}}, action));
    PPP_TRY(action.names, plain(words));
    PPP_CHECK(Matcher::create(action.where));
    action.instead = instead;
    return action;
}

Result<Action> export_text(const Request& request) {
    static constexpr auto keys = std::to_array<std::string_view>({"file"});
    static constexpr auto flags = std::to_array<std::string_view>({"show-sensitive", "verbose"});
    auto action = made(What::export_text, request);
    PPP_TRY(const auto words, sort(request, {keys, flags}, action));
    if (!words.empty()) return fail(Errc::config, "export takes no names");
    for (const auto& menu : menus())
        if (is_below(menu.path, request.place.path)) action.names.emplace_back(menu.kind);
    if (action.names.empty()) return fail(Errc::config, "there is nothing of PPP Manager to export here");
    return action;
}

Result<std::optional<Action>> some(Result<Action> action) {
    if (!action) return fail(std::move(action).error());
    return std::optional(*std::move(action));
}

}  // namespace

std::optional<Answer> left_out(const Action& action) {
    const bool exported = action.what == What::export_text;
    std::string text;
    const auto add = [&](const char* key, const char* why) {
        if (action.arguments.contains(key))
            text += (text.empty() ? "left out: " : "; left out: ") + std::string(key) + ", " + why;
    };
    add("file", "the shell's > writes what is shown into a file");
    if (action.what != What::ping) add("interval", "watch(1) repeats a command");
    add("verbose", "pppctl show has all values of an object");
    if (text.empty()) return std::nullopt;
    // What is exported stays commands.
    return Answer{.tool = {}, .text = (exported ? "# " : "") + text};
}

Result<std::optional<Action>> translate_action(const Request& request) {
    const auto& path = request.place.path;
    const auto& verb = request.place.verb;
    if (request.command.has_where && verb != "print" && verb != "find")
        return fail(Errc::config, verb + " takes [find ...], not where");
    if (verb == "export" &&
        (path.empty() || path == "ppp" || path == "interface" || find_menu(path) != nullptr))
        return some(export_text(request));
    if (const auto* menu = find_menu(path)) {
        if (verb == "print") return some(list(request, *menu, What::list));
        if (verb == "find") return some(find(request, *menu));
        if (verb == "get") return some(get(request, menu));
        if (verb == "monitor") return some(monitor(request, *menu));
        if (verb == "scan" && menu->kind == "pppoe-client") return some(scan(request));
    }
    if (path == "ppp active" && verb == "print") return some(sessions(request));
    if (path == "ppp active" && verb == "remove") return some(kick(request));
    if (path == "log" && verb == "print")
        return some(print_other(request, What::log, "journalctl -u pppmanager"));
    if (path == "ip route" && verb == "print")
        return some(print_other(request, What::routes, "ip route show"));
    if (path == "interface" && verb == "print")
        return some(print_other(request, What::interfaces, "ip -statistics link show"));
    if (path == "interface" && verb == "get") return some(get(request, nullptr));
    if ((path == "interface" || path == "tool") && verb == "monitor-traffic") return some(traffic(request));
    if ((path.empty() || path == "tool") && verb == "ping") return some(ping(request));
    return std::optional<Action>{};
}

}  // namespace ppp::ctl::ros
