// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a test sees and sets of FakePpp.
#pragma once
#include <sys/stat.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>
#include "base/fd.hpp"
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

/// Names a file after its descriptor was given away.
inline ino_t inode_of(const Fd& file) {
    struct stat status {};
    ::fstat(file.get(), &status);
    return status.st_ino;
}

/// How long the kernel takes; a test may change it at any time.
struct FakePppTiming {
    Duration attach = std::chrono::milliseconds(10);  ///< PPPIOCGCHAN waits for a grace period
    Duration create_unit = std::chrono::milliseconds(1);
    Duration latency = std::chrono::milliseconds(1);   ///< of the wire
    Duration removal = std::chrono::milliseconds(20);  ///< from the end of a Unit to that of its interface
};

/// Calls that nobody withdraws, until their owner ends.
class LaterCalls {
public:
    explicit LaterCalls(Scheduler& time) : time_(time) {}
    void operator()(Duration delay, Callback<void()> run) {
        const auto id = ++last_;
        timers_.emplace(id, time_.after(delay, [this, id, run = std::move(run)] {
            run();
            timers_.erase(id);
        }));
    }

private:
    Scheduler& time_;
    std::map<std::uint64_t, Timer> timers_;
    std::uint64_t last_ = 0;
};

/// Calls that are to fail: the n-th of its kind from then on.
class FakePppFaults {
public:
    enum class Step : std::uint8_t { attach, create_unit, all_counters };

    void add(Step step, unsigned nth, int error) { faults_.emplace_back(step, nth, error); }
    /// A call of this kind is made. @return the errno that it fails with.
    std::optional<int> due(Step step) {
        std::optional<int> error;
        for (auto& [which, countdown, code] : faults_)
            if (which == step && countdown > 0 && --countdown == 0) error = code;
        return error;
    }

private:
    std::vector<std::tuple<Step, unsigned, int>> faults_;  // which call, how many until then, errno
};

namespace fake_ppp {

inline std::uint16_t protocol_of(wire::ByteView frame) { return wire::Reader(frame).u16(); }
/// The checks of ppp_write().
inline Result<> check(wire::ByteView frame) {
    if (frame.size() < 2 || (protocol_of(frame) == 0xc021 && frame.size() < 6))
        return fail_errno("cannot send a PPP frame", EINVAL);
    return {};
}
inline bool is_data(std::uint16_t protocol) {
    constexpr std::array<std::uint16_t, 6> data{0x0021, 0x0057, 0x002b, 0x0029, 0x0281, 0x0283};
    return std::ranges::count(data, protocol) > 0;
}
inline bool passes(const FakePppInterface& i, std::uint16_t protocol) {
    return (protocol == 0x0021 && i.ipv4) || (protocol == 0x0057 && i.ipv6);
}
inline void count(std::uint64_t& packets, std::uint64_t& octets, wire::ByteView frame) {
    ++packets;
    octets += frame.size() - 2;
}

}  // namespace fake_ppp

}  // namespace ppp::test
