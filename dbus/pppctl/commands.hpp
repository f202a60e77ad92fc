// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs: each does its work, writes to standard output, and says how it went.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "dbus/pppctl/bus.hpp"
#include "dbus/pppctl/outcome.hpp"
#include "dbus/pppctl/table.hpp"

namespace ppp::ctl {

struct Context {
    Bus& bus;
    Screen screen;
    bool json = false;
    Exit refused = Exit::failed;  ///< of what was refused last inside a RouterOS command
};

/// @param name of a client or server; "" shows all.
Outcome<> status(Context& context, const std::string& name);
/// @param kind "clients" or "servers".
Outcome<> list(Context& context, const std::string& kind);
/// @param conditions "key=value", all of which a row must meet; a leading "where" is allowed.
Outcome<> active(Context& context, const std::vector<std::string>& conditions);
/// The keys of such conditions.
[[nodiscard]] std::vector<std::string> condition_keys();
/// The same of sessions and attempts that are over.
Outcome<> ended(Context& context, const std::vector<std::string>& conditions);
/// The last packets of a session. @param session its number, or a client, server or user whose newest it is.
Outcome<> trace(Context& context, const std::string& session);
Outcome<> statistics(Context& context);
Outcome<> scan(Context& context, const std::string& interface, std::uint32_t seconds);
/// @param seconds how long; 0 is until Ctrl-C.
Outcome<> monitor(Context& context, const std::string& name, std::uint32_t seconds = 0);
Outcome<> kick(Context& context, std::uint64_t session);
Outcome<> reload(Context& context);

/// The objects of one kind; "" or "kinds" lists the kinds.
Outcome<> list_objects(Context& context, const std::string& kind);
/// @param words [KIND] NAME.
/// @param secrets with its passwords, for which the daemon asks polkit.
Outcome<> show(Context& context, std::vector<std::string> words, bool secrets = false);
/// The properties of a kind, with what they mean.
Outcome<> explain_kind(Context& context, const std::string& kind);

/// A change of the configuration as it was typed.
struct Change {
    std::vector<std::string> words;  ///< [KIND] NAME key=value ...
    bool dry_run = false;
    std::optional<std::uint64_t> revision;  ///< refuse unless this one is in force
    bool password_in_arguments = false;
};
Outcome<> add(Context& context, const Change& change);
Outcome<> set(Context& context, const Change& change);
Outcome<> remove(Context& context, const Change& change);
Outcome<> enable(Context& context, const Change& change, bool enabled);
/// What a config.json would do. @param path "-" is standard input.
Outcome<> check(Context& context, const std::string& path);

/// verb, kind, name, properties; as Manager.Edit takes them.
using BusEdit = sdbus::Struct<std::string, std::string, std::string, Dictionary>;
/// Sends the edits as one transaction. @return the daemon's report.
Outcome<Dictionary> send_edits(Context& context, const std::vector<BusEdit>& edits, const Change& change);
/// The same, and prints what it did.
Outcome<> commit_edits(Context& context, const std::vector<BusEdit>& edits, const Change& change);
/// A report of the daemon as lines for people.
[[nodiscard]] std::string describe_report(const Dictionary& report, bool dry_run);

struct Wanted {
    std::string name;
    bool wait = true;
    std::uint32_t timeout = 60;  ///< seconds
};
Outcome<> up(Context& context, const Wanted& wanted);
Outcome<> down(Context& context, const Wanted& wanted);

}  // namespace ppp::ctl
