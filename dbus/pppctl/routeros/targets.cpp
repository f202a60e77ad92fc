// SPDX-License-Identifier: GPL-2.0-or-later
/// @file find_targets(): which objects a command means.
#include <algorithm>
#include <charconv>
#include "base/nearest.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/translate.hpp"

namespace ppp::ctl::ros {
namespace {

class Search {
public:
    Search(const Menu& menu, std::vector<Object> objects) : menu_(menu), objects_(std::move(objects)) {
        if (menu.kind != "profile") return;
        // Exports find the profiles that always exist by what they are.
        for (auto& object : objects_)
            if (object.name == "default" || object.name == "default-encryption")
                object.properties.try_emplace("default", "yes");
    }

    Result<> by_query(Query query) {
        for (auto& term : query.terms)
            if (const auto name = menu_.canonical(term.key); !name.empty()) term.key = name;
        PPP_TRY(const auto matcher, Matcher::create(query));
        for (const auto& object : objects_)
            if (matcher.matches(object)) take(object.name);
        return {};
    }

    /// A name with commas is a name if there is one, else a list.
    Result<> by_word(const std::string& word, bool quoted_word) {
        if (named(word)) {
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
    [[nodiscard]] bool named(std::string_view name) const {
        return std::any_of(objects_.begin(), objects_.end(), [&](const Object& o) { return o.name == name; });
    }

    void take(const std::string& name) {
        if (std::find(found_.begin(), found_.end(), name) == found_.end()) found_.push_back(name);
    }

    Result<> one(const std::string& word) {
        if (named(word)) {
            take(word);
            return {};
        }
        // Exports of RouterOS name what always exists by its internal number.
        if (menu_.kind == "profile" && (word == "*0" || word == "*FFFFFFFE")) {
            take(word == "*0" ? "default" : "default-encryption");
            return {};
        }
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
        std::string text = "there is no " + std::string(menu_.kind) + " " + quoted(word);
        if (const auto meant = nearest(word, names); !meant.empty())
            text += "; did you mean " + quoted(meant) + "?";
        return fail(Errc::not_found, text);
    }

    const Menu& menu_;
    std::vector<Object> objects_;
    std::vector<std::string> found_;
};

}  // namespace

Result<Targets> find_targets(const Request& request, const Menu& menu,
                             const std::vector<const Argument*>& words) {
    Targets out;
    out.given = !words.empty();
    if (!out.given) return out;
    PPP_TRY(auto objects, request.backend.objects(menu.kind));
    Search search(menu, std::move(objects));
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
