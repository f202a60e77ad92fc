// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Store: the keeper's table of files by key.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>
#include "base/callback.hpp"
#include "base/fd.hpp"

namespace ppp::keeper {

/// Closes files out of the way: closing the last copy of a PPP file waits in the kernel.
using Disposal = Callback<void(std::vector<Fd>)>;

class Store {
public:
    struct Entry {
        std::vector<Fd> files;
        bool confirmed = true;    ///< given since the daemon's connection began
        std::uint64_t shelf = 0;  ///< of the vault, with a copy; 0: none
    };

    explicit Store(Disposal dispose) : dispose_(std::move(dispose)) {}

    /// In place of what was there under that key.
    void keep(const std::string& key, std::vector<Fd> files);
    void drop(const std::string& key);
    void clear();
    /// A daemon's connection begins: nothing is confirmed.
    void begin();
    /// Drops what is not confirmed. @return how many.
    std::size_t drop_unconfirmed();

    [[nodiscard]] std::map<std::string, Entry>& entries() { return entries_; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    /// Shelves that hold something which is not here any more; emptied by this.
    [[nodiscard]] std::set<std::uint64_t> take_stale() { return std::exchange(stale_, {}); }

private:
    void remove_files(Entry& entry);

    Disposal dispose_;
    std::map<std::string, Entry> entries_;
    std::set<std::uint64_t> stale_;
};

}  // namespace ppp::keeper
