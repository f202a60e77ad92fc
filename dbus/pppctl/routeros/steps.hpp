// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What a RouterOS command comes down to, and the port through which it takes effect.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
#include "base/result.hpp"
#include "dbus/pppctl/routeros/query.hpp"

namespace ppp::ctl::ros {

using edits::Edit;

/// Something to show or to do.
struct Action {
    enum class What : std::uint8_t {
        list,        ///< the objects `names` of `kind`, or those that `where` means
        get,         ///< the value of `arguments["property"]` of the one object
        monitor,     ///< the live state of `names` of `kind`
        scan,        ///< PPPoE services on `arguments["interface"]`
        sessions,    ///< sessions that are up and that `where` means
        kick,        ///< end the sessions whose numbers are `names`, once the edits are in force
        log,         ///< journal entries with the properties topics, message, time
        traffic,     ///< rates of the interfaces `names`
        ping,        ///< `arguments`: address, interface, count, size, interval, src-address
        routes,      ///< routes with the properties dst-address, gateway, distance
        interfaces,  ///< the interfaces of sessions with their counters
        export_text  ///< the objects of the kinds `names` as RouterOS commands
    };
    What what = What::list;
    std::string kind;
    std::vector<std::string> names;
    /// Besides those above: "form" of a listing (detail, stats, brief, terse, value-list, names, count-only),
    /// "duration" and "interval" as texts, "once" and "show-sensitive" = yes, "file".
    Properties arguments;
    Query where;
    std::string instead;  ///< a command of the host that does the same, or ""
    friend bool operator==(const Action&, const Action&) = default;
};
/// "list", "export"
[[nodiscard]] std::string_view to_string(Action::What what);

/// One line: what else does this here, or what of a command was left out.
struct Answer {
    std::string tool;  ///< "nft", "resolvectl"; "" when the line is about our own objects
    std::string text;
    friend bool operator==(const Answer&, const Answer&) = default;
};

using Step = std::variant<Edit, Action, Answer>;

/// What an action has to show: text for people or, where that was asked for, data for programs.
struct Shown {
    std::string text;  ///< printable, may have several lines; "" when it is on the screen already
    std::string data;  ///< one JSON value, or ""
};

/// What pppctl does over D-Bus and tests do in memory. The kind "active" has the sessions: the name of such
/// an object is the session's number, its properties are name (of the user), service, caller-id, address,
/// session-id, interface and others.
class Backend : public edits::Objects {
public:
    /// Makes the change, or notes it for a transaction. A refusal changes nothing.
    virtual Result<> edit(const Edit& edit) = 0;
    virtual Result<Shown> act(const Action& action) = 0;
};

}  // namespace ppp::ctl::ros
