// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ScratchDirectory: a directory for one test.
#pragma once
#include <unistd.h>
#include <filesystem>

namespace ppp::test {

/// A directory that is gone with the object.
class ScratchDirectory {
public:
    ScratchDirectory() : ScratchDirectory(std::filesystem::temp_directory_path()) {}
    explicit ScratchDirectory(const std::filesystem::path& parent) {
        auto pattern = (parent / "pppmanager-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    /// Where to make one whose files are synchronised to no disk; programs may not run from there.
    [[nodiscard]] static std::filesystem::path memory() {
        const std::filesystem::path memory = "/dev/shm";
        return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace ppp::test
