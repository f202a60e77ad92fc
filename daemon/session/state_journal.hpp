// SPDX-License-Identifier: GPL-2.0-or-later
/// @file StateJournal: a file in /run that says at any moment what another process must know to carry on.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "wire/bytes.hpp"

namespace ppp::session {

/// Octets by number. One write(2) a change, at the end of one file: a process that is killed leaves at worst
/// a cut entry behind, which the next one drops. The file is written anew when most of it is out of date.
/// It is not for the disk: nothing is flushed.
class StateJournal {
public:
    using Entries = std::map<std::uint64_t, wire::Bytes>;

    /// Opens the file, or makes it (0600), and reads what it holds.
    /// @return an error when the file cannot be had or is of a format that is not known; then nothing of it
    /// was changed.
    static Result<StateJournal> open(std::string path, Entries& found);

    /// @param octets at most kMaxEntry; in place of those that `number` had.
    Result<> put(std::uint64_t number, wire::ByteView octets);
    Result<> erase(std::uint64_t number);
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    /// Octets of the file.
    [[nodiscard]] std::uint64_t length() const { return length_; }

    static constexpr std::size_t kMaxEntry = 16384;

private:
    struct Place {
        std::uint64_t at;
        std::uint32_t octets;
    };
    StateJournal(std::string path, Fd file) : path_(std::move(path)), file_(std::move(file)) {}
    void read(wire::ByteView all, Entries& found);
    Result<> append(std::uint64_t number, wire::ByteView octets, bool erased);
    Result<> rewrite_if_due();
    Result<> rewrite();

    std::string path_;
    Fd file_;
    std::unordered_map<std::uint64_t, Place> places_;  // of what counts
    std::uint64_t length_ = 0, live_ = 0;              // octets; of what counts, headers included
};

}  // namespace ppp::session
