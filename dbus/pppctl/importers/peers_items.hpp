// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The options of a peers file and of those that it includes, one after the other.
#pragma once
#include <string>
#include <vector>
#include "dbus/pppctl/importers/imported.hpp"
#include "dbus/pppctl/importers/pppd_options.hpp"

namespace ppp::ctl::importers {

/// One option with its words, or a word that is no option: a device, a speed, addresses.
struct PeersItem {
    Note note;                           ///< its verdict is still to come, unless `settled`
    const PppdOption* option = nullptr;  ///< nullptr for a word that is none
    bool begins_line = false;
    std::string word;  ///< the option's first word, or the word that is none
    bool settled = false;
};

/// @param directory where `call NAME` looks, without a slash at its end.
[[nodiscard]] std::vector<PeersItem> read_items(const Source& source, const std::string& directory,
                                                const Reader& reader);

/// What the line is made of.
enum class PeersKind : std::uint8_t { none, pppoe, pptp, serial, other };
[[nodiscard]] PeersKind kind_of(const std::vector<PeersItem>& items);
/// "pppoe-client"
[[nodiscard]] std::string_view object_kind(PeersKind kind);

/// Which word that is no option is what. Behind one like "pass", "passwd" or "passwort" is a password.
[[nodiscard]] bool means_password(std::string_view word);
[[nodiscard]] bool is_serial_port(std::string_view word);
[[nodiscard]] bool is_address_pair(std::string_view word);

}  // namespace ppp::ctl::importers
