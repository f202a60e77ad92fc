// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Value types of the property table, flags, numbers and durations: how they are read, written,
/// described.
///
/// A value type has Shape, expected(), parse(text) -> optional<T> and print(T). Included by the table only.
#pragma once
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>
#include "config/property.hpp"
#include "config/values.hpp"

namespace ppp::config::types {

using std::chrono::seconds;

/// What a parser of values that can be unset returns: nullopt is "no spelling", an empty inner one "unset".
template <class T>
std::optional<std::optional<T>> set(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>(std::in_place, value);
}

struct YesNo {
    static constexpr Shape kShape = Shape::flag;
    static std::string expected() { return "yes or no"; }
    static std::optional<bool> parse(std::string_view t) { return parse_yes_no(t); }
    static std::string print(bool v) { return std::string(print_yes_no(v)); }
};

/// The same value under the opposite name.
struct NoYes : YesNo {
    static std::optional<bool> parse(std::string_view t) {
        const auto v = parse_yes_no(t);
        return v ? std::optional(!*v) : std::nullopt;
    }
    static std::string print(bool v) { return YesNo::print(!v); }
};

/// yes, no, or "default": what the profile "default" says.
struct YesNoDefault {
    static constexpr Shape kShape = Shape::flag;
    static std::string expected() { return "yes, no or default"; }
    static std::optional<std::optional<bool>> parse(std::string_view t) {
        if (t == "default") return std::optional<bool>{};
        const auto v = parse_yes_no(t);
        return set(v);
    }
    static std::string print(std::optional<bool> v) { return v ? YesNo::print(*v) : "default"; }
};

struct EncryptionWord {
    static constexpr Shape kShape = Shape::flag;
    static std::string expected() { return "yes, no, required or default"; }
    static std::optional<std::optional<Encryption>> parse(std::string_view t) {
        if (t == "default") return std::optional<Encryption>{};
        if (t == "required" || t == "require") return Encryption::required;
        const auto v = parse_yes_no(t);
        if (!v) return std::nullopt;
        return *v ? Encryption::yes : Encryption::no;
    }
    static std::string print(std::optional<Encryption> v) {
        if (!v) return "default";
        return *v == Encryption::required ? "required" : YesNo::print(*v == Encryption::yes);
    }
};

template <std::unsigned_integral T, std::uint64_t Low, std::uint64_t High>
struct Number {
    static_assert(High <= std::numeric_limits<T>::max());
    static constexpr Shape kShape = Shape::number;
    static std::string expected() {
        return "a number from " + std::to_string(Low) + " to " + std::to_string(High);
    }
    static std::optional<T> parse(std::string_view t) {
        const auto v = parse_number(t);
        if (!v || *v < Low || *v > High) return std::nullopt;
        return static_cast<T>(*v);
    }
    static std::string print(T v) { return std::to_string(v); }
};

// NOLINTBEGIN(modernize-avoid-c-arrays): the argument of a template is a pointer to such an array
inline constexpr char kAuto[] = "auto";
inline constexpr char kDisabled[] = "disabled";
// NOLINTEND(modernize-avoid-c-arrays)

/// A number, or "" for "unset".
template <std::uint64_t Low, std::uint64_t High>
struct OptionalNumber {
    using Inner = Number<std::uint16_t, Low, High>;
    static constexpr Shape kShape = Shape::number;
    static std::string expected() { return Inner::expected(); }
    static std::optional<std::optional<std::uint16_t>> parse(std::string_view t) {
        if (t.empty()) return std::optional<std::uint16_t>{};
        const auto v = Inner::parse(t);
        return set(v);
    }
    static std::string print(std::optional<std::uint16_t> v) { return v ? Inner::print(*v) : ""; }
};

/// A number, or a word for "unset".
template <const char* Word, std::uint64_t Low, std::uint64_t High>
struct NumberOr {
    using Inner = Number<std::uint16_t, Low, High>;
    static constexpr Shape kShape = Shape::number;
    static std::string expected() { return Inner::expected() + " or " + Word; }
    static std::optional<std::optional<std::uint16_t>> parse(std::string_view t) {
        if (t == Word) return std::optional<std::uint16_t>{};
        const auto v = Inner::parse(t);
        return set(v);
    }
    static std::string print(std::optional<std::uint16_t> v) { return v ? Inner::print(*v) : Word; }
};

template <std::int64_t Max, std::int64_t Min = 0>
struct Seconds {
    static constexpr Shape kShape = Shape::number;
    static std::string expected() {
        return "a duration from " + print_duration(seconds(Min)) + " to " + print_duration(seconds(Max)) +
               " such as 30, 30s or 1h30m";
    }
    static std::optional<seconds> parse(std::string_view t) {
        const auto v = parse_duration(t);
        if (!v || v->count() < Min || v->count() > Max) return std::nullopt;
        return v;
    }
    static std::string print(seconds v) { return print_duration(v); }
};

/// A duration; 0 = never, which may be written "disabled" too.
struct Keepalive : Seconds<86400> {
    static std::optional<seconds> parse(std::string_view t) {
        return t == kDisabled ? seconds(0) : Seconds::parse(t);
    }
};

/// A duration, or "" for unset.
template <std::int64_t Max>
struct OptionalSeconds {
    static constexpr Shape kShape = Shape::number;
    static std::string expected() { return Seconds<Max>::expected(); }
    static std::optional<std::optional<seconds>> parse(std::string_view t) {
        if (t.empty()) return std::optional<seconds>{};
        const auto v = Seconds<Max>::parse(t);
        return set(v);
    }
    static std::string print(std::optional<seconds> v) { return v ? print_duration(*v) : ""; }
};

template <std::int64_t Max, std::int64_t Min = 0>
struct Milliseconds {
    static constexpr Shape kShape = Shape::number;
    static std::string expected() {
        return "a number of milliseconds from " + std::to_string(Min) + " to " + std::to_string(Max) +
               " (or 1s)";
    }
    static std::optional<std::chrono::milliseconds> parse(std::string_view t) {
        const auto v = parse_milliseconds(t);
        if (!v || v->count() < Min || v->count() > Max) return std::nullopt;
        return v;
    }
    static std::string print(std::chrono::milliseconds v) { return std::to_string(v.count()); }
};

}  // namespace ppp::config::types
