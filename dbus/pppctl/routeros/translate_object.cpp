// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Commands that change objects of ours: add, set, remove, enable, disable, comment, unset.
#include <algorithm>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/translate.hpp"

namespace ppp::ctl::ros {
namespace {

using Form = Argument::Form;

/// The arguments of a command, sorted.
struct Arguments {
    std::string name;
    bool has_name = false;
    Properties properties;
    std::vector<const Argument*> targets;
    std::vector<Step> notes;
};

std::string article(std::string_view kind) {
    return (kind.find_first_of("aeiou") == 0 ? "an " : "a ") + std::string(kind);
}

std::string no_property(const Menu& menu, std::string_view key) {
    std::vector<std::string_view> known(menu.properties.begin(), menu.properties.end());
    if (menu.only.empty()) known.emplace_back("name");
    for (const auto& rename : menu.renames) known.push_back(rename.from);
    std::string text = article(menu.kind) + " has no property " + quoted(key);
    if (const auto meant = nearest(key, known); !meant.empty())
        return text + "; did you mean " + quoted(meant) + "?";
    return text;
}

bool names_interface(const Menu& menu, std::string_view property) {
    return (property == "interface" || property == "port") && menu.has(property);
}

Result<> take_property(const Request& request, const Menu& menu, const Argument& argument, Arguments& out) {
    const auto name = menu.canonical(argument.key);
    if (name.empty()) {
        if (const auto* left_out = menu.left_out_as(argument.key)) {
            out.notes.emplace_back(
                Answer{"", std::string(left_out->name) + " is left out: " + std::string(left_out->why)});
            return {};
        }
        return fail(Errc::config, no_property(menu, argument.key));
    }
    std::string value = argument.value;
    if (names_interface(menu, name))
        if (const auto it = request.options.interfaces.find(value); it != request.options.interfaces.end())
            value = it->second;
    if (!out.properties.emplace(name, std::move(value)).second)
        return fail(Errc::config, quoted(argument.key) + " is given twice");
    return {};
}

Result<Arguments> sort_arguments(const Request& request, const Menu& menu) {
    Arguments out;
    for (const auto& argument : request.place.arguments) {
        switch (argument.form) {
            case Form::word:
            case Form::find:
                out.targets.push_back(&argument);
                break;
            case Form::pair_find:
                if (argument.key != "numbers" && argument.key != ".id")
                    return fail(Errc::config, quoted(argument.key) + " takes a value, not [find ...]");
                out.targets.push_back(&argument);
                break;
            case Form::expression:
                return fail(
                    Errc::config,
                    (argument.key.empty() ? "an argument" : quoted(argument.key)) +
                        " is an expression of RouterOS' language, which is not run here; write its value");
            case Form::unset:
            case Form::pair:
                if (argument.key == "numbers" || argument.key == ".id") {
                    out.targets.push_back(&argument);
                } else if (argument.key == "name" && menu.only.empty()) {
                    if (out.has_name) return fail(Errc::config, "'name' is given twice");
                    if (argument.value.empty()) return fail(Errc::config, "a name cannot be empty");
                    out.name = argument.value;
                    out.has_name = true;
                } else {
                    PPP_CHECK(take_property(request, menu, argument, out));
                }
                break;
        }
    }
    return out;
}

std::vector<Step> with_notes(std::vector<Step> steps, Arguments& arguments) {
    std::move(arguments.notes.begin(), arguments.notes.end(), std::back_inserter(steps));
    return steps;
}

Result<std::string> free_name(const Request& request, const Menu& menu) {
    if (menu.generated.empty()) return fail(Errc::config, article(menu.kind) + " needs a name: name=...");
    for (std::size_t i = 1;; ++i) {
        auto name = std::string(menu.generated) + std::to_string(i);
        PPP_TRY(const bool taken, request.backend.exists(menu.kind, name));
        if (!taken) return name;
    }
}

Result<std::vector<Step>> add(const Request& request, const Menu& menu) {
    PPP_TRY(auto arguments, sort_arguments(request, menu));
    if (!menu.only.empty())
        return fail(Errc::config, "there is always one " + std::string(menu.kind) + " and no more; use set");
    if (!arguments.targets.empty())
        return fail(Errc::config, "add takes name=value only, not " + quoted(arguments.targets[0]->value));
    std::vector<Step> steps;
    if (!arguments.has_name) {
        PPP_TRY(arguments.name, free_name(request, menu));
    }
    PPP_TRY(auto edit, settle(request.backend,
                              Edit{.verb = Edit::Verb::add,
                                   .kind = std::string(menu.kind),
                                   .name = arguments.name,
                                   .properties = std::move(arguments.properties)},
                              request.options.replace));
    steps.emplace_back(std::move(edit));
    return with_notes(std::move(steps), arguments);
}

/// RouterOS before its version 3 had one server, switched on by `set enabled=yes`: what names no server means
/// all of them, and where there is none makes one, which cannot listen before it has an interface.
Result<std::vector<Step>> set_all_servers(const Request& request, const Menu& menu, Arguments& arguments) {
    PPP_TRY(const auto objects, request.backend.objects(menu.kind));
    std::vector<Step> steps;
    steps.reserve(objects.size());
    for (const auto& object : objects)
        steps.emplace_back(Edit{.verb = Edit::Verb::set,
                                .kind = std::string(menu.kind),
                                .name = object.name,
                                .properties = arguments.properties});
    if (!steps.empty()) return with_notes(std::move(steps), arguments);
    PPP_TRY(auto name, free_name(request, menu));
    const bool can_listen = arguments.properties.contains("interface");
    if (!can_listen) {
        arguments.properties.erase("enabled");
        arguments.properties["disabled"] = "yes";
        arguments.notes.emplace_back(Answer{
            "", "there was no server, so " + name +
                    " was made, disabled until it has an interface: /interface pppoe-server server set " +
                    name + " interface=eth0 disabled=no"});
    }
    steps.emplace_back(Edit{.verb = Edit::Verb::add,
                            .kind = std::string(menu.kind),
                            .name = name,
                            .properties = std::move(arguments.properties)});
    return with_notes(std::move(steps), arguments);
}

Result<std::vector<Step>> edit_targets(const Request& request, const Menu& menu, Edit::Verb verb,
                                       Arguments& arguments) {
    Targets targets;
    if (!menu.only.empty()) {
        targets = {.given = true, .names = {std::string(menu.only)}};
    } else {
        PPP_TRY(targets, find_targets(request, menu, arguments.targets));
    }
    if (!targets.given)
        return fail(Errc::config,
                    "expected which " + std::string(menu.kind) + ": its name, its number or [find ...]");
    if (!menu.only.empty()) {
        // Always there on RouterOS; here it is made by the first command that sets something.
        PPP_TRY(const bool there, request.backend.exists(menu.kind, menu.only));
        if (!there) verb = Edit::Verb::add;
    }
    std::vector<Step> steps;
    for (auto& name : targets.names) {
        Edit edit{.verb = verb,
                  .kind = std::string(menu.kind),
                  .name = std::move(name),
                  .properties = arguments.properties};
        // A file never adds what always exists: its `set` stands for that.
        if (request.options.replace && verb == Edit::Verb::set && menu.always_there(edit.name) &&
            request.replaced.emplace(edit.kind, edit.name).second) {
            PPP_TRY(edit, whole(request.backend, std::move(edit)));
        }
        steps.emplace_back(std::move(edit));
    }
    if (steps.empty())
        steps.emplace_back(
            Answer{"", "no " + std::string(menu.kind) + " meets the condition, so nothing changed"});
    return with_notes(std::move(steps), arguments);
}

Result<std::vector<Step>> set(const Request& request, const Menu& menu) {
    PPP_TRY(auto arguments, sort_arguments(request, menu));
    if (!menu.only.empty() && !arguments.targets.empty())
        return fail(Errc::config, "set of the only " + std::string(menu.kind) + " takes name=value only");
    if (arguments.has_name) {
        // A new name would be a new object without its password, which nobody can read.
        PPP_TRY(const auto targets, find_targets(request, menu, arguments.targets));
        if (targets.names != std::vector{arguments.name})
            return fail(Errc::config, "objects keep their names: remove it and add it with the new name");
    }
    if (arguments.properties.empty()) {
        if (arguments.notes.empty()) return fail(Errc::config, "expected name=value to set");
        return with_notes({}, arguments);
    }
    if (menu.kind == "pppoe-server" && arguments.targets.empty())
        return set_all_servers(request, menu, arguments);
    return edit_targets(request, menu, Edit::Verb::set, arguments);
}

Result<std::vector<Step>> unset(const Request& request, const Menu& menu) {
    Arguments arguments;
    for (const auto& argument : request.place.arguments) {
        if (argument.form == Form::pair && argument.key == "value-name") {
            Argument cleared;
            cleared.key = argument.value;
            PPP_CHECK(take_property(request, menu, cleared, arguments));
        } else if (argument.form == Form::word || argument.form == Form::find) {
            arguments.targets.push_back(&argument);
        } else {
            return fail(Errc::config, "unset takes a target and value-name=...");
        }
    }
    if (arguments.properties.empty()) return fail(Errc::config, "expected value-name=...");
    return edit_targets(request, menu, Edit::Verb::set, arguments);
}

/// remove, enable, disable: targets and nothing else.
Result<std::vector<Step>> change(const Request& request, const Menu& menu) {
    PPP_TRY(auto arguments, sort_arguments(request, menu));
    const auto& verb = request.place.verb;
    if (arguments.has_name || !arguments.properties.empty())
        return fail(Errc::config, verb + " takes targets only");
    if (verb == "remove") {
        if (!menu.only.empty())
            return fail(Errc::config, "the only " + std::string(menu.kind) + " cannot be removed");
        return edit_targets(request, menu, Edit::Verb::remove, arguments);
    }
    if (menu.has("disabled"))
        arguments.properties["disabled"] = verb == "disable" ? "yes" : "no";
    else
        return fail(Errc::config, article(menu.kind) + " is always in force: there is no " + verb);
    return edit_targets(request, menu, Edit::Verb::set, arguments);
}

/// `comment TARGET "text"` and `comment TARGET comment="text"`.
Result<std::vector<Step>> comment(const Request& request, const Menu& menu) {
    PPP_TRY(auto arguments, sort_arguments(request, menu));
    if (!menu.has("comment")) return fail(Errc::config, no_property(menu, "comment"));
    if (!arguments.properties.contains("comment") && arguments.targets.size() >= 2) {
        arguments.properties["comment"] = arguments.targets.back()->value;
        arguments.targets.pop_back();
    }
    if (!arguments.properties.contains("comment") || arguments.properties.size() != 1 || arguments.has_name)
        return fail(Errc::config, "expected a target and a text");
    return edit_targets(request, menu, Edit::Verb::set, arguments);
}

/// One guide gives `/interface pppoe-server add` the properties of a server; RouterOS makes an entry of it,
/// the interface kept for one user.
Result<const Menu*> meant_menu(const Request& request, const Menu& menu) {
    if (menu.kind != "pppoe-server-entry" || request.place.verb != "add") return &menu;
    const auto* server = menu_of("pppoe-server");
    std::string of_server, of_entry;
    for (const auto& argument : request.place.arguments) {
        if (argument.key.empty() || argument.key == "name") continue;
        const bool entry = !menu.canonical(argument.key).empty();
        if (!server->canonical(argument.key).empty() && !entry) of_server = argument.key;
        if (argument.key == "user" || argument.key == "service") of_entry = argument.key;
    }
    if (of_server.empty()) return &menu;
    if (!of_entry.empty())
        return fail(Errc::config, quoted(of_server) + " belongs to a server and " + quoted(of_entry) +
                                      " to an interface kept for one user; add them one by one");
    return server;
}

}  // namespace

Result<std::vector<Step>> translate_object(const Request& request, const Menu& menu) {
    const auto& verb = request.place.verb;
    PPP_TRY(const auto* meant, meant_menu(request, menu));
    if (verb == "add") return add(request, *meant);
    if (verb == "set") return set(request, menu);
    if (verb == "unset") return unset(request, menu);
    if (verb == "remove" || verb == "enable" || verb == "disable") return change(request, menu);
    if (verb == "comment") return comment(request, menu);
    return fail(Errc::config, "/" + std::string(menu.path) + " has no command " + quoted(verb));
}

}  // namespace ppp::ctl::ros
