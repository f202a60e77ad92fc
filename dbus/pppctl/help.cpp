// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/help.hpp"
#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

namespace ppp::ctl {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kGap = 2;
constexpr std::size_t kWidestLabel = 26;  // what is wider gets a line of its own

using Rows = std::vector<std::pair<std::string, std::string>>;

/// Words in lines of at most kWidth, each line but the first behind `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const auto word = text.substr(0, std::min(text.find(' '), text.size()));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        const bool first = column == indent;
        if (!first && column + 1 + word.size() > kWidth) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string columns_of(const Rows& rows) {
    std::size_t widest = 0;
    for (const auto& [label, text] : rows)
        if (label.size() <= kWidestLabel) widest = std::max(widest, label.size());
    const auto indent = kGap + widest + kGap;
    std::string out;
    for (const auto& [label, text] : rows) {
        out += std::string(kGap, ' ') + label;
        if (label.size() > widest)
            out += "\n" + std::string(indent, ' ');
        else
            out += std::string(indent - kGap - label.size(), ' ');
        out += wrapped(text, indent) + "\n";
    }
    return out;
}

/// "SECONDS" of "SECONDS:INT in [1 - 60]"; "a|b" where the check allows these words.
std::string value_name(const CLI::Option& option) {
    const auto type = option.get_type_name();
    const auto begin = type.find('{'), end = type.find('}');
    if (begin == std::string::npos || end == std::string::npos) return type.substr(0, type.find(':'));
    auto words = type.substr(begin + 1, end - begin - 1);
    std::ranges::replace(words, ',', '|');
    return words;
}

std::string label_of(const CLI::Option& option) {
    std::string out;
    for (const auto& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
    for (const auto& name : option.get_lnames()) out += (out.empty() ? "--" : ", --") + name;
    return option.get_items_expected_max() > 0 ? out + " " + value_name(option) : out;
}

/// As the usage shows it: in brackets where it may be left out, unless its name says that itself.
std::string usage_of(const CLI::Option& option) {
    auto name = option.get_name(true);
    if (name.find(' ') != std::string::npos) return name;
    if (option.get_items_expected_max() > 1) name += "...";
    return option.get_required() ? name : "[" + name + "]";
}

bool shown(const CLI::Option& option) { return !option.get_group().empty(); }

std::string sentence(std::string text) {
    if (text.empty()) return text;
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text.ends_with('.') ? text : text + ".";
}

std::string verbs_of(const CLI::App& app) {
    std::vector<std::string> topics;
    const auto all = app.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* sub : all)
        if (!sub->get_group().empty() && std::ranges::find(topics, sub->get_group()) == topics.end())
            topics.push_back(sub->get_group());
    std::size_t widest = 0;
    for (const auto* sub : all) widest = std::max(widest, sub->get_name().size());
    std::string out;
    for (const auto& topic : topics) {
        Rows rows;
        for (const auto* sub : all)
            if (sub->get_group() == topic)
                rows.emplace_back(sub->get_name() + std::string(widest - sub->get_name().size(), ' '),
                                  sub->get_description());
        out += "\n" + topic + ":\n" + columns_of(rows);
    }
    return out;
}

}  // namespace

std::string HelpText::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
    const auto all = app->get_options();
    const auto verbs = verbs_of(*app);
    std::string usage = "Usage: " + name + " [OPTION...]";
    Rows positionals, options;
    for (const auto* option : all) {
        if (!shown(*option)) continue;
        if (!option->get_positional()) {
            options.emplace_back(label_of(*option), option->get_description());
            continue;
        }
        usage += " " + usage_of(*option);
        if (!option->get_description().empty())
            positionals.emplace_back(option->get_name(true), option->get_description());
    }
    if (!verbs.empty()) usage += " VERB ...";
    std::string out = usage + "\n\n" + wrapped(sentence(app->get_description()), 0) + "\n";
    if (!positionals.empty()) out += "\n" + columns_of(positionals);
    out += verbs + "\nOptions:\n" + columns_of(options);
    if (verbs.empty()) out += "  Those of every verb, --json among them: pppctl --help\n";
    if (!app->get_footer().empty()) out += "\n" + app->get_footer() + "\n";
    return out;
}

}  // namespace ppp::ctl
