// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a test sees and sets of FakePpp.
#pragma once
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "kernel/ppp_kernel.hpp"

namespace ppp::test {

/// A network interface as a test sees and moves it.
struct FakePppInterface {
    std::string name;
    int number = 0;
    unsigned index = 0;
    std::uint16_t mtu = 0;
    bool ipv4 = false, ipv6 = false;  ///< NP modes: true lets data pass
    bool up = false;                  ///< IFF_UP; nobody but the test changes it
    kernel::Counters counters;
    kernel::Unit::Idle idle{};
    std::vector<wire::Bytes> received;  ///< data packets that reached the host, protocol field first
};

/// How long the kernel takes; a test may change it at any time.
struct FakePppTiming {
    Duration attach = std::chrono::milliseconds(10);  ///< PPPIOCGCHAN waits for a grace period
    Duration create_unit = std::chrono::milliseconds(1);
    Duration latency = std::chrono::milliseconds(1);   ///< of the wire
    Duration removal = std::chrono::milliseconds(20);  ///< from the end of a Unit to that of its interface
};

}  // namespace ppp::test
