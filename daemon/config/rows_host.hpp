// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The rows of what the host around the sessions needs: VLANs, watches. Included by property_table.cpp
/// only.
#pragma once
#include "config/property_row.hpp"

namespace ppp::config::rows {

using namespace types;

using L = Vlan;
inline constexpr std::array kVlan{
    required(row<&L::vlan_id, OptionalNumber<1, 4094>>("vlan-id", "the number in the tag of its frames"),
             Required::always),
    required(row<&L::interface, InterfaceName>("interface", "the Ethernet interface that carries it"),
             Required::always),
    row<&L::disabled, YesNo>("disabled", "do not make the interface"),
    comment_row<&L::comment>(),
    alias(row<&L::disabled, NoYes>("enabled", "make the interface"), "disabled"),
};

using W = Watch;
inline constexpr std::array kWatch{
    required(row<&W::host, HostName>("host", "the host that is asked whether it is there"), Required::always),
    row<&W::interval, Seconds<86400, 1>>("interval", "how often it is asked"),
    row<&W::up_script, Script>("up-script", "the script to run when it answers again"),
    row<&W::down_script, Script>("down-script", "the script to run when it stops answering"),
    row<&W::disabled, YesNo>("disabled", "do not ask"),
    comment_row<&W::comment>(),
    alias(row<&W::disabled, NoYes>("enabled", "ask"), "disabled"),
};

}  // namespace ppp::config::rows
