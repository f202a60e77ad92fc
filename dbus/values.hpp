// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Configuration values on the bus: text to typed variants and back.
#pragma once
#include <sdbus-c++/Types.h>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "config/edit.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

using Dictionary = std::map<std::string, sdbus::Variant>;

/// An object's properties. A secret one is b: whether it is set.
[[nodiscard]] Dictionary properties_of(const config::Config& config, const config::Kind& kind,
                                       const std::string& name);
/// The passwords of an object as Manager.GetSecrets returns them.
[[nodiscard]] Dictionary secrets_of(const config::Config& config, const config::Kind& kind,
                                    const std::string& name);
/// An answer is built in one turn of the loop, which the sessions share: it has so many rows at most.
inline constexpr std::uint32_t kMaxRows = 250;
/// @param limit of the caller; 0 and too much are kMaxRows.
[[nodiscard]] constexpr std::uint32_t rows_at_most(std::uint32_t limit) {
    return limit == 0 || limit > kMaxRows ? kMaxRows : limit;
}
/// The part of a listing that is wanted; counted down as it passes by.
struct Window {
    std::uint32_t skip = 0, left = kMaxRows;
};
/// The objects of one kind that lie in the window, as Manager.List returns them, appended to `rows`.
void list_objects(const config::Config& config, const config::Kind& kind, Window& window,
                  std::vector<Dictionary>& rows);
/// Rows of Manager.Describe. @param kind nullptr describes the kinds.
[[nodiscard]] std::vector<Dictionary> describe(const config::Kind* kind);
/// Fills an edit's properties in; "name" becomes its name, "!x" unsets x. Throws sdbus::Error
/// (InvalidArgument) for a value whose type cannot be.
void read_properties(const Dictionary& properties, config::Edit& edit);
/// Throws sdbus::Error (InvalidArgument) for an unknown option.
[[nodiscard]] session::ChangeOptions read_options(const Dictionary& options);
[[nodiscard]] Dictionary to_dictionary(const session::ChangeReport& report);

}  // namespace ppp::dbus
