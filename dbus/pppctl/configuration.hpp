// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The configuration as the daemon shows it over D-Bus: kinds, properties, objects.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "dbus/pppctl/bus.hpp"
#include "dbus/pppctl/outcome.hpp"

namespace ppp::ctl {

struct PropertyRow {
    std::string name, meaning, expected, standard;  ///< `standard` is the default
    bool secret = false, required = false;
};
struct KindRow {
    std::string name, meaning;
    bool acting = true;  ///< false where the daemon keeps such objects and does nothing with them yet
};
struct ConfigObject {
    std::string kind, name;
    bool acting = true;
    Dictionary properties;  ///< a secret one is b: whether it is set

    /// In the spelling of the command line; "" when there is none.
    [[nodiscard]] std::string text(const std::string& property) const;
};

[[nodiscard]] Outcome<std::vector<KindRow>> kinds(Bus& bus);
/// The properties of a kind, in RouterOS' order.
[[nodiscard]] Outcome<std::vector<PropertyRow>> properties(Bus& bus, const std::string& kind);
/// @param kind "" for all.
[[nodiscard]] Outcome<std::vector<ConfigObject>> configuration(Bus& bus, const std::string& kind = {});

/// The passwords of one object, as Manager.GetSecrets gives them to whom polkit lets.
[[nodiscard]] Outcome<Dictionary> read_secrets(Bus& bus, const std::string& kind, const std::string& name);

/// What `[KIND] NAME` at the begin of `words` means; the words are taken away. Without a kind the name must
/// be that of one object only.
struct Target {
    std::string kind, name;
};
[[nodiscard]] Outcome<Target> take_target(Bus& bus, std::vector<std::string>& words);

}  // namespace ppp::ctl
