// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/complete.hpp"
#include <algorithm>
#include <CLI/CLI.hpp>
#include <iterator>
#include <utility>
#include "dbus/pppctl/commands.hpp"

namespace ppp::ctl {
namespace {

using Candidates = std::vector<Candidate>;

void append(Candidates& to, Candidates from) { std::ranges::move(from, std::back_inserter(to)); }

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(separator, at), text.size());
        if (end > at) out.emplace_back(text.substr(at, end - at));
        at = end + separator.size();
    }
    return out;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// "{a,b}" in the description of the option's type, where CLI11 puts the words that its check allows.
Candidates values_of(const CLI::Option& option) {
    const auto type = option.get_type_name();
    const auto begin = type.find('{'), end = type.find('}');
    if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
    Candidates out;
    for (auto& word : split(std::string_view(type).substr(begin + 1, end - begin - 1), ","))
        out.push_back({std::move(word), ""});
    return out;
}

/// The option of a verb, or of the whole program, by its name with the dashes.
CLI::Option* find_option(CLI::App& verb, CLI::App& root, const std::string& name) {
    if (auto* found = verb.get_option_no_throw(name)) return found;
    return root.get_option_no_throw(name);
}

CLI::App* find_verb(CLI::App& app, const std::string& word) {
    const auto all = app.get_subcommands({});
    const auto it = std::ranges::find_if(all, [&](auto* sub) { return sub->check_name(word); });
    return it == all.end() ? nullptr : *it;
}

Candidates options_of(CLI::App& app) {
    Candidates out;
    for (const auto* option : app.get_options())
        for (const auto& name : option->get_lnames())
            if (!option->get_group().empty()) out.push_back({"--" + name, option->get_description()});
    return out;
}

Candidates verbs_of(CLI::App& app) {
    Candidates out;
    for (const auto* sub : app.get_subcommands({}))
        if (!sub->get_group().empty()) out.push_back({sub->get_name(), sub->get_description()});
    return out;
}

/// A positional argument: "KIND" of "KIND [NAME] key=value...".
struct Slot {
    std::string what;
    bool optional = false;
    bool repeated = false;
    std::string help{};  ///< of the whole option
};

std::vector<Slot> slots_of(CLI::App& verb) {
    std::vector<Slot> out;
    for (const auto* option : verb.get_options()) {
        if (!option->get_positional()) continue;
        for (auto what : split(option->get_name(true), " ")) {
            Slot slot{.what = "", .optional = what.front() == '[', .repeated = what.ends_with("...")};
            std::erase_if(what, [](char c) { return c == '[' || c == ']' || c == '.'; });
            slot.what = std::move(what);
            slot.help = option->get_description();
            out.push_back(std::move(slot));
        }
        if (!out.empty() && out.back().what == "CONDITION") out.back().repeated = true;
    }
    return out;
}

/// Completes the positional arguments of one verb.
class Positionals {
public:
    Positionals(CLI::App& verb, Catalogue& catalogue) : catalogue_(catalogue), slots_(slots_of(verb)) {}

