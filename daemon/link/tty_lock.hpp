// SPDX-License-Identifier: GPL-2.0-or-later
/// @file TtyLock: the lock file by which programs keep off each other's serial lines (UUCP's, in the form of
/// HoneyDanBer UUCP; FHS 3.0 section 5.9).
#pragma once
#include <optional>
#include <string>
#include <utility>
#include "base/result.hpp"

namespace ppp::link {

/// Where the FHS wants them; /var/lock is a link to it.
inline constexpr const char* kLockDirectory = "/run/lock";

/// The lock file is there as long as this object is.
class [[nodiscard]] TtyLock {
public:
    TtyLock() = default;
    TtyLock(TtyLock&& o) noexcept : path_(std::exchange(o.path_, {})) {}
    TtyLock& operator=(TtyLock&& o) noexcept {
        if (this != &o) {
            release();
            path_ = std::exchange(o.path_, {});
        }
        return *this;
    }
    ~TtyLock() { release(); }

    /// The file of a process that has died is taken over. @param path see lock_path(). Errors: Errc::refused
    /// with a sentence when somebody has it.
    static Result<TtyLock> take(const std::string& path);
    /// The file is ours now, whoever's it was: for a line that an earlier process handed over.
    static Result<TtyLock> inherit(const std::string& path);

    [[nodiscard]] bool held() const { return !path_.empty(); }
    void release() noexcept;

private:
    explicit TtyLock(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

/// "/run/lock/LCK..ttyUSB0" for a device or for a link to one, as /dev/serial/by-id has them.
[[nodiscard]] std::string lock_path(const std::string& directory, const std::string& device);

/// Who keeps us from taking a lock: "process 4711 (minicom) has it: /run/lock/LCK..ttyUSB0"; nullopt when
/// nobody does. A file that names this process counts as nobody's.
[[nodiscard]] std::optional<std::string> lock_holder(const std::string& path);

}  // namespace ppp::link
