// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Scripts: programs of a test's own for the dispatcher, in a scratch directory that it trusts.
#pragma once
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include "dbus/dispatcher/programs.hpp"
#include "support/scratch_directory.hpp"

namespace ppp::test {

class Scripts {
public:
    Scripts() { std::filesystem::create_directory(directory()); }

    [[nodiscard]] std::filesystem::path at(const std::string& name) const { return scratch_.path() / name; }
    [[nodiscard]] std::string directory() const { return at("dispatcher.d").string(); }
    [[nodiscard]] dispatcher::Trust trust() const { return {.directory = directory(), .owner = ::geteuid()}; }
    /// A shell script that runs in the scratch directory. @param name may begin with "dispatcher.d/".
    /// @return its path.
    // NOLINTNEXTLINE(modernize-use-nodiscard): most tests run what is in the directory
    std::string add(const std::string& name, const std::string& body, mode_t mode = 0755) const {
        const auto path = at(name);
        std::ofstream(path) << "#!/bin/sh\ncd " << scratch_.path().string() << "\n" << body << "\n";
        ::chmod(path.c_str(), mode);
        return path.string();
    }
    /// What a script has written; "" when it has not.
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(at(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// Lets go what waits by kWait.
    void open_gate() const { std::ofstream(at("gate")) << "open"; }

private:
    ScratchDirectory scratch_;
};

/// A script's line that waits for open_gate(), or for the end of the test: nobody else may be left to end it.
inline const std::string kWait = "while [ -e dispatcher.d ] && ! [ -e gate ]; do sleep 0.05; done\n";

}  // namespace ppp::test
