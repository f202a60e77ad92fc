// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Which programs an event runs, and whether they may be trusted.
#pragma once
#include <sys/types.h>
#include <string>
#include <vector>
#include "base/result.hpp"
#include "dbus/dispatcher/event.hpp"

namespace ppp::dispatcher {

/// Where programs come from and whose they must be.
struct Trust {
    std::string directory = "/etc/pppmanager-dispatcher.d";
    uid_t owner = 0;  ///< besides root; another one than root is for tests
};

/// Whether nobody but root decides what is run under this path: the file, each directory and each symbolic
/// link on the way to it belong to root, and nobody else may write to the file or to a directory. A directory
/// with the sticky bit (/tmp) is no danger to what root has in it.
/// @return Errc::not_found, Errc::refused, Errc::system with a sentence that names the culprit.
Result<> check_program(const std::string& path, const Trust& trust);

/// The executable files of the directory by name, without hidden ones and what editors and package managers
/// leave ("x~", "x.dpkg-old", "x.rpmsave"). Empty when there is no directory.
[[nodiscard]] std::vector<std::string> directory_programs(const std::string& directory);

/// A program as it is to be run: its arguments, its own path first.
using Arguments = std::vector<std::string>;

/// What an event runs, in order: the profile's command, then the directory's programs with "up INTERFACE".
/// @param problems takes a sentence for a command that cannot be split.
[[nodiscard]] std::vector<Arguments> programs_of(const Event& event, const Trust& trust,
                                                 std::vector<std::string>& problems);

}  // namespace ppp::dispatcher
