// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The menus of RouterOS that are ours: which kind of object each is, and its properties.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "base/result.hpp"
#include "dbus/pppctl/routeros/ast.hpp"

namespace ppp::ctl::ros {

/// Another spelling of a property.
struct Rename {
    std::string_view from, to;
};
/// A property of RouterOS that has no counterpart here, and why it is not missed.
struct LeftOut {
    std::string_view name, why;
};

/// A menu whose entries are objects of ours.
struct Menu {
    std::string_view path;       ///< "interface pppoe-client"
    std::string_view kind;       ///< "pppoe-client"
    std::string_view generated;  ///< a missing name becomes this and a number; "" = a name must be given
    std::string_view only;       ///< the name of the only object there ever is, or ""
    bool is_interface = false;   ///< its objects are in `/interface print` too
    std::span<const std::string_view> properties;
    std::span<const Rename> renames;
    std::span<const LeftOut> left_out;

    [[nodiscard]] bool has(std::string_view property) const;
    /// The property's name here; "" when there is none.
    [[nodiscard]] std::string_view canonical(std::string_view property) const;
    [[nodiscard]] const LeftOut* left_out_as(std::string_view property) const;
    /// Whether the object exists in every configuration, so that nobody can add it.
    [[nodiscard]] bool always_there(std::string_view name) const;
};

/// In the order in which an export has to name them: what others refer to first.
[[nodiscard]] std::span<const Menu> menus();
[[nodiscard]] const Menu* find_menu(std::string_view path);
[[nodiscard]] const Menu* menu_of(std::string_view kind);

/// A command split into its menu, its verb, and what else there was before the first name=value.
struct Place {
    std::string path;                 ///< words separated by one blank; "" is the root
    std::string verb;                 ///< "" when the command only goes to the menu
    std::vector<Argument> arguments;  ///< all of them, the leading words included
};

/// @param current the menu that relative commands begin in.
[[nodiscard]] Result<Place> locate(const Command& command, std::string_view current);

/// Whether the path `lower` is `upper` or below it.
[[nodiscard]] bool is_below(std::string_view lower, std::string_view upper);

}  // namespace ppp::ctl::ros
