// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Shared: what the channels, units and jobs of one LinuxPpp have in common, and the burial of the
/// dead.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "kernel/frame_file.hpp"
#include "kernel/rtnl_side.hpp"

namespace ppp::kernel {

/// Kept alive by the LinuxPpp, its channels and units, and every job that is under way.
class Shared : public std::enable_shared_from_this<Shared> {
public:
    Shared(EventLoop& l, WorkerPool& h, WorkerPool& r, RtnlSide side, Fd statistics, void (*hang_up)(int))
        : loop(l),
          handoff(h),
          rtnl_pool(r),
          rtnl(std::move(side)),
          statistics_(std::move(statistics)),
          hang_up_(hang_up) {}

    EventLoop& loop;
    WorkerPool& handoff;    ///< many threads, each asleep in the kernel for 10 ms and more
    WorkerPool& rtnl_pool;  ///< the one thread that takes the rtnl lock
    RtnlSide rtnl;          ///< for the thread of rtnl_pool only
    std::atomic<bool> stopping =
        false;  ///< jobs that begin now make nothing; those that end undo what they made
    FrameBuffer buffer{};

    /// Ends and closes a PF_PPPOX socket, which waits for a grace period, on a hand-off worker.
    void close_socket(Fd socket);
    /// Has the unit removed with others that die within the next 20 ms.
    void bury(DeadUnit unit);
    /// Sends the dead to the rtnl thread now. A unit that is made later may have the name of one of them.
    void flush();
    /// Whether a unit of this name waits for its removal.
    [[nodiscard]] bool awaits_removal(const std::string& name) const;
    /// From sysfs, because rtnetlink could wait for a removal of others.
    [[nodiscard]] Result<Counters> counters(const std::string& interface) const;
    /// No more work, and the dead are on their way: what a LinuxPpp does last.
    void stop();

private:
    std::vector<DeadUnit> dead_;
    Timer burial_;
    Fd statistics_;  // the directory of the interfaces' directories
    void (*hang_up_)(int socket);
};

}  // namespace ppp::kernel
