// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/query.hpp"
#include <regex.h>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include "base/quoted.hpp"

namespace ppp::ctl::ros {
namespace {

using Kind = Term::Kind;

struct FreeRegex {
    void operator()(regex_t* regex) const {
        ::regfree(regex);
        delete regex;  // NOLINT(cppcoreguidelines-owning-memory): allocated by compile()
    }
};
using Regex = std::unique_ptr<regex_t, FreeRegex>;

/// The C library copies the repeated part for each + and interval, and tries all ways for a reference.
bool harmless(std::string_view pattern) {
    std::size_t pluses = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            if (++i < pattern.size() && pattern[i] >= '1' && pattern[i] <= '9') return false;
        } else if (pattern[i] == '{') {
            return false;
        } else if (pattern[i] == '+') {
            ++pluses;
        }
    }
    return pluses <= 8;
}

Result<Regex> compile(const std::string& pattern) {
    if (pattern.size() > Matcher::kMaxPattern)
        return fail(Errc::config,
                    "a pattern may have " + std::to_string(Matcher::kMaxPattern) + " octets at most");
    if (!harmless(pattern))
        return fail(Errc::config, "the pattern " + quoted(pattern) +
                                      " is too hard: no intervals {}, no references \\1, at most eight +");
    auto regex = std::make_unique<regex_t>();
    if (::regcomp(regex.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        return fail(Errc::config, "the pattern " + quoted(pattern) + " is no regular expression");
    return Regex(regex.release());
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view flag(std::string_view text) {
    return text == "true" ? "yes" : text == "false" ? "no" : text;
}

const std::string& value_of(const Object& object, std::string_view key) {
    static const std::string none;
    const auto it = object.properties.find(key);
    if (it != object.properties.end()) return it->second;
    return key == "name" ? object.name : none;
}

/// Below, at or above zero.
int compare(std::string_view a, std::string_view b) {
    const auto x = number(a), y = number(b);
    if (x && y) return *x < *y ? -1 : *x > *y ? 1 : 0;
    return a.compare(b);
}

}  // namespace

struct Matcher::Step {
    Term term;
    Regex regex;

    [[nodiscard]] bool holds(const Object& object) const {
        const std::string& value = value_of(object, term.key);
        switch (term.kind) {
            case Kind::equal:
                return flag(value) == flag(term.value);
            case Kind::not_equal:
                return flag(value) != flag(term.value);
            case Kind::less:
                return compare(value, term.value) < 0;
            case Kind::greater:
                return compare(value, term.value) > 0;
            case Kind::less_or_equal:
                return compare(value, term.value) <= 0;
            case Kind::greater_or_equal:
                return compare(value, term.value) >= 0;
            case Kind::matches:
                return ::regexec(regex.get(), value.c_str(), 0, nullptr, 0) == 0;
            case Kind::holds:
            case Kind::negate:
            case Kind::all_of:
            case Kind::any_of:
                break;
        }
        return !value.empty() && flag(value) != "no";
    }
};

Matcher::Matcher() = default;
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

Result<Matcher> Matcher::create(const Query& query) {
    Matcher out;
    std::size_t depth = 0;
    for (const auto& term : query.terms) {
        const std::size_t takes = term.kind == Kind::negate                                ? 1
                                  : term.kind == Kind::all_of || term.kind == Kind::any_of ? 2
                                                                                           : 0;
        if (depth < takes) return fail(Errc::malformed, "a condition lacks a part");
        depth = depth - takes + 1;
        Step step{.term = term, .regex = {}};
        if (term.kind == Kind::matches) {
            PPP_TRY(step.regex, compile(term.value));
        }
        out.steps_.push_back(std::move(step));
    }
    if (depth > 1) return fail(Errc::malformed, "conditions are not joined");
    return out;
}

bool Matcher::matches(const Object& object) const {
    std::vector<bool> stack;
    for (const auto& step : steps_) {
        const auto kind = step.term.kind;
        if (kind == Kind::negate) {
            stack.back() = !stack.back();
        } else if (kind == Kind::all_of || kind == Kind::any_of) {
            const bool right = stack.back();
            stack.pop_back();
            stack.back() = kind == Kind::all_of ? stack.back() && right : stack.back() || right;
        } else {
            stack.push_back(step.holds(object));
        }
    }
    return stack.empty() || stack.back();
}

}  // namespace ppp::ctl::ros
