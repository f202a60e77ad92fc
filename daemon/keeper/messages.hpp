// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the daemon and its keeper say to each other, as octets and back. The files travel beside it.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>
#include "base/result.hpp"
#include "keeper/custody.hpp"
#include "wire/bytes.hpp"

namespace ppp::keeper {

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kFilesInMessage = 253;  // SCM_MAX_FD, the kernel's limit
inline constexpr std::size_t kKeysInMessage = 253;
inline constexpr std::size_t kLongestMessage = 20480;  // that many of the longest keys and some more

/// The first word of either side; the keeper's is its consent.
struct Hello {};
/// The keeper's other answer to Hello: it belongs to another daemon.
struct Busy {};
/// So many of the files that came along, in their order, belong to this key.
struct Item {
    std::string key;
    std::uint8_t files = 0;
    friend bool operator==(const Item&, const Item&) = default;
};
/// Files to keep; the same word brings them back.
struct Keep {
    std::vector<Item> items;
};
struct Drop {
    std::vector<std::string> keys;
};
/// Drops what has not been given since this connection began.
struct Only {};
/// Asks for everything: answered by Keep as often as needed, then End.
struct Take {};
struct End {
    std::uint32_t items = 0;
};
/// Asks whether all that was said before has been taken in; answered by Synced with the same number.
struct Sync {
    std::uint32_t number = 0;
};
struct Synced {
    std::uint32_t number = 0;
};
/// Waits in a vault: each file is a socket in whose queue one Keep waits.
struct Index {
    std::uint64_t generation = 0;  ///< the higher one is the newer vault
    std::uint32_t items = 0;       ///< in all of them together
};

/// How long either end waits before it tries again what the other had no room for.
constexpr std::chrono::milliseconds kCrowdedPause{100};

using Message = std::variant<Hello, Busy, Keep, Drop, Only, Take, End, Sync, Synced, Index>;

[[nodiscard]] wire::Bytes encode(const Message& message);
/// @param files how many came along: as many as the message speaks of, else it is malformed.
/// @return Errc::protocol for another version, Errc::malformed for everything else that is not a message.
[[nodiscard]] Result<Message> decode(wire::ByteView octets, std::size_t files);

/// What a keeper leaves to the program that takes its place; all numbers are descriptors.
struct Handover {
    struct Entry {
        std::string key;
        bool confirmed = false;  ///< see Store
        std::vector<std::uint32_t> files;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    struct Box {
        std::string name;
        std::uint32_t file = 0;
        friend bool operator==(const Box&, const Box&) = default;
    };
    std::uint32_t listener = 0;
    std::vector<std::uint32_t> daemon;  ///< its connection: one or none
    std::uint64_t generation = 0;
    std::vector<Box> boxes;
    std::vector<Entry> entries;
    friend bool operator==(const Handover&, const Handover&) = default;
};

[[nodiscard]] wire::Bytes encode(const Handover& state);
[[nodiscard]] Result<Handover> decode_handover(wire::ByteView octets);

}  // namespace ppp::keeper
