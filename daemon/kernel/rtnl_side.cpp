// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/rtnl_side.hpp"
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include "kernel/dev_ppp.hpp"

namespace ppp::kernel {
namespace {
using namespace std::chrono_literals;
// Another program may hold ppp_mutex for 20 ms at a time (PPPIOCDISCONN), again and again.
constexpr auto kBusyDeadline = 10s;
constexpr int kSweeps = 3;
constexpr std::chrono::microseconds kFirstPause = 50us, kLongestPause = 5ms;

ifinfomsg link_header(unsigned index) {
    ifinfomsg header{};
    header.ifi_family = AF_UNSPEC;
    header.ifi_index = static_cast<int>(index);
    return header;
}
bool index_is_taken(unsigned index) {
    std::array<char, IF_NAMESIZE> name{};
    return ::if_indextoname(index, name.data()) != nullptr;
}
}  // namespace

net::Answer RtnlSide::request_interface(const UnitSpec& spec, const Fd& file, unsigned index) {
    batch_.clear();
    auto message = batch_.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    message.header(link_header(index));
    if (!spec.name.empty()) message.put_string(IFLA_IFNAME, spec.name);
    message.put_u32(IFLA_MTU, spec.mtu);
    message.put_u32(IFLA_GROUP, kUnitGroup);
    {
        auto info = message.nest(IFLA_LINKINFO);
        message.put_string(IFLA_INFO_KIND, "ppp");
        auto data = message.nest(IFLA_INFO_DATA);
        message.put_s32(IFLA_PPP_DEV_FD, file.get());
    }
    socket_.transact(batch_, answers_);
    return std::move(answers_.front());
}

Result<unsigned> RtnlSide::make_interface(const UnitSpec& spec, const Fd& file) {
    const auto deadline = std::chrono::steady_clock::now() + kBusyDeadline;
    auto pause = kFirstPause;
    while (true) {
        const auto index = next_index_++;
        auto answer = request_interface(spec, file, index);
        if (answer.kind == net::Answer::Kind::done) return index;
        // The kernel says EEXIST for a taken name and for a taken ifindex; which one, only a look can tell.
        if (answer.kind == net::Answer::Kind::refused && answer.sys == EEXIST && index_is_taken(index))
            continue;
        // It does not wait for ppp_mutex and says EBUSY instead, as it does for an ifindex taken in a race.
        if (answer.kind == net::Answer::Kind::refused && answer.sys == EBUSY &&
            std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(pause);
            pause = std::min<std::chrono::microseconds>(2 * pause, kLongestPause);
            continue;
        }
        if (answer.sys == EPERM) answer.text = "it needs CAP_NET_ADMIN";
        return fail(std::move(answer.result("cannot make interface " + spec.name)).error());
    }
}

Result<MadeUnit> RtnlSide::make(const UnitSpec& spec, int channel_file) {
    if (spec.name.size() >= IF_NAMESIZE)
        return fail_errno("cannot make interface " + spec.name + ": a name has at most 15 letters",
                          ENAMETOOLONG);
    MadeUnit made;
    PPP_TRY(made.file, dev_ppp::open());
    PPP_TRY(made.index, make_interface(spec, made.file));
    PPP_TRY(made.number, dev_ppp::unit_of(made.file));
    made.name = spec.name.empty() ? "ppp" + std::to_string(made.number) : spec.name;
    PPP_CHECK(dev_ppp::drop_everything(made.file));
    if (spec.coding) made.methods = dev_ppp::methods(made.file);
    if (auto connected = dev_ppp::connect(channel_file, made.number); !connected)
        return fail(
            {Errc::system, connected.error().sys, "interface " + made.name + ": " + connected.error().what});
    return made;
}

void RtnlSide::remove(std::vector<DeadUnit> dead) {
    batch_.clear();
    if (dead.size() == 1) {
        batch_.begin(RTM_DELLINK, 0).header(link_header(dead.front().index));
    } else {
        // The kernel waits once per DELLINK, not once per interface: gather them in a group, delete the
        // group.
        for (const auto& unit : dead)
            batch_.begin(RTM_SETLINK, 0).header(link_header(unit.index)).put_u32(IFLA_GROUP, kDeadGroup);
        batch_.begin(RTM_DELLINK, 0).header(link_header(0)).put_u32(IFLA_GROUP, kDeadGroup);
    }
    // Whatever was refused (somebody else deleted the interface, or moved it to another namespace), closing
    // the file settles.
    socket_.transact(batch_, answers_);
}

Result<std::vector<PppKernel::LinkCounters>> RtnlSide::counters() {
    std::vector<PppKernel::LinkCounters> all;
    if_stats_msg header{};
    header.family = AF_UNSPEC;
    header.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    const auto collect = [&](const net::Received& message) {
        const auto head = net::read_as<if_stats_msg>(message.payload);
        if (!head || head->ifindex < first_index_ || head->ifindex >= next_index_) return;
        const auto link = message.attributes(sizeof(if_stats_msg)).find(IFLA_STATS_LINK_64);
        if (!link) return;
        // Newer kernels append fields; older ones have fewer.
        rtnl_link_stats64 stats{};
        std::memcpy(&stats, link->value.data(), std::min(sizeof stats, link->value.size()));
        all.push_back({.index = head->ifindex,
                       .counters = {.octets_in = stats.rx_bytes,
                                    .octets_out = stats.tx_bytes,
                                    .packets_in = stats.rx_packets,
                                    .packets_out = stats.tx_packets}});
    };
    // Interfaces that come and go during the sweep make it start again; what the last one saw has to do.
    for (int i = 0; i < kSweeps; ++i) {
        all.clear();
        batch_.clear();
        batch_.begin(RTM_GETSTATS, NLM_F_DUMP).header(header);
        const auto whole = socket_.dump(batch_, collect);
        if (!whole)
            return fail({whole.error().code, whole.error().sys,
                         "cannot read the counters of the PPP interfaces: " + whole.error().what});
        if (*whole) break;
    }
    return all;
}

}  // namespace ppp::kernel
