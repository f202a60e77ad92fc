// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RtnlSide: what LinuxPpp does under the rtnl lock, in order, on the one thread for it: makes units,
/// removes them, reads their counters.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "kernel/ppp_kernel.hpp"
#include "netlink/message.hpp"
#include "netlink/request_socket.hpp"

namespace ppp::kernel {

/// IFLA_GROUP of every interface of ours ("PP"): what `ip link show group` and nftables' `iifgroup` match.
constexpr std::uint32_t kUnitGroup = 0x5050;
/// IFLA_GROUP of those that are about to be removed, all in one request.
constexpr std::uint32_t kDeadGroup = 0x5051;

struct MadeUnit {
    Fd file;
    int number = -1;
    unsigned index = 0;
    std::string name;
    CodingMethods methods{};
};
struct DeadUnit {
    Fd file;
    unsigned index = 0;
    std::string name;
};

/// All calls come from the rtnl thread, one at a time.
class RtnlSide {
public:
    /// @param first_index the first interface gets this ifindex, the next ones those that follow. Chosen by
    /// us so that no look-up is needed; it must lie where the kernel's own numbers never get to.
    RtnlSide(net::RequestSocket socket, unsigned first_index)
        : socket_(std::move(socket)), first_index_(first_index), next_index_(first_index) {}

    /// One interface with its final name, MTU, group and ifindex, down, all network protocols dropped,
    /// connected to the channel. Connected before it is ever up: brought up first, it would queue in fq_codel
    /// for ever.
    Result<MadeUnit> make(const UnitSpec& spec, int channel_file);
    /// Counts an interface that an earlier process made among ours.
    void claim(unsigned index) {
        first_index_ = std::min(first_index_, index);
        next_index_ = std::max(next_index_, index + 1);
    }
    /// Removes the interfaces in one request, then closes their files. A file closed first would take the
    /// interface with it as well, but wait 12 ms for each.
    void remove(std::vector<DeadUnit> dead);
    /// The counters of the interfaces that were made or claimed.
    Result<std::vector<PppKernel::LinkCounters>> counters();

    /// The first step of make(): makes the file a unit. @return its ifindex. Asks again while /dev/ppp is
    /// busy.
    Result<unsigned> make_interface(const UnitSpec& spec, const Fd& file);

private:
    [[nodiscard]] net::Answer request_interface(const UnitSpec& spec, const Fd& file, unsigned index);

    net::RequestSocket socket_;
    net::Batch batch_;
    std::vector<net::Answer> answers_;
    unsigned first_index_, next_index_;
};

}  // namespace ppp::kernel
