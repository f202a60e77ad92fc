// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What changed between two Configs, object by object and property by property.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"

namespace ppp::config {

struct Changed {
    std::string name;
    /// By their names in the property table, in its order. Passwords are named too, never shown.
    std::vector<std::string_view> properties;
    friend bool operator==(const Changed&, const Changed&) = default;
};

/// All lists are sorted by name. An object that got another name was removed and added.
struct KindDiff {
    std::string_view kind;
    std::vector<std::string> added, removed;
    std::vector<Changed> changed;
    [[nodiscard]] bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
    friend bool operator==(const KindDiff&, const KindDiff&) = default;
};

/// One entry a kind in which something changed, in the order of the table; equal Configs give none.
[[nodiscard]] std::vector<KindDiff> diff(const Config& before, const Config& after);
/// The part of one kind, or an empty one.
[[nodiscard]] KindDiff diff(const Config& before, const Config& after, std::string_view kind);

}  // namespace ppp::config
