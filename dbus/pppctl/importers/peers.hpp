// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A peers file of pppd as a client of ours.
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "dbus/pppctl/importers/imported.hpp"

namespace ppp::ctl::importers {

struct PeersInput {
    Source source;
    std::optional<Source> options;             ///< /etc/ppp/options, which pppd reads first
    std::vector<Source> secrets;               ///< where the password is looked for
    std::string directory = "/etc/ppp/peers";  ///< of `call`
};

/// One client, enabled as soon as it has all that it needs, and a profile of its name where its values need
/// one. Every option has one note, every entry of the secrets too.
[[nodiscard]] Imported import_peers(const PeersInput& input, const Reader& reader);

}  // namespace ppp::ctl::importers
