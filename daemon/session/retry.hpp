// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RetryPolicy: when a client tries again, by the cause of the last end.
#pragma once
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/end_reason.hpp"

namespace ppp::session {

/// Providers lock out lines that retry too fast and people curse lines that retry too slowly, so the pause
/// follows the cause: a session that had worked is dialled again at once; silence is asked again after 1, 2,
/// 4 ... 30 s; refused credentials after 30 s ... 10 min, since only a person can mend them. Each pause
/// varies by a fifth, so that a thousand lines do not come back in step.
class RetryPolicy {
public:
    /// @param connected how long the ended session had been connected; zero when it never was.
    /// @return the pause before the next attempt.
    Duration next(EndReason reason, Duration connected, Rng& rng);

private:
    enum class Kind : std::uint8_t { none, silence, credentials };
    Kind kind_ = Kind::none;
    unsigned failures_ = 0;  // in a row, of kind_
};

}  // namespace ppp::session
