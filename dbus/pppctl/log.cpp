// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/log.hpp"
#include <charconv>
#include <nlohmann/json.hpp>
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr std::size_t kDefaultLines = 100;

Outcome<JournalQuery> query_of(const LogWanted& wanted) {
    JournalQuery query;
    std::uint64_t number = 0;
    const auto* const end = wanted.name.data() + wanted.name.size();
    if (const auto [at, error] = std::from_chars(wanted.name.data(), end, number);
        !wanted.name.empty() && error == std::errc{} && at == end)
        query.session = number;
    else
        query.object = wanted.name;
    query.lines = wanted.lines;
    query.directory = wanted.directory;
    query.file = wanted.file;
    query.trusted = wanted.directory.empty() && wanted.file.empty();
    if (!wanted.since.empty()) {
        query.since = parse_since(wanted.since, now_microseconds());
        if (!query.since)
            return problem(Exit::usage,
                           "'" + printable(wanted.since) +
                               "' is no moment: write 2026-01-31 13:00, 13:00, today, yesterday, or "
                               "how long ago: 1h30m, 2d");
    } else if (!query.lines) {
        query.lines = kDefaultLines;
    }
    return query;
}

Colour colour_of(int level) {
    if (level <= 3) return Colour::bad;
    return level == 4 ? Colour::busy : Colour::none;
}

std::string line(const JournalEntry& entry, const Screen& screen, bool json) {
    if (json) {
        nlohmann::ordered_json out{{"time", entry.time},
                                   {"level", level_name(entry.level)},
                                   {"object", entry.object},
                                   {"session", entry.session},
                                   {"message", entry.message}};
        return json_text(out, -1);
    }
    // A message about several mistakes has a line for each.
    std::string message;
    for (std::size_t begin = 0; begin <= entry.message.size();) {
        const auto newline = std::min(entry.message.find('\n', begin), entry.message.size());
        message += (begin == 0 ? "" : "\n    ") + printable(entry.message.substr(begin, newline - begin));
        begin = newline + 1;
    }
    const auto level = std::string(level_name(entry.level));
    return moment(entry.time) + " " + painted(screen, colour_of(entry.level), level + ": " + message) + "\n";
}

}  // namespace

Outcome<> log(const LogWanted& wanted, const Screen& screen, bool json) {
    const auto query = query_of(wanted);
    if (!query) return ppp::detail::unexpected<Problem>(query.error());
    auto journal = Journal::open(*query);
    if (!journal) return ppp::detail::unexpected<Problem>(journal.error());
    bool any = false;
    for (;;) {
        auto entry = journal->next();
        if (!entry) return ppp::detail::unexpected<Problem>(entry.error());
        if (*entry) {
            put(line(**entry, screen, json));
            any = true;
        } else if (!wanted.follow) {
            break;
        } else if (auto waited = journal->wait(); !waited) {
            return waited;
        }
        if (!all_put()) return {};
    }
    if (!any && !json) put_aside("no entries\n");
    return {};
}

}  // namespace ppp::ctl
