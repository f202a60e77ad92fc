// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The verbs: each does its work, writes to standard output, and says how it went.
#pragma once
#include <cstdint>
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
};

/// @param name of a client or server; "" shows all.
Outcome<> status(Context& context, const std::string& name);
/// @param kind "clients" or "servers".
Outcome<> list(Context& context, const std::string& kind);
/// @param conditions "key=value", all of which a row must meet; a leading "where" is allowed.
Outcome<> active(Context& context, const std::vector<std::string>& conditions);
Outcome<> scan(Context& context, const std::string& interface, std::uint32_t seconds);
Outcome<> monitor(Context& context, const std::string& name);
Outcome<> kick(Context& context, std::uint64_t session);
Outcome<> reload(Context& context);

struct Wanted {
    std::string name;
    bool wait = true;
    std::uint32_t timeout = 60;  ///< seconds
};
Outcome<> up(Context& context, const Wanted& wanted);
Outcome<> down(Context& context, const Wanted& wanted);

}  // namespace ppp::ctl
