// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Config to the text of its two files; what is as it would be anyway is left out.
#pragma once
#include <string>
#include "config/model.hpp"

namespace ppp::config {

/// The text of config.json. validate() of both texts gives an equal Config, if the Config had no problems.
[[nodiscard]] std::string dump_config(const Config& config);
/// The text of secrets.json: the caller writes it to a file that only its owner can read, and nowhere else.
[[nodiscard]] Secret dump_secrets(const Config& config);

}  // namespace ppp::config
