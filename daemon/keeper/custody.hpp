// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Custody: the port through which files outlive this process.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>
#include "base/fd.hpp"
#include "base/scheduler.hpp"

namespace ppp::keeper {

inline constexpr std::size_t kMaxKey = 64;
inline constexpr std::size_t kMaxFiles = 8;

/// Files by key, as they come back from an earlier run.
using Kept = std::map<std::string, std::vector<Fd>>;

/// Where copies of files live that must outlast this process.
///
/// A file in custody is open elsewhere as well: closing it here ends nothing. What has to end with a session
/// is ended by a call (disconnecting a socket, deleting a link).
class Custody {
public:
    virtual ~Custody() = default;
    /// Gives copies of these files into custody under `key`, in place of what was there. Borrowed: they stay
    /// open, under these numbers, until drop(key). Copies travel at the end of the loop's turn, gathered with
    /// others; never blocks.
    /// @param key at most kMaxKey octets, not empty; @param files 1 to kMaxFiles.
    virtual void keep(std::string key, std::vector<int> files) = 0;
    /// Takes them out of custody. To be called before the files are closed.
    virtual void drop(const std::string& key) = 0;
    /// Everything said so far is with the keeper when this returns true; false: it is not there or did not
    /// take it within `patience`. For the last moment of a process: blocks.
    virtual bool flush(Duration patience) = 0;
};

}  // namespace ppp::keeper
