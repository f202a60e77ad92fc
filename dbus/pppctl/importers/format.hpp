// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Which program a file was written for.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace ppp::ctl::importers {

enum class Format : std::uint8_t { rsc, peers, secrets, accel_ppp };

/// "rsc", "peers", "secrets", "accel-ppp"; nullopt for any other word.
[[nodiscard]] std::optional<Format> format_named(std::string_view word);
[[nodiscard]] std::string_view to_string(Format format);

/// By the file's name where that says it, else by its first line that is no comment.
[[nodiscard]] Format recognise(std::string_view path, std::string_view text);

}  // namespace ppp::ctl::importers
