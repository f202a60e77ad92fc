// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/routeros/translate.hpp"
#include "base/quoted.hpp"
#include "dbus/pppctl/routeros/elsewhere.hpp"

namespace ppp::ctl::ros {
namespace {

/// `/interface enable pppoe-out1`: the menu above the kinds, whose objects are told apart by name.
Result<std::vector<Step>> translate_any(const Request& request) {
    const auto& arguments = request.place.arguments;
    if (arguments.empty() || arguments[0].form != Argument::Form::word)
        return fail(Errc::config, "expected the name of an interface of PPP Manager");
    const auto& name = arguments[0].value;
    for (const auto& menu : menus()) {
        if (!menu.is_interface) continue;
        PPP_TRY(const bool there, request.backend.exists(menu.kind, name));
        if (there) return translate_object(request, menu);
    }
    return fail(Errc::not_found,
                "PPP Manager has no interface " + quoted(name) + "; ip link shows and changes all others");
}

}  // namespace

std::string_view to_string(Action::What what) {
    switch (what) {
        case Action::What::list:
            return "list";
        case Action::What::get:
            return "get";
        case Action::What::monitor:
            return "monitor";
        case Action::What::scan:
            return "scan";
        case Action::What::sessions:
            return "sessions";
        case Action::What::kick:
            return "kick";
        case Action::What::log:
            return "log";
        case Action::What::traffic:
            return "traffic";
        case Action::What::ping:
            return "ping";
        case Action::What::routes:
            return "routes";
        case Action::What::interfaces:
            return "interfaces";
        case Action::What::export_text:
            return "export";
    }
    return "";
}

Result<std::vector<Step>> translate(const Request& request) {
    const auto& [path, verb, arguments] = request.place;
    const auto other = elsewhere(request.place);
    // Of what another tool does, the routes alone can be shown here too.
    if (other && !(path == "ip route" && verb == "print")) return std::vector<Step>{*other};
    PPP_TRY(auto action, translate_action(request));
    if (action) {
        const auto rest = left_out(*action);
        std::vector<Step> steps{*std::move(action)};
        if (rest) steps.emplace_back(*rest);
        return steps;
    }
    if (const auto* menu = find_menu(path)) return translate_object(request, *menu);
    if (path == "interface" && verb != "add") return translate_any(request);
    return fail(Errc::config, "/" + path + " has no command " + quoted(verb));
}

}  // namespace ppp::ctl::ros
