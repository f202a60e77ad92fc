// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl add, set, remove, enable, disable and check: one transaction each.
#include <algorithm>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/input.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

Dictionary options_of(const Change& change) {
    Dictionary out;
    if (change.dry_run) out.emplace("DryRun", sdbus::Variant{true});
    if (change.revision) out.emplace("Revision", sdbus::Variant{*change.revision});
    return out;
}

/// "password" alone asks for it; "password=x" is taken only when that is wanted.
Outcome<Dictionary> read_words(Context& context, const Change& change, const Target& target,
                               const std::vector<std::string>& words) {
    auto known = properties(context.bus, target.kind);
    if (!known) return ppp::detail::unexpected<Problem>(known.error());
    const auto is_secret = [&](const std::string& key) {
        return std::ranges::any_of(*known, [&](const auto& p) { return p.name == key && p.secret; });
    };
    Dictionary out;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        const auto key = word.substr(0, equals);
        if (equals == std::string::npos && is_secret(key)) {
            auto password = read_password(target.name.empty() ? "the new " + target.kind
                                                              : target.kind + " '" + target.name + "'");
            if (!password) return ppp::detail::unexpected<Problem>(password.error());
            out[key] = sdbus::Variant{std::string(password->reveal())};
        } else if (equals == std::string::npos && key.starts_with('!')) {
            out[key] = sdbus::Variant{std::string()};
        } else if (equals == std::string::npos) {
            return problem(Exit::usage, "'" + printable(word) + "' is not key=value");
        } else if (is_secret(key) && !change.password_in_arguments) {
            return problem(Exit::usage,
                           "a password among the arguments is seen by every user of this machine: "
                           "write only '" +
                               key +
                               "' and it is asked for, or read from standard "
                               "input; --password-in-arguments takes it nevertheless");
        } else {
            out[key] = sdbus::Variant{word.substr(equals + 1)};
        }
    }
    return out;
}

std::vector<std::string> lines_of(const Dictionary& report, const char* key) {
    const auto it = report.find(key);
    return it != report.end() && it->second.containsValueOfType<std::vector<std::string>>()
               ? it->second.get<std::vector<std::string>>()
               : std::vector<std::string>{};
}

/// The daemon tells where in its files a mistake is; whoever typed an object knows it by kind and name:
/// "config.json: /pool/homes/ranges: has to be ..." becomes "pool 'homes': ranges: has to be ...".
std::string by_object(const std::string& line) {
    for (const auto* file : {"config.json: /", "secrets.json: /"}) {
        if (!line.starts_with(file)) continue;
        const auto begin = std::string_view(file).size();
        const auto name = line.find('/', begin), colon = line.find(": ", begin);
        if (name == std::string::npos || colon == std::string::npos || name > colon) return line;
        const auto property = line.find('/', name + 1);
        const bool whole = property == std::string::npos || property > colon;
        auto text = line.substr(begin, name - begin) + " '" +
                    line.substr(name + 1, (whole ? colon : property) - name - 1) + "': ";
        if (!whole) text += line.substr(property + 1, colon - property - 1) + ": ";
        return text + line.substr(colon + 2);
    }
    return line;
}

Problem by_object(const Problem& problem) {
    std::string text;
    for (std::size_t begin = 0; begin <= problem.text.size();) {
        const auto end = std::min(problem.text.find('\n', begin), problem.text.size());
        text += (begin == 0 ? "" : "\n") + by_object(problem.text.substr(begin, end - begin));
        begin = end + 1;
    }
    return {problem.status, text};
}

}  // namespace

std::string describe_report(const Dictionary& report, bool dry_run) {
    std::string text;
    for (const auto& line : lines_of(report, "Changes"))
        text += (dry_run ? "would be: " : "") + printable(line) + "\n";
    if (text.empty()) text = "nothing changes\n";
    for (const auto& line : lines_of(report, "Notes")) text += "note: " + printable(line) + "\n";
    const auto dropped = report.contains("SessionsDropped") ? value_text(report.at("SessionsDropped")) : "0";
    const auto sessions = report.contains("Sessions") ? value_text(report.at("Sessions")) : "0";
    if (dropped != "0")
        text += (dry_run ? "would drop " : "drops ") + dropped + " of " + sessions + " sessions:\n";
    for (const auto& line : lines_of(report, "Dropped")) text += "  " + printable(line) + "\n";
    return text;
}

