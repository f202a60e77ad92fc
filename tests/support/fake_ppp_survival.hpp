// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What FakePpp does when a process dies and another one carries its sessions on.
#pragma once
#include <fcntl.h>
#include "support/fake_ppp.hpp"

namespace ppp::test {

inline Result<kernel::PppKernel::Session> FakePpp::adopt(kernel::SessionFiles files,
                                                         kernel::FrameHandler& handler) {
    const auto end = key(files.socket);
    const auto found = ends_.find(end);
    assert(found != ends_.end() && !found->second.channel && "a socket that nobody has lost");
    Session out;
    auto channel = std::make_unique<FakeChannel>(*this, std::move(files.socket), end, handler);
    found->second.channel = channel.get();
    out.channel = std::move(channel);
    const auto unit = std::ranges::find_if(units_, [&, file = key(files.unit)](const auto& u) {
        return u.second.file == file && u.second.interface.index == files.index;
    });
    if (unit == units_.end()) return fail(Errc::not_found, "the interface of a PPP unit is gone");
    auto object = std::make_unique<FakeUnit>(*this, unit->second.interface, handler, std::move(files.unit),
                                             files.made_at);
    unit->second.object = object.get();
    out.unit = std::move(object);
    later_({}, [this, end] { deliver_waiting(end); });
    // The end of a far end that went meanwhile shows on both files.
    if (found->second.gone) {
        found->second.gone = false;
        hang_up(end);
    }
    return out;
}

inline void FakePpp::discard(kernel::SessionFiles files) {
    if (const auto end = ends_.find(key(files.socket)); end != ends_.end()) close_end(end->first);
    std::erase_if(units_, [this, file = key(files.unit)](const auto& u) {
        if (u.second.file != file) return false;
        if (changed) changed(u.second.interface.index, false);
        return true;
    });
}

inline void FakePpp::crash(const std::function<void()>& die, const std::function<bool(Key)>& kept) {
    crashing_ = true;
    die();
    crashing_ = false;
    for (auto at = ends_.begin(); at != ends_.end();) {
        const auto end = at++;
        if (!end->second.channel && end->second.attached && !kept(end->first)) close_end(end->first);
    }
    std::erase_if(units_, [&](const auto& u) {
        if (u.second.object || kept(u.second.file)) return false;
        if (changed) changed(u.second.interface.index, false);
        return true;
    });
}

inline kernel::SessionFiles FakePpp::left_over(const std::string& name) {
    auto [near, far] = socket_pair();
    far_ends_.push_back(std::move(far));
    kernel::SessionFiles out;
    out.channel = Fd{::fcntl(near.get(), F_DUPFD_CLOEXEC, 0)};
    out.unit = Fd{::memfd_create("unit", MFD_CLOEXEC)};
    out.index = ++last_index_;
    auto& end = ends_.at(key(near));
    end.attached = true;
    end.unit = static_cast<int>(out.index);
    auto& unit = units_[static_cast<int>(out.index)];
    unit.interface.name = name;
    unit.interface.number = *end.unit;
    unit.interface.index = out.index;
    unit.interface.ipv4 = unit.interface.up = true;
    unit.channel_end = key(near);
    unit.file = key(out.unit);
    out.socket = std::move(near);
    if (changed) changed(out.index, true);
    return out;
}

}  // namespace ppp::test
