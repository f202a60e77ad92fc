// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Follower: one object as it changes, by signals.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include "base/event_loop.hpp"
#include "dbus/bus_pump.hpp"
#include "dbus/pppctl/objects.hpp"

namespace ppp::ctl {

/// Needs no exception handling: whatever goes wrong on the bus arrives as a Problem.
class Follower {
public:
    using Changed = std::function<void(const Dictionary& changed)>;
    /// The object or the daemon has gone; nothing comes after it.
    using Gone = std::function<void(const Problem&)>;
    using Answered = std::function<void(Outcome<>)>;
    using Read = std::function<void(Outcome<Dictionary>)>;

    /// Subscribes first and reads then, so that nothing is missed. `loop` and `bus` must outlive it.
    static Outcome<std::unique_ptr<Follower>> create(EventLoop& loop, Bus& bus, Object object,
                                                     Changed changed, Gone gone);

    /// The object as far as it is known; up to date when `changed` runs.
    [[nodiscard]] const Object& object() const { return object_; }
    /// Calls a method without arguments; `done` runs from the loop.
    void call(const char* method, const Answered& done);
    /// Reads all properties anew; `done` runs from the loop, and object() has them already.
    void read(const Read& done);

private:
    Follower(EventLoop& loop, Bus& bus, Object object, Changed changed, Gone gone);
    void subscribe();
    void merge(const Dictionary& changed);

    Bus& bus_;
    Object object_;
    Changed changed_;
    Gone gone_;
    std::unique_ptr<sdbus::IProxy> proxy_, manager_;
    dbus::BusPump pump_;
};

}  // namespace ppp::ctl
