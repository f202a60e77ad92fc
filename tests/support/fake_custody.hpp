// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeCustody: keeps copies of files in this process; what a keeper would give the next one is in
/// hand_out().
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <algorithm>
#include <cassert>
#include "keeper/custody.hpp"

namespace ppp::test {

class FakeCustody final : public keeper::Custody {
public:
    bool away = false;  ///< nothing reaches it, and what it had is gone when that is set by die()

    void keep(std::string key, std::vector<int> files) override {
        assert(key.size() <= keeper::kMaxKey && !files.empty() && files.size() <= keeper::kMaxFiles);
        if (!away) kept_[std::move(key)] = copies(files);
    }
    void drop(const std::string& key) override { kept_.erase(key); }
    bool flush(Duration) override { return !away; }

    /// Copies of everything, as for a process that has just connected.
    [[nodiscard]] keeper::Kept hand_out() const {
        keeper::Kept out;
        for (const auto& [key, files] : kept_) {
            std::vector<int> numbers;
            for (const auto& file : files) numbers.push_back(file.get());
            out.emplace(key, copies(numbers));
        }
        return out;
    }
    /// Its process is killed, and everything with it.
    void die() {
        away = true;
        kept_.clear();
    }
    [[nodiscard]] std::size_t size() const { return kept_.size(); }
    /// Whether it has a copy of the file with this inode.
    [[nodiscard]] bool has(ino_t inode) const {
        const auto is = [inode](const Fd& file) {
            struct stat status {};
            return ::fstat(file.get(), &status) == 0 && status.st_ino == inode;
        };
        return std::ranges::any_of(
            kept_, [&](const auto& entry) { return std::ranges::any_of(entry.second, is); });
    }

private:
    static std::vector<Fd> copies(const std::vector<int>& files) {
        std::vector<Fd> out;
        for (const int file : files) out.emplace_back(::fcntl(file, F_DUPFD_CLOEXEC, 0));
        return out;
    }
    keeper::Kept kept_;
};

}  // namespace ppp::test
