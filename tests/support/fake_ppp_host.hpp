// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the host of FakePpp does to its interfaces.
#pragma once
#include "support/fake_ppp.hpp"

namespace ppp::test {

inline void FakePpp::remove_interface(const std::string& name) {
    later_({}, [this, number = find(name)->number] {
        auto node = units_.extract(number);
        if (node && changed) changed(node.mapped().interface.index, false);
        if (node && node.mapped().object) node.mapped().object->handler.on_gone();
    });
}

inline void FakePpp::transmit(const std::string& name, wire::ByteView frame) {
    auto* out = find(name);
    assert(out && frame.size() >= 2);
    if (!out->up || !fake_ppp::passes(*out, fake_ppp::protocol_of(frame))) return;
    fake_ppp::count(out->counters.packets_out, out->counters.octets_out, frame);
    for (auto& [number, unit] : units_)
        if (&unit.interface == out && unit.channel_end)
            if (const auto coded = unit.coding.outbound(frame)) send_from(*unit.channel_end, *coded);
}

inline void FakePpp::spoil_keys(const std::string& name) {
    for (auto& [number, unit] : units_)
        if (unit.interface.name == name) unit.coding.spoil_keys();
}

}  // namespace ppp::test
