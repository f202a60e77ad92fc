// SPDX-License-Identifier: GPL-2.0-or-later
/// @file escape(): text of a peer, made fit for the journal, D-Bus and a terminal.
#pragma once
#include <string>
#include "wire/bytes.hpp"

namespace ppp::wire {

/// Text from the network as people and D-Bus may see it: valid UTF-8, controls, quotes, backslashes and stray
/// octets as \xNN, cut after `limit` octets of input.
[[nodiscard]] std::string escape(ByteView text, std::size_t limit = 256);
[[nodiscard]] std::string escape(std::string_view text, std::size_t limit = 256);

}  // namespace ppp::wire
