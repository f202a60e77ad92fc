// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Journal: the daemon's messages in systemd's journal. Needs neither the daemon nor the bus.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include "dbus/pppctl/outcome.hpp"

struct sd_journal;

namespace ppp::ctl {

struct JournalQuery {
    std::string object;                    ///< of the configuration; "" for all
    std::optional<std::uint64_t> session;  ///< by its number
    std::optional<std::uint64_t> since;    ///< microseconds since 1970
    std::optional<std::size_t> lines;      ///< only the newest so many
    std::string directory, file;           ///< of another journal; "" for this machine's
    /// Only what the daemon can have written: every user may write lines under its name. Not for the journals
    /// of others, whose users have other numbers.
    bool trusted = true;
};

struct JournalEntry {
    std::uint64_t time = 0;  ///< microseconds since 1970
    int level = 6;           ///< as in syslog(3)
    std::string object, session, message;
};
/// "warning"
[[nodiscard]] std::string_view level_name(int level);

class Journal {
public:
    /// Opens it at the first entry that is meant. The problem says what there is to do when it cannot be
    /// read.
    static Outcome<Journal> open(const JournalQuery& query);

    /// The next entry; nothing when there is none just now.
    [[nodiscard]] Outcome<std::optional<JournalEntry>> next();
    /// Blocks until something may have come.
    [[nodiscard]] Outcome<> wait();

private:
    struct Close {
        void operator()(sd_journal* journal) const;
    };
    explicit Journal(sd_journal* journal) : journal_(journal) {}
    [[nodiscard]] std::string field(const char* name) const;
    [[nodiscard]] Outcome<> sift(const JournalQuery& query);
    [[nodiscard]] Outcome<> seek(const JournalQuery& query);

    std::unique_ptr<sd_journal, Close> journal_;
    std::optional<std::uint64_t> since_;
    bool at_entry_ = false;  // the one that next() gives has been gone to already
};

/// A moment as people give it: "2026-01-31 13:00", "2026-01-31", "13:00:59", "today", "yesterday", or how
/// long ago: "1h30m", "2d". Local time. @param now microseconds since 1970, as the result.
[[nodiscard]] std::optional<std::uint64_t> parse_since(std::string_view text, std::uint64_t now);

}  // namespace ppp::ctl
