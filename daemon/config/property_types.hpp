// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Value types of the property table: each says how its values are read, written and described.
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

template <std::int64_t Max>
struct Seconds {
    static constexpr Shape kShape = Shape::number;
    static std::string expected() {
        return "a duration from 0s to " + print_duration(seconds(Max)) + " such as 30, 30s or 1h30m";
    }
    static std::optional<seconds> parse(std::string_view t) {
        const auto v = parse_duration(t);
        if (!v || v->count() > Max) return std::nullopt;
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

template <std::int64_t Max>
struct Milliseconds {
    static constexpr Shape kShape = Shape::number;
    static std::string expected() {
        return "a number of milliseconds from 0 to " + std::to_string(Max) + " (or 1s)";
    }
    static std::optional<std::chrono::milliseconds> parse(std::string_view t) {
        const auto v = parse_milliseconds(t);
        if (!v || *v > std::chrono::milliseconds(Max)) return std::nullopt;
        return v;
    }
    static std::string print(std::chrono::milliseconds v) { return std::to_string(v.count()); }
};

/// What travels in one octet-counted field of PAP, CHAP and PPPoE tags.
struct Text {
    static constexpr Shape kShape = Shape::text;
    static std::string expected() { return "a text of at most 255 octets without control characters"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 255 || !printable(t)) return std::nullopt;
        return std::string(t);
    }
    static std::string print(const std::string& v) { return v; }
};

struct Comment : Text {
    static std::string expected() { return "a text of at most 1024 octets"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 1024) return std::nullopt;
        return std::string(t);
    }
};

struct Password {
    static constexpr Shape kShape = Shape::text;
    static std::string expected() { return "a text of at most 255 octets"; }
    static std::optional<Secret> parse(std::string_view t) {
        if (t.size() > 255) return std::nullopt;
        return Secret(t);
    }
    static std::string print(const Secret& v) { return std::string(v.reveal()); }
};

/// "" = unset; whether that is allowed is the row's matter (Required).
struct InterfaceName : Text {
    static std::string expected() {
        return "an interface name (at most 15 octets, no blanks, none of / : %)";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (!t.empty() && !valid_interface_name(t)) return std::nullopt;
        return std::string(t);
    }
};

/// Whether it exists is checked with all other references.
struct ProfileName : Text {
    static std::string expected() { return "the name of a profile"; }
    static std::optional<std::string> parse(std::string_view t) {
        return t.empty() ? std::nullopt : Text::parse(t);
    }
};

/// "" = unset.
struct PoolName : Text {
    static std::string expected() { return "the name of a pool"; }
};

/// A MAC address is kept in upper case with colons, as RouterOS shows it; any other text as it is.
struct CallerId : Text {
    static std::optional<std::string> parse(std::string_view t) {
        if (auto mac = parse_mac(t)) return mac;
        return Text::parse(t);
    }
};

struct Methods {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() { return "a list of mschap2, mschap1, chap and pap"; }
    static std::optional<AuthMethods> parse(std::string_view t) { return parse_auth_methods(t); }
    static std::string print(AuthMethods v) { return print_auth_methods(v); }
};

/// At most two, as many as IPCP can tell a peer (RFC 1877).
struct AddressList {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() { return "a list of at most two IPv4 addresses"; }
    static std::optional<std::vector<std::string>> parse(std::string_view t) {
        std::vector<std::string> out;
        for (const auto part : split_list(t)) {
            const auto address = aaa::parse_ipv4(part);
            if (!address || !usable_address(*address) || out.size() == 2) return std::nullopt;
            out.push_back(aaa::format_ipv4(*address));
        }
        return out;
    }
    static std::string print(const std::vector<std::string>& v) {
        std::string out;
        for (const auto& address : v) out += (out.empty() ? "" : ",") + address;
        return out;
    }
};

/// Whether a pool of that name exists is checked with all other references.
struct AddressOrPool : Text {
    static std::string expected() { return "an IPv4 address or the name of a pool"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto source = parse_address_source(t);
        if (source.kind == AddressSource::Kind::range) return std::nullopt;
        if (source.kind == AddressSource::Kind::address && !usable_range(source.range)) return std::nullopt;
        return Text::parse(t);
    }
};

struct AddressRangeOrPool : Text {
    static std::string expected() { return "an IPv4 address, a range a-b or the name of a pool"; }
    static std::optional<std::string> parse(std::string_view t) {
        const auto source = parse_address_source(t);
        const bool addresses =
            source.kind == AddressSource::Kind::address || source.kind == AddressSource::Kind::range;
        if (addresses && !usable_range(source.range)) return std::nullopt;
        return Text::parse(t);
    }
};

/// "" = unset; overlaps are checked with all other pools.
struct Ranges {
    static constexpr Shape kShape = Shape::list;
    static std::string expected() {
        return "a list of IPv4 ranges such as 10.0.0.2-10.0.0.99 or 10.0.1.0/24";
    }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 65536) return std::nullopt;
        std::string out;
        for (const auto part : split_list(t)) {
            if (!aaa::parse_ranges(part)) return std::nullopt;
            if (!out.empty()) out += ',';
            out += part;
        }
        return out;
    }
    static std::string explain(std::string_view t) {
        for (const auto part : split_list(t))
            if (const auto ranges = aaa::parse_ranges(part); !ranges) return ranges.error().what;
        return "";
    }
    static std::string print(const std::string& v) { return v; }
};

struct Rates : Text {
    static std::string expected() { return "a rate limit rx[/tx] [burst ...] such as 10M/5M"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t.size() > 255 || (!t.empty() && !parse_rate_limit(t))) return std::nullopt;
        return std::string(t);
    }
};

struct ServiceWord : Text {
    static std::string expected() { return "any, pppoe, pptp, ppp, l2tp, ovpn or sstp"; }
    static std::optional<std::string> parse(std::string_view t) {
        if (t == "async") return "ppp";
        for (const std::string_view word : {"any", "pppoe", "pptp", "ppp", "l2tp", "ovpn", "sstp"})
            if (t == word) return std::string(word);
        return std::nullopt;
    }
};

/// How a row of the table is made: `&Struct::member` and its value type.
template <auto Member, class Type>
struct Row;
template <class Object, class T, T Object::*Member, class Type>
struct Row<Member, Type> {
    static bool parse(void* object, std::string_view text) {
        auto value = Type::parse(text);
        if (!value) return false;
        static_cast<Object*>(object)->*Member = *std::move(value);
        return true;
    }
    static std::string print(const void* object) {
        return Type::print(static_cast<const Object*>(object)->*Member);
    }
};

template <auto Member, class Type>
constexpr Property row(std::string_view name, std::string_view meaning) {
    using R = Row<Member, Type>;
    std::string (*explain)(std::string_view) = nullptr;
    if constexpr (requires { &Type::explain; }) explain = &Type::explain;
    return {.name = name,
            .meaning = meaning,
            .shape = Type::kShape,
            .expected = &Type::expected,
            .parse = &R::parse,
            .print = &R::print,
            .explain = explain};
}
constexpr Property required(Property p, Required when) {
    p.required = when;
    return p;
}
constexpr Property refers(Property p, Reference to) {
    p.reference = to;
    return p;
}
constexpr Property secret(Property p) {
    p.secret = true;
    return p;
}
constexpr Property alias(Property p, std::string_view of) {
    p.alias_of = of;
    return p;
}

}  // namespace ppp::config::types
