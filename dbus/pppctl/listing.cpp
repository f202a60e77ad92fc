// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/listing.hpp"
#include <algorithm>
#include <cctype>
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr std::size_t kUsualWidth = 100;
constexpr std::size_t kIndent = 4;

std::string value_of(const Entry& entry, const std::string& property) {
    const auto it = entry.object.properties.find(property);
    return it == entry.object.properties.end() ? std::string() : it->second;
}

std::string flags(const Entry& entry) {
    std::string text;
    if (entry.disabled) text += 'X';
    if (entry.kept) text += 'I';
    if (entry.running) text += 'R';
    return text;
}

/// What the flags mean that are used.
std::string legend(const std::vector<Entry>& entries) {
    std::string text;
    const auto add = [&](bool Entry::*flag, const char* meaning) {
        if (std::ranges::any_of(entries, flag))
            text += (text.empty() ? "Flags: " : ", ") + std::string(meaning);
    };
    add(&Entry::disabled, "X - disabled");
    add(&Entry::kept, "I - inactive: this version keeps it and does nothing with it yet");
    add(&Entry::running, "R - running");
    return text.empty() ? text : text + "\n";
}

/// "name=value" of all properties; what is empty is left out.
std::vector<std::string> pairs(const Entry& entry, const std::vector<std::string>& properties, bool name) {
    std::vector<std::string> out;
    if (name) out.push_back("name=" + printable(ros::rsc_value(entry.object.name)));
    for (const auto& property : properties)
        if (const auto value = value_of(entry, property); !value.empty() && property != "name")
            out.push_back(property + "=" + printable(ros::rsc_value(value)));
    return out;
}

/// The words in lines of at most `width` columns, the second and later ones indented.
std::string wrapped(const std::string& begin, const std::vector<std::string>& words, std::size_t width) {
    std::string text = begin;
    std::size_t column = begin.size();
    bool fresh = true;
    for (const auto& word : words) {
        const auto size = columns(word);
        if (!fresh && column + 1 + size > width) {
            text += "\n" + std::string(kIndent, ' ');
            column = kIndent;
            fresh = true;
        }
        if (!fresh) text += ' ';
        column += size + (fresh ? 0 : 1);
        text += word;
        fresh = false;
    }
    return text + "\n";
}

std::string table(const Listing& listing, const std::vector<std::string>& properties, bool name,
                  const Screen& screen) {
    std::vector<std::string> headings{"#"}, columns;
    const bool flagged =
        std::ranges::any_of(listing.entries, [](const Entry& e) { return !flags(e).empty(); });
    if (flagged) headings.emplace_back("F");
    const auto head = [&](const std::string& property) {
        std::string heading;
        for (const char c : property)
            heading += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        headings.push_back(heading);
    };
    if (name) head("name");
    for (const auto& property : properties) {
        // Disabled is a flag, and a name of its own stands before.
        if (property == "disabled" || property == "name") continue;
        const auto standard = listing.standard.find(property);
        const auto& usual = standard == listing.standard.end() ? std::string() : standard->second;
        if (std::ranges::all_of(listing.entries, [&](const Entry& entry) {
                const auto value = value_of(entry, property);
                return value.empty() || value == usual;
            }))
            continue;
        columns.push_back(property);
        head(property);
    }
    Table out(headings);
    std::size_t number = 0;
    for (const auto& entry : listing.entries) {
        std::vector<std::string> cells{std::to_string(number++)};
        if (flagged) cells.push_back(flags(entry));
        if (name) cells.push_back(printable(entry.object.name));
        for (const auto& property : columns) cells.push_back(printable(value_of(entry, property)));
        out.add(std::move(cells), entry.running ? Colour::good : Colour::none);
    }
    return out.text(screen);
}

Json as_json(const Listing& listing, const std::vector<std::string>& properties) {
    auto list = Json::array();
    for (const auto& entry : listing.entries) {
        Json one = Json::object();
        one["number"] = list.size();
        one["name"] = entry.object.name;
        one["running"] = entry.running;
        one["acting"] = !entry.kept;
        for (const auto& property : properties) one[property] = value_of(entry, property);
        list.push_back(std::move(one));
    }
    return list;
}

std::string text_of(const Listing& listing, const std::string& form, const std::vector<std::string>& shown,
                    bool name, const Screen& screen) {
    if (listing.entries.empty()) return form == "names" ? "" : "there is none\n";
    std::string text;
    if (form == "detail" || form == "stats-detail") {
        text = legend(listing.entries);
        std::size_t number = 0;
        for (const auto& entry : listing.entries) {
            const auto flag = flags(entry);
            const auto begin = std::to_string(number++) + " " + (flag.empty() ? "" : flag + " ");
            text += wrapped(begin, pairs(entry, shown, name), screen.width > 0 ? screen.width : kUsualWidth);
        }
    } else if (form == "terse" || form == "as-value") {
        std::size_t number = 0;
        for (const auto& entry : listing.entries)
            text += wrapped(std::to_string(number++) + " ", pairs(entry, shown, name), std::string::npos);
    } else if (form == "value-list") {
        for (const auto& entry : listing.entries) {
            std::vector<std::pair<std::string, std::string>> lines;
            if (name) lines.emplace_back("name", printable(entry.object.name));
            for (const auto& property : shown)
                if (const auto value = value_of(entry, property); property != "name" && !value.empty())
                    lines.emplace_back(property, printable(value));
            text += (text.empty() ? "" : "\n") + property_list(lines, screen);
        }
    } else if (form == "names") {
        for (const auto& entry : listing.entries) text += printable(entry.object.name) + "\n";
    } else {
        text = legend(listing.entries) + table(listing, shown, name, screen);
    }
    return text;
}

}  // namespace

ros::Shown print_listing(const Listing& listing, const std::string& form,
                         const std::vector<std::string>& only, const Screen& screen, bool json) {
    const auto wanted = [&](const std::string& property) {
        return only.empty() || std::ranges::find(only, property) != only.end();
    };
    std::vector<std::string> shown;
    std::ranges::copy_if(listing.properties, std::back_inserter(shown), wanted);
    if (form == "count-only") {
        const auto count = std::to_string(listing.entries.size());
        return json ? ros::Shown{{}, count} : ros::Shown{count, {}};
    }
    if (json) return {{}, as_json(listing, shown).dump()};
    auto text = text_of(listing, form, shown, wanted("name"), screen);
    if (!text.empty()) text.pop_back();
    return {text, {}};
}

}  // namespace ppp::ctl
