// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Whether this build is slowed down tenfold by sanitizers: then mistakes are looked for, not time.
#pragma once

namespace ppp::test {

#if defined(__has_feature)
inline constexpr bool kNative = !__has_feature(address_sanitizer);
#else
inline constexpr bool kNative = true;
#endif

}  // namespace ppp::test
