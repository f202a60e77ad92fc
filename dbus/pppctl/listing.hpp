// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What RouterOS' `print` shows of objects: a table, or every value of each.
#pragma once
#include <map>
#include <string>
#include <vector>
#include "dbus/pppctl/routeros/query.hpp"
#include "dbus/pppctl/routeros/steps.hpp"
#include "dbus/pppctl/table.hpp"

namespace ppp::ctl {

/// One line of a listing.
struct Entry {
    ros::Object object;
    bool disabled = false, running = false;
    bool kept = false;  ///< this version does nothing with it yet
};

struct Listing {
    std::vector<std::string> properties;  ///< those there are, in their order
    ros::Properties standard;             ///< a column that has nothing else is left out of the table
    std::vector<Entry> entries;
};

/// @param form of `print`: "" is a table; "detail", "terse", "as-value", "value-list", "names", "count-only".
/// @param only the properties to show, "name" among them; empty: all.
/// @param json as data instead of text: a list, of "count-only" a number.
[[nodiscard]] ros::Shown print_listing(const Listing& listing, const std::string& form,
                                       const std::vector<std::string>& only, const Screen& screen, bool json);

}  // namespace ppp::ctl
