// SPDX-License-Identifier: GPL-2.0-or-later
/// @file A keeper replaces its own program and keeps every file open: this is how an upgrade reaches it.
#pragma once
#include <string>
#include <vector>
#include "keeper/server.hpp"
#include "keeper/vault.hpp"

namespace ppp::keeper {

/// The path by which this program was started: after an upgrade the new program is there.
[[nodiscard]] std::string own_path();

/// Executes `path` in place. The option "--inherit N" is added to the words: adopt(N) is what it shall call.
/// @return only when that failed: everything is as it was.
Error hand_over(const std::string& path, std::vector<std::string> words, Store& store, const Server& server,
                const Vault& vault);

struct Inherited {
    Server::Sockets sockets;
    std::vector<Box> boxes;
    std::uint64_t generation = 0;
};
/// Fills the store with what hand_over() of the earlier program left.
Result<Inherited> adopt(int descriptor, Store& store);

}  // namespace ppp::keeper
