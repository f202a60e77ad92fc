// SPDX-License-Identifier: GPL-2.0-or-later
/// @file How a row of the property table is made, and the rows that several kinds have. Included by
/// rows_*.hpp.
#pragma once
#include "config/property_types.hpp"
#include "config/property_types_text.hpp"

namespace ppp::config::types {

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
/// A password: another one is kept in the form of the one before.
template <auto Member>
struct SecretRow;
template <class Object, Password Object::*Member>
struct SecretRow<Member> {
    static Password* password(void* object) { return &(static_cast<Object*>(object)->*Member); }
    static bool parse(void* object, std::string_view text) {
        if (text.size() > 255) return false;
        password(object)->give(Secret(text));
        return true;
    }
    static std::string print(const void* object) {
        return std::string((static_cast<const Object*>(object)->*Member).reveal());
    }
    static bool parse_storage(void* object, std::string_view text) {
        const auto storage = config::parse_storage(text);
        if (storage) password(object)->keep_as(*storage);
        return storage.has_value();
    }
    static std::string print_storage(const void* object) {
        return std::string(storage_name((static_cast<const Object*>(object)->*Member).storage()));
    }
    static bool parse_seal(void* object, std::string_view text) {
        return text != storage_name(PasswordStorage::nt_hash) && parse_storage(object, text);
    }
};

template <auto Member>
constexpr Property secret_row(std::string_view name, std::string_view meaning) {
    using R = SecretRow<Member>;
    return {.name = name,
            .meaning = meaning,
            .shape = Shape::text,
            .expected = [] { return std::string("a text of at most 255 octets"); },
            .parse = &R::parse,
            .print = &R::print,
            .secret = true,
            .password = &R::password};
}
/// The PIN of a SIM card (3GPP TS 31.101 section 9.5.1); "" = none. A card counts what it is given wrongly.
template <auto Member>
constexpr Property pin_row(std::string_view name, std::string_view meaning) {
    auto out = secret_row<Member>(name, meaning);
    out.expected = [] { return std::string("a number of 4 to 8 digits"); };
    out.parse = [](void* object, std::string_view text) {
        const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
        if (!digits || (!text.empty() && (text.size() < 4 || text.size() > 8))) return false;
        return SecretRow<Member>::parse(object, text);
    };
    return out;
}
/// One that MS-CHAP can prove or judge by its hash.
template <auto Member>
constexpr Property password_row(std::string_view meaning) {
    auto out = secret_row<Member>("password", meaning);
    out.nt_hash = true;
    return out;
}
template <auto Member>
constexpr Property storage_row(
    std::string_view meaning = "how secrets.json keeps the password; an NT hash proves us by MS-CHAP only") {
    using R = SecretRow<Member>;
    return {.name = "password-storage",
            .meaning = meaning,
            .shape = Shape::text,
            .expected = [] { return std::string("plain, nt-hash or sealed"); },
            .parse = &R::parse_storage,
            .print = &R::print_storage,
            .storage = true,
            .password = &R::password};
}
/// The same for a secret that is of no use as a hash.
template <auto Member>
constexpr Property seal_row(std::string_view meaning) {
    auto out = storage_row<Member>(meaning);
    out.expected = [] { return std::string("plain or sealed"); };
    out.parse = &SecretRow<Member>::parse_seal;
    return out;
}
constexpr Property alias(Property p, std::string_view of) {
    p.alias_of = of;
    return p;
}

constexpr std::int64_t kTenYears = 520LL * 7 * 86400;
using Mtu = NumberOr<kAuto, 68, 65535>;
using Mrru = NumberOr<kDisabled, 512, 65535>;
using Timeout = OptionalSeconds<kTenYears>;
using Distance = Number<std::uint8_t, 0, 255>;
using Channel = Number<std::uint8_t, 0, 255>;
using Baud = Number<std::uint32_t, 300, 4'000'000>;
using Port = Number<std::uint16_t, 1, 65535>;

template <auto Member>
constexpr Property comment_row() {
    return row<Member, Comment>("comment", "a note for people");
}
template <auto Member>
constexpr Property max_mtu_row() {
    return row<Member, Mtu>("max-mtu", "the largest packet we send; auto takes what the link carries");
}
template <auto Member>
constexpr Property max_mru_row() {
    return row<Member, Mtu>("max-mru", "the largest packet we receive; auto takes what the link carries");
}
template <auto Member>
constexpr Property mrru_row() {
    return row<Member, Mrru>("mrru", "the largest packet received over several links together");
}
template <auto Member>
constexpr Property keepalive_row() {
    return row<Member, Keepalive>("keepalive-timeout",
                                  "silence after which the peer is asked, and as long again "
                                  "without an answer after which it is gone; 0s never");
}
template <auto Member>
constexpr Property allow_row() {
    return row<Member, Methods>("allow", "the methods by which we are willing to prove ourselves");
}
template <auto Member>
constexpr Property authentication_row() {
    return row<Member, Methods>("authentication", "the methods by which clients may prove themselves");
}
template <auto Member>
constexpr Property default_profile_row() {
    return refers(row<Member, ProfileName>("default-profile", "the profile of sessions that have no other"),
                  Reference::profile);
}
template <auto Member>
constexpr Property session_profile_row() {
    return refers(row<Member, ProfileName>("profile", "the profile of the session"), Reference::profile);
}
template <auto Member>
constexpr Property client_password_row() {
    return password_row<Member>("the password that goes with the user");
}
template <auto Member>
constexpr Property default_route_row() {
    return row<Member, YesNo>("add-default-route", "route everything through the session");
}
template <auto Member>
constexpr Property distance_row() {
    return row<Member, Distance>("default-route-distance", "the metric of that route");
}
template <auto Member>
constexpr Property dial_on_demand_row() {
    return row<Member, YesNo>("dial-on-demand", "dial when there is traffic, not at once");
}

}  // namespace ppp::config::types
