// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LinuxTtys: the TtyPorts port over the machine's ttys, with lock files and watched devices.
///
/// Kept off a line are: programs that heed lock files, those that heed flock(2), and by TIOCEXCL all others
/// but root's. The two last outlive this process, with the copies of the line's file.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "link/device_watch.hpp"
#include "link/tty_lock.hpp"
#include "link/tty_port.hpp"

namespace ppp::link {

class LinuxTtys final : public TtyPorts {
public:
    /// @param handoff where calls sleep. @param locks the directory of the lock files. Loop and pool outlive
    /// this object, which outlives its ports.
    static Result<std::unique_ptr<LinuxTtys>> create(EventLoop& loop, WorkerPool& handoff,
                                                     std::string locks = kLockDirectory);
    ~LinuxTtys() override;

    Pending open(std::string device, TtySettings settings, TtyPort::Owner& owner,
                 Callback<void(Result<std::unique_ptr<TtyPort>>)> done) override;
    Result<std::unique_ptr<TtyPort>> adopt(std::string device, Fd file, TtyPort::Owner& owner) override;
    [[nodiscard]] std::optional<std::string> obstacle(const std::string& device) override;
    std::unique_ptr<Subscription> on_change(std::string device, Callback<void()> changed) override;

    /// For PppKernel: ends the PPP of a line for all who have copies of its file.
    /// @return false when it is no tty. Sleeps.
    static bool hang_up(int file);

private:
    struct Shared;
    class Port;
    struct Line;
    explicit LinuxTtys(std::shared_ptr<Shared> shared);
    std::shared_ptr<Shared> shared_;
};

}  // namespace ppp::link
