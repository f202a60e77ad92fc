// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What is said about keys, names and values that are wrong: the same words for files and for changes.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "config/property.hpp"

namespace ppp::config {

/// "a, b and c"
[[nodiscard]] std::string enumeration(const std::vector<std::string_view>& words);

/// @param secrets only those that have passwords.
[[nodiscard]] std::vector<std::string_view> kind_names(bool secrets);

/// @param meant the kind that it was probably to be; "" lists all.
[[nodiscard]] std::string not_a_kind(std::string_view meant);
/// @param meant the property that it was probably to be, or "".
[[nodiscard]] std::string not_a_property(const Kind& kind, std::string_view meant);

/// What is wrong with the name of an object of this kind, or "".
[[nodiscard]] std::string not_a_name(const Kind& kind, std::string_view name);

/// What is wrong with a value that parse() refused. Of a secret property nothing of the value is said.
/// @param shown the value as the sentence has it, usually quoted().
/// @param text the spelling that parse() got, to be explained; "" for none.
[[nodiscard]] std::string not_a_value(const Property& property, std::string_view shown,
                                      std::string_view text);

/// Why an enabled secret without any password is refused.
inline constexpr std::string_view kPasswordMissing =
    R"(is missing; the secret is enabled and needs one ("" lets everybody in))";

}  // namespace ppp::config
