// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Sieve: "where key=value ..." over the rows of sessions.
#pragma once
#include <string>
#include <utility>
#include <vector>
#include "dbus/pppctl/objects.hpp"

namespace ppp::ctl {

struct Sieve {
    enum class Of : std::uint8_t { active, ended };

    Dictionary filter;                                      ///< what the daemon sifts
    std::vector<std::pair<std::string, std::string>> ours;  ///< kebab key, value: what is left for us
    Of of = Of::active;

    /// @param words "key=value", all of which a row must meet; a leading "where" is allowed.
    static Outcome<Sieve> parse(const std::vector<std::string>& words, Of of);
    /// Those that meet the conditions, keys in the order of RouterOS.
    [[nodiscard]] Json rows(const std::vector<Dictionary>& all) const;
};

/// A value of a row as it is compared and shown.
[[nodiscard]] std::string value_text(const Json& value);

}  // namespace ppp::ctl
