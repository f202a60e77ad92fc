// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What RouterOS shows of a running host: sessions, interfaces, rates, routes, ping.
#pragma once
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/routeros/steps.hpp"

namespace ppp::ctl {

/// How an action is to be shown.
struct Showing {
    Context& context;
    bool live = true;  ///< may write to the screen as time goes by; else all is handed back at the end
};

/// `/ppp active print`.
[[nodiscard]] Result<ros::Shown> show_sessions(const Showing& showing, const ros::Action& action);
/// `/interface print`: the interfaces of clients and sessions with their counters.
[[nodiscard]] Result<ros::Shown> show_interfaces(const Showing& showing, const ros::Action& action);
/// `/interface get NAME PROPERTY`: of one of those interfaces.
[[nodiscard]] Result<ros::Shown> get_interface(const Showing& showing, const ros::Action& action);
/// `/ip route print`: the routes of this network namespace as ip(8) tells them.
[[nodiscard]] Result<ros::Shown> show_routes(const Showing& showing, const ros::Action& action);
/// `/ping`, by ping(8): live until its count or Ctrl-C, else four times at most.
[[nodiscard]] Result<ros::Shown> ping(const Showing& showing, const ros::Action& action);
/// `/interface monitor-traffic`: a line each second; where nothing may be live, one.
[[nodiscard]] Result<ros::Shown> watch_traffic(const Showing& showing, const ros::Action& action);

/// "90", "90s", "1m30s", "00:01:30" in seconds; 0 for what is none of these.
[[nodiscard]] std::uint32_t seconds_of(std::string_view text);
/// Such a time, "200ms", "1s500ms" or "0.2" in seconds as ping(8) takes them; "" for what is none.
[[nodiscard]] std::string fraction_of(std::string_view text);
/// The words of "a,b,c".
[[nodiscard]] std::vector<std::string> words_of(const std::string& list);
/// For a result that people see; the context remembers the exit status.
[[nodiscard]] inline Error to_error(Context& context, const Problem& problem) {
    context.refused = problem.status;
    return {Errc::refused, 0, problem.text};
}

}  // namespace ppp::ctl
