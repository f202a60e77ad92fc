// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The guard's rules as nft(8) reads them. Pure.
///
/// One table of our own in each family: `netdev` with a set and an egress chain for each parent of PPPoE
/// sessions, `ip` with a set and an output chain for PPTP's GRE. Text and not JSON, because a set's key of
/// raw octets (`typeof @nh,16,16`) cannot be said in JSON.
#pragma once
#include <span>
#include <string>
#include "guard/plaintext_guard.hpp"

namespace ppp::guard {

/// Whether an interface of this name can be spoken of.
[[nodiscard]] bool speakable(std::string_view interface);
/// Commands that guard these links besides others; whatever of it is there already stays.
[[nodiscard]] std::string guard_text(std::span<const Link> links);
/// A command that takes the link out again.
[[nodiscard]] std::string release_text(const Link& link);
/// Commands that remove our tables, whether they are there or not.
[[nodiscard]] std::string remove_text();

}  // namespace ppp::guard
