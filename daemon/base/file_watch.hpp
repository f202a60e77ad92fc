// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FileWatch: tells when somebody has written or replaced files of a directory.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "base/event_loop.hpp"

namespace ppp {

/// Editors write a file in several steps, and two files that belong together come one after the other: the
/// callback runs once, when all has been quiet for a moment. See inotify(7).
class FileWatch {
public:
    /// @param names of files in `directory`; they need not exist. @param quiet how long nothing may happen.
    /// @param loop outlives the watch. Fails with the system's error: the directory must exist.
    static Result<std::unique_ptr<FileWatch>> create(EventLoop& loop, const std::string& directory,
                                                     std::vector<std::string> names, Duration quiet,
                                                     Callback<void()> changed);

private:
    FileWatch(EventLoop& loop, Fd fd, std::vector<std::string> names, Duration quiet,
              Callback<void()> changed)
        : loop_(loop),
          fd_(std::move(fd)),
          names_(std::move(names)),
          quiet_(quiet),
          changed_(std::move(changed)) {}
    void readable();

    EventLoop& loop_;
    Fd fd_;
    std::vector<std::string> names_;
    Duration quiet_;
    Callback<void()> changed_;
    Timer timer_;
    Watch watch_;
};

}  // namespace ppp
