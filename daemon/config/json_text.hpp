// SPDX-License-Identifier: GPL-2.0-or-later
/// @file JSON text to a small tree that keeps what validation needs: order of keys, numbers as written.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "config/problem.hpp"

namespace ppp::config {

struct JsonMember;

struct JsonValue {
    enum class Type : std::uint8_t { null, boolean, integer, real, text, list, object };
    Type type = Type::null;
    std::string scalar;               ///< "true", "false", the digits, or the text
    std::vector<JsonMember> members;  ///< of a list or an object
};

struct JsonMember {
    std::string key;  ///< "" in a list
    JsonValue value;
};

/// Bounds on what a file may make us hold.
inline constexpr std::size_t kMaxJsonOctets = std::size_t{16} << 20;
inline constexpr std::size_t kMaxJsonDepth = 8;
inline constexpr std::size_t kMaxJsonValues = 1'000'000;

/// Reads strict JSON whose root is an object. Syntax errors end the reading with one problem that has line
/// and column; a key that an object has twice is a problem each. Problems quote keys, never values.
/// @return nullopt when there is nothing to go on with.
[[nodiscard]] std::optional<JsonValue> read_json(std::string_view text, File file, Problems& problems);

/// Overwrites every scalar before the memory is given back.
void wipe(JsonValue& value) noexcept;

/// Appends the text as a JSON string. What is not UTF-8 stays as it is: the reader refuses it.
void append_json_string(std::string& out, std::string_view text);

}  // namespace ppp::config
