// SPDX-License-Identifier: GPL-2.0-or-later
/// @file find_targets(): which objects a command means.
#include <algorithm>
#include <charconv>
#include <set>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/translate.hpp"

namespace ppp::ctl::ros {
namespace {

class Search {
public:
    Search(const Menu& menu, Backend& backend) : menu_(menu), backend_(backend) {}

    Result<> by_query(Query query) {
        for (auto& term : query.terms)
            if (const auto name = menu_.canonical(term.key); !name.empty()) term.key = name;
        PPP_TRY(const auto matcher, Matcher::create(query));
        PPP_CHECK(load());
        for (const auto& object : objects_)
            if (matcher.matches(object)) take(object.name);
        return {};
    }

    /// A name with commas is a name if there is one, else a list.
    Result<> by_word(const std::string& word, bool quoted_word) {
        PPP_TRY(const bool named, backend_.exists(menu_.kind, word));
        if (named) {
            take(word);
            return {};
        }
        std::string_view rest = word;
        do {
            const auto comma = quoted_word ? rest.size() : std::min(rest.find(','), rest.size());
            PPP_CHECK(one(std::string(rest.substr(0, comma))));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        } while (!rest.empty());
        return {};
    }

    std::vector<std::string> take_all() && { return std::move(found_); }

private:
    /// The listing, which most commands can do without.
    Result<> load() {
        if (loaded_) return {};
        PPP_TRY(objects_, backend_.objects(menu_.kind));
        loaded_ = true;
        if (menu_.kind != "profile") return {};
        // Exports find the profiles that always exist by what they are.
        for (auto& object : objects_)
            if (object.name == "default" || object.name == "default-encryption")
                object.properties.try_emplace("default", "yes");
        return {};
    }

    void take(const std::string& name) {
        if (seen_.insert(name).second) found_.push_back(name);
    }

    Result<> one(const std::string& word) {
        PPP_TRY(const bool named, backend_.exists(menu_.kind, word));
        if (named) {
            take(word);
            return {};
        }
        // Exports of RouterOS name what always exists by its internal number.
        if (menu_.kind == "profile" && (word == "*0" || word == "*FFFFFFFE")) {
            take(word == "*0" ? "default" : "default-encryption");
            return {};
        }
        PPP_CHECK(load());
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (!word.empty() && error == std::errc() && end == word.data() + word.size()) {
            if (number < objects_.size()) {
                take(objects_[number].name);
                return {};
            }
            return fail(Errc::not_found, "there is no " + std::string(menu_.kind) + " number " + word +
                                             "; they are counted from 0 and there are " +
                                             std::to_string(objects_.size()));
        }
        std::vector<std::string_view> names;
        for (const auto& object : objects_) names.push_back(object.name);
        const auto what = menu_.kind == "active" ? std::string("session") : std::string(menu_.kind);
        std::string text = "there is no " + what + " " + quoted(word);
        if (const auto meant = nearest(word, names); !meant.empty())
            text += "; did you mean " + quoted(meant) + "?";
        return fail(Errc::not_found, text);
    }

    const Menu& menu_;
    Backend& backend_;
    bool loaded_ = false;
    std::vector<Object> objects_;
    std::vector<std::string> found_;
    std::set<std::string> seen_;
};

}  // namespace

Result<Targets> find_targets(const Request& request, const Menu& menu,
                             const std::vector<const Argument*>& words) {
    Targets out;
    out.given = !words.empty();
    if (!out.given) return out;
    Search search(menu, request.backend);
    for (const auto* word : words) {
        if (word->form == Argument::Form::find || word->form == Argument::Form::pair_find)
            PPP_CHECK(search.by_query(word->query));
        else
            PPP_CHECK(search.by_word(word->value, word->quoted));
    }
    out.names = std::move(search).take_all();
    return out;
}

}  // namespace ppp::ctl::ros
