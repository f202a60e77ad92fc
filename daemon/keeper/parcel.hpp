// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Messages with files over SOCK_SEQPACKET.
#pragma once
#include <sys/un.h>
#include <span>
#include "keeper/messages.hpp"

namespace ppp::keeper {

Result<sockaddr_un> address_of(const std::string& path);

/// A message as it came. Files that nobody takes out are closed with it.
struct Parcel {
    Message message;
    std::vector<Fd> files;
};

enum class Mail : std::uint8_t {
    parcel,
    nothing,  ///< for now
    end,      ///< the other side is gone
};
/// How a message is looked at: taken, or left where it is, with further copies of its files.
enum class Look : std::uint8_t { take, leave };

/// Never waits.
/// @return an error when what came is broken: files that came with it are closed.
Result<Mail> receive(int socket, Parcel& into, Look look = Look::take);

enum class Sent : std::uint8_t {
    yes,
    full,     ///< until the socket is writable
    crowded,  ///< too many files of this user are under way, or memory is short: try again after a time
    lost,     ///< errno says why
};
/// Never waits.
Sent send(int socket, wire::ByteView octets, std::span<const int> files = {});

/// Gathers keys and their files into one message.
struct Load {
    Keep keep;
    std::vector<int> files;
    [[nodiscard]] bool empty() const { return keep.items.empty(); }
    [[nodiscard]] bool fits(std::size_t more) const {
        return files.size() + more <= kFilesInMessage && keep.items.size() < kKeysInMessage;
    }
    /// @param its its files; only where they fit.
    void add(const std::string& key, std::span<const Fd> its) {
        for (const auto& fd : its) files.push_back(fd.get());
        keep.items.push_back({key, static_cast<std::uint8_t>(its.size())});
    }
    void add(const std::string& key, std::span<const int> its) {
        files.insert(files.end(), its.begin(), its.end());
        keep.items.push_back({key, static_cast<std::uint8_t>(its.size())});
    }
};

/// The files of the next item out of those that came: `from` moves on.
[[nodiscard]] std::vector<Fd> files_of(const Item& item, std::vector<Fd>& files, std::size_t& from);

}  // namespace ppp::keeper
