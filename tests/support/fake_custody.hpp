// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeCustody: a keeper inside the test; it holds real copies and gives them to the next daemon.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>
#include "keeper/custody.hpp"

namespace ppp::test {

class FakeCustody final : public keeper::Custody {
public:
    void keep(std::string key, std::vector<int> files) override {
        REQUIRE_FALSE(key.empty());
        REQUIRE(key.size() <= keeper::kMaxKey);
        REQUIRE_FALSE(files.empty());
        REQUIRE(files.size() <= keeper::kMaxFiles);
        for (const int fd : files) REQUIRE_MESSAGE(::fcntl(fd, F_GETFD) >= 0, key << ": not open");
        if (there_) hold(key, files);
        borrowed_.insert_or_assign(std::move(key), std::move(files));
    }
    void drop(const std::string& key) override {
        if (const auto known = borrowed_.find(key); known != borrowed_.end()) {
            for (const int fd : known->second)
                REQUIRE_MESSAGE(::fcntl(fd, F_GETFD) >= 0, key << ": closed before it was dropped");
            borrowed_.erase(known);
        }
        if (there_) held_.erase(key);
    }
    bool flush(Duration) override { return there_; }

    /// The keeper dies: what it held is gone.
    void away() {
        there_ = false;
        held_.clear();
    }
    /// It is back, and is filled with what is in custody by now.
    void back() {
        there_ = true;
        for (const auto& [key, files] : borrowed_) hold(key, files);
    }
    /// The daemon is gone and another one takes what is kept; copies stay here.
    [[nodiscard]] keeper::Kept take() {
        borrowed_.clear();
        keeper::Kept all;
        for (const auto& [key, files] : held_) {
            auto& copies = all[key];
            for (const auto& file : files) copies.push_back(copy(file.get()));
        }
        return all;
    }
    [[nodiscard]] bool holds(const std::string& key) const { return held_.contains(key); }
    [[nodiscard]] std::size_t size() const { return held_.size(); }
    /// Whether it has a copy of the file with this inode.
    [[nodiscard]] bool holds_file(ino_t inode) const {
        const auto is = [inode](const Fd& file) {
            struct stat status {};
            return ::fstat(file.get(), &status) == 0 && status.st_ino == inode;
        };
        return std::ranges::any_of(held_,
                                   [&](const auto& entry) { return std::ranges::any_of(entry.second, is); });
    }

private:
    static Fd copy(int fd) {
        Fd copied(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
        REQUIRE(copied);
        return copied;
    }
    void hold(const std::string& key, const std::vector<int>& files) {
        std::vector<Fd> copies;
        for (const int fd : files) copies.push_back(copy(fd));
        held_[key] = std::move(copies);
    }
    std::map<std::string, std::vector<int>> borrowed_;
    keeper::Kept held_;
    bool there_ = true;
};

}  // namespace ppp::test
