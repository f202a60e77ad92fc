// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl active and kick: the sessions that are up.
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/objects.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/sieve.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {

Outcome<> active(Context& context, const std::vector<std::string>& conditions) {
    auto sieve = Sieve::parse(conditions, Sieve::Of::active);
    if (!sieve) return ppp::detail::unexpected<Problem>(sieve.error());
    const auto all = all_sessions(context.bus, sieve->filter);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    const auto rows = sieve->rows(*all);
    std::string text;
    if (context.json) {
        text = rows.dump(2) + "\n";
    } else {
        Table table(
            {"ID", "NAME", "SERVICE", "CALLER-ID", "ADDRESS", "UPTIME", "ENCODING", "INTERFACE", "SERVER"});
        for (const auto& row : rows) {
            const auto cell = [&](const char* key) {
                return row.contains(key) ? printable(value_text(row[key])) : "";
            };
            table.add({cell("id"), cell("name"), cell("service"), cell("caller-id"), cell("address"),
                       duration(row.value("uptime", std::uint64_t{0})), cell("encoding"), cell("interface"),
                       cell("server")});
        }
        text = table.empty() ? "no sessions\n" : table.text(context.screen);
    }
    put(text);
    return {};
}

Outcome<> kick(Context& context, std::uint64_t session) {
    return context.bus.tell(kRoot, kManager, "Disconnect", session);
}

Outcome<> reload(Context& context) { return context.bus.tell(kRoot, kManager, "Reload"); }

}  // namespace ppp::ctl
