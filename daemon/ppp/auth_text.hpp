// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What both protocols say when authentication fails.
#pragma once
#include "ppp/auth.hpp"

namespace ppp {

/// All that a refused peer is told: the same for every reason.
inline constexpr std::string_view kNeutralRefusal = "authentication failed";

/// The outcome of an answer that is no Grant.
[[nodiscard]] AuthFailure not_granted(const aaa::Answer& answer);
/// The outcome of the peer's Nak or Failure. @param why the peer's own words; may be empty.
[[nodiscard]] AuthFailure refused_by_peer(std::string_view user, std::string_view why);

}  // namespace ppp
