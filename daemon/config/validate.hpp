// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The text of the two files to a Config, or to everything that is wrong with them.
#pragma once
#include <string_view>
#include <vector>
#include "config/model.hpp"
#include "config/problem.hpp"

namespace ppp::config {

/// @param config_json what config.json holds; "{}" is an empty configuration, "" is a problem.
/// @param secrets_json what secrets.json holds.
/// @param out assigned only when there is no problem.
/// A sealed password comes out locked: open_all() of config/vault.hpp opens it.
/// @return all problems: of config.json's values in their order, between its objects, of secrets.json.
/// Nothing
///         is thrown.
[[nodiscard]] std::vector<Problem> validate(std::string_view config_json, std::string_view secrets_json,
                                            Config& out);
/// The same for a config.json alone that is to follow `before`: objects that stay keep their passwords, and
/// an enabled secret that had none is a problem.
[[nodiscard]] std::vector<Problem> validate(std::string_view config_json, const Config& before, Config& out);

}  // namespace ppp::config
