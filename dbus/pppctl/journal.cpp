// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/journal.hpp"
#include <pwd.h>
#include <systemd/sd-journal.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIdentifier = "SYSLOG_IDENTIFIER=pppmanagerd";
constexpr std::array kDirectories{"/run/log/journal", "/var/log/journal"};
constexpr std::string_view kElsewhere =
    "; without one pppmanagerd writes to its standard error: journalctl -u pppmanager, or the terminal it "
    "was started on";

std::string sentence(int error) { return std::strerror(error < 0 ? -error : error); }

ppp::detail::unexpected<Problem> cannot(const std::string& what, int error) {
    return problem(Exit::failed, "the journal cannot be read: " + what + ": " + sentence(error));
}

/// What journald notes of a writer itself: the unit, else root, else the daemon's own system user.
std::vector<std::string> trusted_users() {
    constexpr uid_t last_of_system = 999;
    std::vector<std::string> out{"_UID=0"};
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwnam_r("pppmanager", &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr &&
        entry.pw_uid != 0 && entry.pw_uid <= last_of_system)
        out.push_back("_UID=" + std::to_string(entry.pw_uid));
    return out;
}

/// Whether the machine's journal is there, and ours to read: sd_journal_open() says neither.
Outcome<> accessible() {
    bool any = false;
    for (const auto* directory : kDirectories) {
        std::error_code ignored;
        for (fs::recursive_directory_iterator
                 at(directory, fs::directory_options::skip_permission_denied, ignored),
             end;
             !ignored && at != end; at.increment(ignored)) {
            const auto name = at->path().filename().string();
            if (!name.starts_with("system") || !name.ends_with(".journal")) continue;
            any = true;
            if (::access(at->path().c_str(), R_OK) == 0) return {};
        }
    }
    if (any)
        return problem(Exit::not_permitted,
                       "the journal cannot be read by this user: be root, or a member of the group "
                       "systemd-journal or adm");
    return problem(Exit::not_found,
                   "there is no journal: neither /run/log/journal nor /var/log/journal has one" +
                       std::string(kElsewhere));
}

Outcome<sd_journal*> open_journal(const JournalQuery& query) {
    sd_journal* journal = nullptr;
    if (!query.file.empty()) {
        std::array<const char*, 2> files{query.file.c_str(), nullptr};
        if (const int r = sd_journal_open_files(&journal, files.data(), 0); r < 0)
            return cannot(printable(query.file), r);
        return journal;
    }
    if (!query.directory.empty()) {
        if (::access(query.directory.c_str(), R_OK | X_OK) != 0)
            return cannot(printable(query.directory), errno);
        if (const int r = sd_journal_open_directory(&journal, query.directory.c_str(), 0); r < 0)
            return cannot(printable(query.directory), r);
        return journal;
    }
    if (auto there = accessible(); !there) return ppp::detail::unexpected<Problem>(there.error());
    if (const int r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY); r < 0)
        return cannot("it cannot be opened", r);
    return journal;
}

}  // namespace

std::string_view level_name(int level) {
    constexpr std::array<std::string_view, 8> names{"emergency", "alert",  "critical", "error",
                                                    "warning",   "notice", "info",     "debug"};
    return level >= 0 && level < 8 ? names[static_cast<std::size_t>(level)] : "info";
}

void Journal::Close::operator()(sd_journal* journal) const { sd_journal_close(journal); }

Outcome<Journal> Journal::open(const JournalQuery& query) {
    auto opened = open_journal(query);
    if (!opened) return ppp::detail::unexpected<Problem>(opened.error());
    Journal journal(*opened);
    if (auto done = journal.sift(query); !done) return ppp::detail::unexpected<Problem>(done.error());
    if (auto done = journal.seek(query); !done) return ppp::detail::unexpected<Problem>(done.error());
    return journal;
}

Outcome<> Journal::sift(const JournalQuery& query) {
    std::vector<std::string> matches{kIdentifier};
    if (!query.object.empty()) matches.push_back("PPP_OBJECT=" + query.object);
    if (query.session) matches.push_back("PPP_SESSION=" + std::to_string(*query.session));
    int r = 0;
    const auto add = [&](const std::string& match) {
        if (r >= 0) r = sd_journal_add_match(journal_.get(), match.data(), match.size());
    };
    for (const auto& match : matches) add(match);
    if (query.trusted) {
        if (r >= 0) r = sd_journal_add_conjunction(journal_.get());
        add("_SYSTEMD_UNIT=pppmanager.service");
        if (r >= 0) r = sd_journal_add_disjunction(journal_.get());
        for (const auto& user : trusted_users()) add(user);
    }
    if (r < 0) return cannot("its fields", r);
    return {};
}

Outcome<> Journal::seek(const JournalQuery& query) {
    since_ = query.since;
    int r = 0;
    if (query.lines) {
        r = sd_journal_seek_tail(journal_.get());
        // Behind the last entry is where one has been gone to that next() does not give.
        if (r >= 0) r = sd_journal_previous_skip(journal_.get(), std::max(*query.lines, std::size_t{1}));
        // Gone back to one of them, unless there is none at all.
        at_entry_ = r > 0 && *query.lines > 0;
        if (r == 0) r = sd_journal_seek_head(journal_.get());
    } else {
        r = query.since ? sd_journal_seek_realtime_usec(journal_.get(), *query.since)
                        : sd_journal_seek_head(journal_.get());
    }
    if (r < 0) return cannot("its entries", r);
    return {};
}

Outcome<std::optional<JournalEntry>> Journal::next() {
    for (;;) {
        if (!std::exchange(at_entry_, false)) {
            const int r = sd_journal_next(journal_.get());
            if (r < 0) return cannot("the next entry", r);
            if (r == 0) return std::optional<JournalEntry>{};
        }
        JournalEntry entry;
        if (const int r = sd_journal_get_realtime_usec(journal_.get(), &entry.time); r < 0)
            return cannot("the time of an entry", r);
        // The newest lines may begin before the moment.
        if (since_ && entry.time < *since_) continue;
        entry.object = field("PPP_OBJECT");
        entry.session = field("PPP_SESSION");
        entry.message = field("MESSAGE");
        if (const auto level = field("PRIORITY"); level.size() == 1 && level[0] >= '0' && level[0] <= '7')
            entry.level = level[0] - '0';
        return std::optional<JournalEntry>(std::move(entry));
    }
}

Outcome<> Journal::wait() {
    const int r = sd_journal_wait(journal_.get(), static_cast<std::uint64_t>(-1));
    if (r < 0) return cannot("what comes", r);
    return {};
}

std::string Journal::field(const char* name) const {
    const void* data = nullptr;
    std::size_t size = 0;
    if (sd_journal_get_data(journal_.get(), name, &data, &size) < 0) return {};
    const std::string_view text(static_cast<const char*>(data), size);
    return std::string(text.substr(std::min(text.size(), std::strlen(name) + 1)));
}

}  // namespace ppp::ctl
