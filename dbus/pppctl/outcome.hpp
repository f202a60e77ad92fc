// SPDX-License-Identifier: GPL-2.0-or-later
/// @file How a command ends: its exit status and, when it failed, one sentence.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include "base/result.hpp"

namespace ppp::ctl {

/// Exit statuses; documented in docs/pppctl.md and never renumbered.
enum class Exit : std::uint8_t {
    ok = 0,
    failed = 1,
    usage = 2,
    not_running = 3,
    not_found = 4,
    timed_out = 5,
    not_permitted = 6,
};

struct Problem {
    Exit status = Exit::failed;
    std::string text;
};

template <class T = void>
using Outcome = ppp::detail::expected<T, Problem>;

[[nodiscard]] inline ppp::detail::unexpected<Problem> problem(Exit status, std::string text) {
    return ppp::detail::unexpected<Problem>(Problem{status, std::move(text)});
}

}  // namespace ppp::ctl
