// SPDX-License-Identifier: GPL-2.0-or-later
/// @file send_quietly(): for what is sent from a timer or an observer.
#pragma once
#include <exception>
#include <utility>

namespace ppp::dbus {

/// When the bus is gone there is nobody to tell, and the pump notices.
template <class F>
void send_quietly(F&& f) {
    try {
        std::forward<F>(f)();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    }
}

}  // namespace ppp::dbus
