// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/export.hpp"
#include <algorithm>
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/menu.hpp"
#include "dbus/pppctl/routeros/spelling.hpp"

namespace ppp::ctl::ros {
namespace {

void write_object(std::string& out, const Menu& menu, const Object& object) {
    std::string properties, unknown;
    for (const auto& [key, value] : object.properties) {
        if (menu.canonical(key) == key)
            properties += ' ' + key + '=' + rsc_value(value);
        else
            unknown += (unknown.empty() ? "" : ", ") + quoted(key);
    }
    if (!unknown.empty()) out += "# left out of " + quoted(object.name) + ": " + unknown + "\n";
    if (menu.always_there(object.name)) {
        if (properties.empty()) return;
        out += "set";
        if (menu.only.empty()) out += ' ' + rsc_value(object.name);
    } else {
        out += "add name=" + rsc_value(object.name);
    }
    out += properties + "\n";
}

}  // namespace

std::string export_text(std::span<const Exported> kinds) {
    std::string out;
    for (const auto& menu : menus()) {
        for (const auto& exported : kinds) {
            if (exported.kind != menu.kind || exported.objects.empty()) continue;
            out += "/" + std::string(menu.path) + "\n";
            for (const auto& object : exported.objects) write_object(out, menu, object);
        }
    }
    for (const auto& exported : kinds)
        if (menu_of(exported.kind) == nullptr)
            out += "# left out: objects of the kind " + quoted(exported.kind) + "\n";
    return out;
}

}  // namespace ppp::ctl::ros
