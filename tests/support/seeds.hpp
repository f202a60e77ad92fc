// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Property tests over many seeds; the environment variable SEED repeats a single one.
#pragma once
#include <cstdint>
#include <cstdlib>

namespace ppp::test {

/// Calls `f(seed)` for 0 .. count - 1, or only for the one in SEED.
template <class F>
void for_seeds(std::uint32_t count, F&& f) {
    if (const char* one = std::getenv("SEED"))
        return f(static_cast<std::uint32_t>(std::strtoul(one, nullptr, 0)));
    for (std::uint32_t seed = 0; seed < count; ++seed) f(seed);
}

}  // namespace ppp::test
