// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl show, list KIND and export: the configuration to look at.
#include <algorithm>
#include "base/command_line.hpp"
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

std::string quoted_if_needed(const std::string& value) {
    return value.find_first_of(" \t\"") == std::string::npos ? printable(value)
                                                             : '"' + printable(value) + '"';
}

/// What is not as it would be anyway.
std::string set_values(const ConfigObject& object, const std::vector<PropertyRow>& known) {
    std::string out;
    for (const auto& property : known) {
        const auto value = object.text(property.name);
        if (property.name == "comment" || property.name == "disabled" || value == property.standard) continue;
        if (property.secret && value != "yes") continue;
        out += (out.empty() ? "" : " ") + property.name + "=" +
               (property.secret ? "(set)" : quoted_if_needed(value));
    }
    return out;
}

Json object_json(const ConfigObject& object, const std::vector<PropertyRow>& known) {
    Json out = Json::object();
    out["kind"] = object.kind;
    out["name"] = object.name;
    out["acting"] = object.acting;
    for (const auto& property : known)
        if (const auto it = object.properties.find(property.name); it != object.properties.end())
            out[property.name] = to_json(it->second);
    if (const auto it = object.properties.find("serves"); it != object.properties.end())
        out["serves"] = to_json(it->second);
    return out;
}

/// What is said behind a script that an import brought.
const char* never_run(const std::string& property, const std::string& value) {
    const bool hook = property == "on-up" || property == "on-down";
    return hook && !value.empty() && !is_command_line(value) ? " (not run: RouterOS script)" : "";
}

/// What stands in place of a password that may be shown.
std::string password_line(const PropertyRow& property, const Dictionary& secrets) {
    if (const auto it = secrets.find(property.name); it != secrets.end()) return value_text(it->second);
    if (const auto it = secrets.find("nt-hash"); it != secrets.end())
        return "(NT hash " + value_text(it->second) + ")";
    return "(sealed, and its key is not there)";
}

Outcome<> list_kinds(Context& context) {
    auto all = kinds(context.bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    if (context.json) {
        auto json = Json::array();
        for (const auto& kind : *all)
            json.push_back({{"name", kind.name}, {"meaning", kind.meaning}, {"acting", kind.acting}});
        put(json.dump(2) + "\n");
        return {};
    }
    Table table({"KIND", "MEANING"});
    for (const auto& kind : *all)
        table.add({kind.name, printable(kind.meaning) + (kind.acting ? "" : " (kept, does nothing yet)")});
    put(table.text(context.screen));
    return {};
}

}  // namespace

Outcome<> list_objects(Context& context, const std::string& kind) {
    if (kind == "kinds" || kind.empty()) return list_kinds(context);
    auto known = properties(context.bus, kind);
    if (!known) return ppp::detail::unexpected<Problem>(known.error());
    auto all = configuration(context.bus, kind);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    if (context.json) {
        auto json = Json::array();
        for (const auto& object : *all) json.push_back(object_json(object, *known));
        put(json.dump(2) + "\n");
        return {};
    }
    Table table({"NAME", "STATE", "VALUES", "COMMENT"});
    for (const auto& object : *all) {
        const bool disabled = object.text("disabled") == "yes";
        const auto* state = !object.acting ? "not built yet" : disabled ? "disabled" : "";
        table.add(
            {printable(object.name), state, set_values(object, *known), printable(object.text("comment"))});
    }
    put(table.empty() ? "there is no " + kind + "\n" : table.text(context.screen));
    return {};
}

Outcome<> show(Context& context, std::vector<std::string> words, bool secrets) {
    auto target = take_target(context.bus, words);
    if (!target) return ppp::detail::unexpected<Problem>(target.error());
    if (!words.empty())
        return problem(Exit::usage, "'" + printable(words.front()) + "' is one word too many");
    auto known = properties(context.bus, target->kind);
    if (!known) return ppp::detail::unexpected<Problem>(known.error());
    auto all = configuration(context.bus, target->kind);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto object = std::ranges::find(*all, target->name, &ConfigObject::name);
    if (object == all->end())
        return problem(Exit::not_found, "there is no " + target->kind + " '" + printable(target->name) + "'");
    Dictionary revealed;
    if (secrets) {
        auto got = read_secrets(context.bus, target->kind, target->name);
        if (!got) return ppp::detail::unexpected<Problem>(got.error());
        revealed = *std::move(got);
    }
    if (context.json) {
        auto json = object_json(*object, *known);
        for (const auto& [key, value] : revealed) json[key] = to_json(value);
        put(json.dump(2) + "\n");
        return {};
    }
    std::vector<std::pair<std::string, std::string>> lines{{"kind", target->kind},
                                                           {"name", printable(target->name)}};
    if (!object->acting) lines.emplace_back("state", "kept; this version does nothing with it yet");
    for (const auto& property : *known) {
        auto value = object->text(property.name);
        if (property.secret && secrets)
            value = password_line(property, revealed);
        else if (property.secret)
            value = value == "yes" ? "(set)" : "(none)";
        lines.emplace_back(property.name, printable(value) + never_run(property.name, value));
    }
    if (object->properties.contains("serves"))
        lines.emplace_back("serves", printable(object->text("serves")));
    put(property_list(lines, context.screen));
    return {};
}

Outcome<> explain_kind(Context& context, const std::string& kind) {
    auto known = properties(context.bus, kind);
    if (!known) return ppp::detail::unexpected<Problem>(known.error());
    if (context.json) {
        auto json = Json::array();
        for (const auto& p : *known)
            json.push_back({{"name", p.name},
                            {"meaning", p.meaning},
                            {"expected", p.expected},
                            {"default", p.standard},
                            {"secret", p.secret},
                            {"required", p.required}});
        put(json.dump(2) + "\n");
        return {};
    }
    Table table({"PROPERTY", "DEFAULT", "MUST BE", "MEANING"});
    for (const auto& p : *known)
        table.add({p.name, p.required ? "(required)" : printable(p.standard), printable(p.expected),
                   printable(p.meaning)});
    put(table.text(context.screen));
    return {};
}

}  // namespace ppp::ctl