Outcome<Dictionary> send_edits(Context& context, const std::vector<BusEdit>& edits, const Change& change) {
    auto report = context.bus.ask<Dictionary>(kRoot, kManager, "Edit", edits, options_of(change));
    if (!report) return ppp::detail::unexpected<Problem>(by_object(report.error()));
    return report;
}

Outcome<> commit_edits(Context& context, const std::vector<BusEdit>& edits, const Change& change) {
    auto report = send_edits(context, edits, change);
    if (!report) return ppp::detail::unexpected<Problem>(report.error());
    put(context.json ? to_json(*report).dump(2) + "\n" : describe_report(*report, change.dry_run));
    return {};
}

/// A user of our servers who is let in without a password is somebody's wish, so it is asked for.
Outcome<> ask_for_password(const Target& target, std::vector<std::string>& words) {
    if (target.kind != "secret") return {};
    for (const auto& word : words)
        if (word == "password" || word.starts_with("password=") || word == "disabled=yes" ||
            word == "enabled=no")
            return {};
    if (!can_ask())
        return problem(Exit::usage, "secret '" + printable(target.name) +
                                        "' needs a password: write the word password and give it on standard "
                                        "input, from a file or a pipe");
    words.emplace_back("password");
    return {};
}

Outcome<> add(Context& context, const Change& change) {
    auto words = change.words;
    if (words.empty()) return problem(Exit::usage, "which kind? see: pppctl list kinds");
    Target target{words.front(), {}};
    words.erase(words.begin());
    if (!words.empty() && words.front().find('=') == std::string::npos) {
        target.name = words.front();
        words.erase(words.begin());
    }
    if (auto asked = ask_for_password(target, words); !asked) return asked;
    auto values = read_words(context, change, target, words);
    if (!values) return ppp::detail::unexpected<Problem>(values.error());
    return commit_edits(context, {BusEdit{"add", target.kind, target.name, *values}}, change);
}

Outcome<> set(Context& context, const Change& change) {
    auto words = change.words;
    auto target = take_target(context.bus, words);
    if (!target) return ppp::detail::unexpected<Problem>(target.error());
    if (words.empty())
        return problem(Exit::usage, "set what? key=value is missing; see: pppctl show " + target->kind + " " +
                                        target->name);
    auto values = read_words(context, change, *target, words);
    if (!values) return ppp::detail::unexpected<Problem>(values.error());
    return commit_edits(context, {BusEdit{"set", target->kind, target->name, *values}}, change);
}

Outcome<> remove(Context& context, const Change& change) {
    auto words = change.words;
    auto target = take_target(context.bus, words);
    if (!target) return ppp::detail::unexpected<Problem>(target.error());
    if (!words.empty())
        return problem(Exit::usage,
                       "one object at a time; '" + printable(words.front()) + "' is one too many");
    return commit_edits(context, {BusEdit{"remove", target->kind, target->name, Dictionary{}}}, change);
}

Outcome<> enable(Context& context, const Change& change, bool enabled) {
    auto words = change.words;
    auto target = take_target(context.bus, words);
    if (!target) return ppp::detail::unexpected<Problem>(target.error());
    const Dictionary values{{"disabled", sdbus::Variant{!enabled}}};
    return commit_edits(context, {BusEdit{"set", target->kind, target->name, values}}, change);
}

Outcome<> check(Context& context, const std::string& path) {
    const auto text = read_text(path);
    if (!text) return ppp::detail::unexpected<Problem>(text.error());
    auto report = context.bus.ask<Dictionary>(kRoot, kManager, "Commit", *text,
                                              Dictionary{{"DryRun", sdbus::Variant{true}}});
    if (!report) return ppp::detail::unexpected<Problem>(report.error());
    put(context.json ? to_json(*report).dump(2) + "\n" : describe_report(*report, true));
    return {};
}

}  // namespace ppp::ctl
