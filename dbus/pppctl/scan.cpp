// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl scan: which Access-Concentrators are there?
#include <fmt/format.h>
#include <functional>
#include "base/event_loop.hpp"
#include "dbus/bus_pump.hpp"
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

using Rows = std::vector<sdbus::Struct<std::string, std::string, std::string>>;
// The daemon answers when the time is over; this much later it is not going to.
constexpr std::uint32_t kGraceSeconds = 10;

/// Asks and shows the seconds go by on standard error when that is a terminal.
Outcome<Rows> ask(Context& context, const std::string& interface, std::uint32_t seconds) {
    auto made = EventLoop::create();
    if (!made) return problem(Exit::failed, made.error().what);
    auto& loop = **made;
    Outcome<Rows> result = problem(Exit::failed, "no answer");
    const bool terminal = aside_is_terminal();
    std::uint32_t passed = 0;
    Timer tick;
    const std::function<void()> count = [&] {
        if (++passed >= 2 && passed <= seconds)
            put_aside(
                fmt::format("{}scanning {}: {} of {} s", kClearLine, printable(interface), passed, seconds));
        tick = loop.after(std::chrono::seconds(1), [&] { count(); });
    };
    if (terminal) tick = loop.after(std::chrono::seconds(1), [&] { count(); });

    auto manager = context.bus.proxy(kRoot);
    dbus::BusPump pump(loop, context.bus.connection(), [&](const std::string& why) {
        result = problem(Exit::not_running, "the connection to the bus was lost: " + why);
        loop.quit();
    });
    try {
        manager->callMethodAsync("Scan")
            .onInterface(kManager)
            .withTimeout(std::chrono::seconds(seconds + kGraceSeconds))
            .withArguments(interface, seconds)
            .uponReplyInvoke([&](dbus::compat::ReplyError error, const Rows& rows) {
                if (error)
                    result = ppp::detail::unexpected<Problem>(explain(*error));
                else
                    result = rows;
                loop.quit();
            });
    } catch (const sdbus::Error& e) {
        return ppp::detail::unexpected<Problem>(explain(e));
    }
    loop.run();
    if (terminal && passed >= 2) put_aside(kClearLine);
    return result;
}

}  // namespace

Outcome<> scan(Context& context, const std::string& interface, std::uint32_t seconds) {
    auto rows = ask(context, interface, seconds);
    if (!rows) return ppp::detail::unexpected<Problem>(rows.error());
    std::string text;
    if (context.json) {
        auto json = Json::array();
        for (const auto& row : *rows)
            json.push_back(
                {{"service", row.get<0>()}, {"mac-address", row.get<1>()}, {"ac-name", row.get<2>()}});
        text = json.dump(2) + "\n";
    } else {
        Table table({"SERVICE", "MAC-ADDRESS", "AC-NAME"});
        for (const auto& row : *rows)
            table.add({printable(row.get<0>()), printable(row.get<1>()), printable(row.get<2>())});
        text = table.empty() ? "no Access-Concentrator answered on " + printable(interface) + "\n"
                             : table.text(context.screen);
    }
    put(text);
    return {};
}

}  // namespace ppp::ctl