    Candidates after(const std::vector<std::string>& words, const std::string& current) {
        std::size_t at = 0;
        for (const auto& word : words) {
            while (at < slots_.size() && slots_[at].optional && !fits(slots_[at], word)) ++at;
            if (at >= slots_.size()) return {};
            take(slots_[at], word);
            if (!slots_[at].repeated) ++at;
        }
        Candidates out;
        for (bool more = true; more && at < slots_.size(); ++at) {
            append(out, candidates(slots_[at], current));
            more = slots_[at].optional;
        }
        return out;
    }

private:
    bool fits(const Slot& slot, const std::string& word) {
        if (slot.what != "KIND") return word.find('=') == std::string::npos;
        const auto all = catalogue_.kinds();
        return std::ranges::find(all, word, &Candidate::word) != all.end();
    }
    void take(const Slot& slot, const std::string& word) {
        if (slot.what == "KIND") kind_ = word;
        if (slot.what == "NAME" && kind_.empty() && of_configuration()) kind_ = catalogue_.kind_of(word);
    }
    /// Whether a NAME is that of an object of the configuration, and not of a client or server that runs.
    [[nodiscard]] bool of_configuration() const {
        return std::ranges::find(slots_, "KIND", &Slot::what) != slots_.end();
    }
    Candidates candidates(const Slot& slot, const std::string& current) {
        if (slot.what == "KIND") {
            auto out = catalogue_.kinds();
            // "clients, servers, kinds, or a kind of object": the words before are taken as well.
            if (const auto end = slot.help.find(", or a kind"); end != std::string::npos)
                for (auto& word : split(slot.help.substr(0, end), ", ")) out.push_back({std::move(word), ""});
            return out;
        }
        if (slot.what == "NAME") return names(slot);
        if (slot.what == "CLIENT") return catalogue_.clients();
        if (slot.what == "SESSION") return catalogue_.sessions();
        if (slot.what == "INTERFACE") return catalogue_.interfaces();
        if (slot.what == "FILE") return {{std::string(kFiles), ""}};
        if (slot.what == "CONDITION") return conditions();
        if (slot.what == "key=value") return settings(current);
        return {};
    }
    Candidates names(const Slot& slot) {
        if (of_configuration()) return slot.optional ? Candidates{} : catalogue_.objects(kind_);
        auto out = catalogue_.clients();
        append(out, catalogue_.servers());
        return out;
    }
    static Candidates conditions() {
        Candidates out;
        for (auto& key : condition_keys()) out.push_back({std::move(key) + "=", ""});
        return out;
    }
    Candidates settings(const std::string& current) {
        if (kind_.empty()) return {};
        if (const auto equals = current.find('='); equals != std::string::npos)
            return values(current.substr(0, equals));
        auto keys = catalogue_.keys(kind_);
        if (!current.starts_with('!')) return keys;
        for (auto& key : keys) key.word = "!" + key.word.substr(0, key.word.find('='));
        return keys;
    }
    Candidates values(const std::string& property) {
        const auto expected = catalogue_.expected(kind_, property);
        Candidates found;
        if (expected.find("name of a profile") != std::string::npos)
            append(found, catalogue_.objects("profile"));
        if (expected.find("name of a pool") != std::string::npos) append(found, catalogue_.objects("pool"));
        if (expected.find("interface name") != std::string::npos) append(found, catalogue_.interfaces());
        for (auto& word : enumerated(expected)) found.push_back({std::move(word), ""});
        for (auto& value : found) value.word = property + "=" + value.word;
        return found;
    }

    Catalogue& catalogue_;
    std::vector<Slot> slots_;
    std::string kind_;
};

/// What was typed before the word that is completed.
struct Typed {
    CLI::App* verb;
    std::vector<std::string> positionals{};
    CLI::Option* open = nullptr;  ///< an option whose value comes next
};

Typed read(CLI::App& app, const std::vector<std::string>& words) {
    Typed out{.verb = &app};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto& word = words[i];
        if (std::exchange(out.open, nullptr) != nullptr) continue;
        if (word.starts_with('-')) {
            auto* option = find_option(*out.verb, app, word.substr(0, word.find('=')));
            if (option != nullptr && takes_value(*option) && word.find('=') == std::string::npos)
                out.open = option;
            continue;
        }
        auto* sub = out.positionals.empty() ? find_verb(*out.verb, word) : nullptr;
        if (sub != nullptr)
            out.verb = sub;
        else
            out.positionals.push_back(word);
    }
    return out;
}

}  // namespace

std::vector<std::string> enumerated(std::string_view expected) {
    if (expected.starts_with("a list of ")) expected.remove_prefix(std::string_view("a list of ").size());
    expected = expected.substr(0, expected.find(" such as"));
    std::vector<std::string> out;
    for (const auto& part : split(expected, ", "))
        for (const auto& half : split(part, " or "))
            for (const auto& word : split(half, " and "))
                if (word.find_first_of(" ()[]/") == std::string::npos) out.push_back(word);
    return out;
}

std::vector<Candidate> complete(CLI::App& app, const std::vector<std::string>& words, Catalogue& catalogue) {
    const auto current = words.empty() ? std::string() : words.back();
    const auto typed = read(app, words);
    Candidates found;
    if (typed.open != nullptr) {
        found = values_of(*typed.open);
    } else if (current.starts_with('-')) {
        found = options_of(*typed.verb);
        if (typed.verb != &app) append(found, options_of(app));
    } else {
        if (typed.positionals.empty()) found = verbs_of(*typed.verb);
        append(found, Positionals(*typed.verb, catalogue).after(typed.positionals, current));
    }
    if (std::ranges::find(found, kFiles, &Candidate::word) != found.end()) return {{std::string(kFiles), ""}};
    std::erase_if(found, [&](const auto& c) { return !c.word.starts_with(current); });
    std::ranges::stable_sort(found, {}, &Candidate::word);
    // Not std::ranges::unique(): clang 14 cannot read libstdc++'s.
    found.erase(std::unique(found.begin(), found.end(),
                            [](const Candidate& a, const Candidate& b) { return a.word == b.word; }),
                found.end());
    return found;
}

}  // namespace ppp::ctl
