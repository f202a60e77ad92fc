// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What has to hold between the objects of a Config: references, names, overlaps.
#pragma once
#include "config/model.hpp"
#include "config/problem.hpp"

namespace ppp::config {

/// Adds what is wrong between values that are right one by one. A place that has a problem already gets no
/// second one. Whoever changes a Config by its table (bus, command line) calls this before he uses it.
void check(const Config& config, Problems& problems);

/// Adds where a password is kept in a form that serves none of the methods that are allowed. Apart from
/// check(), because passwords are read last. Says nothing of those whose seal is closed.
void check_methods(const Config& config, Problems& problems);

}  // namespace ppp::config
