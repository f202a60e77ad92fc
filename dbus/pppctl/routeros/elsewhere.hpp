// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What RouterOS does and PPP Manager does not: which tool of the host does it, and what to type.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/routeros/menu.hpp"
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::ctl::ros {

/// @return nullopt when the menu is unknown here too.
[[nodiscard]] std::optional<Answer> elsewhere(const Place& place);

/// Whether this is another tool's menu, or one above such a menu.
[[nodiscard]] bool leads_elsewhere(std::string_view path);

/// All paths that elsewhere() knows.
[[nodiscard]] std::vector<std::string_view> elsewhere_paths();

}  // namespace ppp::ctl::ros
