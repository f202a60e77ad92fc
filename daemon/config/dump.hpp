// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Config to the text of its two files and of listings; what is as it would be anyway is left out.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"
#include "config/property.hpp"

namespace ppp::config {

/// The text of config.json. validate() of both texts gives an equal Config, if the Config had no problems.
[[nodiscard]] std::string dump_config(const Config& config);
/// The text of secrets.json: the caller writes it to a file that only its owner can read, and nowhere else.
[[nodiscard]] Secret dump_secrets(const Config& config);

/// One line of a listing.
struct ShownProperty {
    const Property* property;  ///< of the table, so it outlives every Config
    std::string text;          ///< the canonical spelling; "" of a secret property, whatever its value
    bool is_default;           ///< the object would have this value anyway; of a secret one: it is empty
};
struct ShowOptions {
    bool defaults = false;  ///< also what the object would have anyway
};
/// The properties of an object in the order of the table, each under its first name. Nothing secret is in it:
/// of a secret property it says only whether there is a value.
/// @return nothing when there is no such object.
[[nodiscard]] std::vector<ShownProperty> show(const Config& config, const Kind& kind, std::string_view name,
                                              ShowOptions options);

}  // namespace ppp::config
