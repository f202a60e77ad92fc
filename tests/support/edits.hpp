// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Edits of a configuration, as short as a test wants to write them.
#pragma once
#include <string>
#include <utility>
#include <vector>
#include "config/edit.hpp"

namespace ppp::test {

using Properties = std::vector<std::pair<std::string, std::string>>;

inline config::Edit add(std::string kind, std::string name, Properties properties) {
    return {config::Edit::Verb::add, std::move(kind), std::move(name), std::move(properties)};
}
inline config::Edit set(std::string kind, std::string name, Properties properties) {
    return {config::Edit::Verb::set, std::move(kind), std::move(name), std::move(properties)};
}

}  // namespace ppp::test
