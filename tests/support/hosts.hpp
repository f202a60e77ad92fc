// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Ethernet addresses of many hosts.
#pragma once
#include "link/transport.hpp"

namespace ppp::test {

inline link::MacAddress host(std::uint32_t n) {
    return {0x02,
            0,
            static_cast<std::uint8_t>(n >> 24),
            static_cast<std::uint8_t>(n >> 16),
            static_cast<std::uint8_t>(n >> 8),
            static_cast<std::uint8_t>(n)};
}

}  // namespace ppp::test
