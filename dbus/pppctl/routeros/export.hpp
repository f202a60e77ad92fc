// SPDX-License-Identifier: GPL-2.0-or-later
/// @file export_text(): objects as the RouterOS commands that make them.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/routeros/query.hpp"

namespace ppp::ctl::ros {

/// The objects of one kind to export.
struct Exported {
    std::string kind;
    /// Properties with their defaults left out by the caller; passwords only where they shall be written.
    std::vector<Object> objects;
};

/// A text that Interpreter makes equal objects of, on a machine that has none but the profiles that always
/// exist. What others refer to comes first, whatever the order given. A kind without a menu, and a property
/// that the menu does not know, become a comment that names it.
[[nodiscard]] std::string export_text(std::span<const Exported> kinds);

}  // namespace ppp::ctl::ros
