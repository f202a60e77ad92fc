// SPDX-License-Identifier: GPL-2.0-or-later
/// @file export_config(): the configuration as the RouterOS commands that make it.
#include <algorithm>
#include "dbus/pppctl/configuration.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/routeros/export.hpp"
#include "dbus/pppctl/speech.hpp"

namespace ppp::ctl {

Outcome<> export_config(Context& context, bool secrets, const std::vector<std::string>& only) {
    auto all = kinds(context.bus);
    if (!all) return ppp::detail::unexpected<Problem>(all.error());
    std::vector<ros::Exported> out;
    for (const auto& kind : *all) {
        if (!only.empty() && std::ranges::find(only, kind.name) == only.end()) continue;
        auto rows = properties(context.bus, kind.name);
        if (!rows) return ppp::detail::unexpected<Problem>(rows.error());
        auto objects = configuration(context.bus, kind.name);
        if (!objects) return ppp::detail::unexpected<Problem>(objects.error());
        ros::Exported exported{kind.name, {}};
        for (const auto& object : *objects) {
            ros::Object one{object.name, {}};
            for (const auto& row : *rows)
                if (const auto value = object.text(row.name); !row.secret && value != row.standard)
                    one.properties[row.name] = value;
            if (secrets && std::ranges::any_of(*rows, &PropertyRow::secret)) {
                auto known = read_secrets(context.bus, kind.name, object.name);
                if (!known) return ppp::detail::unexpected<Problem>(known.error());
                for (const auto& [property, value] : *known)
                    if (const auto text = value_text(value); !text.empty()) one.properties[property] = text;
            }
            exported.objects.push_back(std::move(one));
        }
        out.push_back(std::move(exported));
    }
    put(ros::export_text(out));
    return {};
}

}  // namespace ppp::ctl
