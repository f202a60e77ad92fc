// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/speech_log.hpp"
#include "dbus/pppctl/journal.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr std::size_t kLines = 1000;  // what RouterOS keeps in memory

ros::Object object_of(const JournalEntry& entry) {
    ros::Object out;
    out.properties["time"] = moment(entry.time);
    out.properties["topics"] = "pppoe,ppp," + std::string(level_name(entry.level));
    out.properties["message"] = entry.message;
    return out;
}

}  // namespace

Result<std::string> log_text(const ros::Action& action) {
    PPP_TRY(const auto matcher, ros::Matcher::create(action.where));
    JournalQuery query;
    query.lines = kLines;
    auto journal = Journal::open(query);
    // A machine without a journal is no mistake of whoever runs a script.
    if (!journal && journal.error().status == Exit::not_found) return journal.error().text;
    if (!journal) return fail(Errc::refused, journal.error().text);
    std::string text;
    std::size_t count = 0;
    for (;;) {
        auto entry = journal->next();
        if (!entry) return fail(Errc::system, entry.error().text);
        if (!*entry) break;
        const auto line = object_of(**entry);
        if (!matcher.matches(line)) continue;
        ++count;
        text += (text.empty() ? "" : "\n") + line.properties.at("time") + " " + line.properties.at("topics") +
                " " + printable(line.properties.at("message"));
    }
    const auto form = action.arguments.find("form");
    if (form != action.arguments.end() && form->second == "count-only") return std::to_string(count);
    return text.empty() ? "no entries" : text;
}

}  // namespace ppp::ctl
