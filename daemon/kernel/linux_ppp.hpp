// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LinuxPpp: the PppKernel port over /dev/ppp and rtnetlink.
///
/// System calls of one session, waking and gathering aside:
// clang-format off
///   what             how many  on the loop       on a worker
///   attach                  5  epoll_ctl         hand-off: recv, PPPIOCGCHAN, open, PPPIOCATTCHAN
///   create_unit            12  epoll_ctl         rtnl: open, send and recv of RTM_NEWLINK, PPPIOCGUNIT,
///                                                six times PPPIOCSNPMODE, PPPIOCCONNECT
///   its CCP methods         5                    rtnl: three times PPPIOCSCOMPRESS, twice PPPIOCSFLAGS
///   end of a unit           2  epoll_ctl         rtnl: close, after one RTM_DELLINK for all that died
///   end of a channel        3  epoll_ctl, close  hand-off: close of the socket
// clang-format on
/// One frame is one read or one write. A read follows each wake-up of the loop.
#pragma once
#include <memory>
#include "base/event_loop.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "kernel/ppp_kernel.hpp"

namespace ppp::kernel {

class Shared;

class LinuxPpp final : public PppKernel {
public:
    /// Opens its netlink socket in the network namespace of the calling thread, where all interfaces will be;
    /// the workers must be in the same one.
    /// @param handoff many threads: each attach() and each end of a channel sleeps 12 ms in one of them.
    /// @param rtnl exactly one thread, which netlink may share.
    /// Loop and pools must outlive the LinuxPpp, its channels and its units.
    /// @return an error when /dev/ppp cannot be used, which says why.
    /// @param hang_up ends a link's socket for all who have copies of it; runs on a hand-off worker, before
    /// our own is closed.
    static Result<std::unique_ptr<LinuxPpp>> create(EventLoop& loop, WorkerPool& handoff, WorkerPool& rtnl,
                                                    void (*hang_up)(int socket));
    /// Withdraws what is under way and sends the dead to their workers: the ends of the two pools wait for
    /// them, once for all.
    ~LinuxPpp() override;

    /// Frames that came between the socket's connect() and now are delivered after `done`, in order.
    Pending attach(Fd socket, FrameHandler& handler, ChannelDone done) override;
    /// The name of a unit that was destroyed before is free again. Waits up to 10 s while another program
    /// keeps /dev/ppp busy (EBUSY then).
    Pending create_unit(UnitSpec spec, Channel& first, FrameHandler& handler, UnitDone done) override;
    Result<Session> adopt(SessionFiles files, FrameHandler& handler) override;
    void discard(SessionFiles files) override;
    Pending all_counters(Callback<void(Result<std::vector<LinkCounters>>)> done) override;

private:
    explicit LinuxPpp(std::shared_ptr<Shared> shared);
    std::shared_ptr<Shared> shared_;
};

}  // namespace ppp::kernel
