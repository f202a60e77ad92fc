// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ScratchDirectory: a directory for one test.
#pragma once
#include <unistd.h>
#include <filesystem>

namespace ppp::test {

/// A directory that is gone with the object.
class ScratchDirectory {
public:
    ScratchDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "pppmanager-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
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
