// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What differs between sdbus-c++ 1.2 and 2.x; the only place that knows which one this is.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include "base/scheduler.hpp"

namespace ppp::dbus::compat {

#if PPP_SDBUS_MAJOR >= 2
using BusName = sdbus::ServiceName;
using InterfaceName = sdbus::InterfaceName;
using MemberName = sdbus::MethodName;
using PropertyName = sdbus::PropertyName;

inline sdbus::Error make_error(const std::string& name, const std::string& text) {
    return sdbus::Error{sdbus::Error::Name{name}, text};
}
using ReplyError = std::optional<sdbus::Error>;
inline void finish(sdbus::IProxy&) {}
template <class F>
void match(sdbus::IConnection& c, const char* rule, F handler) {
    c.addMatch(rule, std::move(handler));
}
inline std::string contents(const sdbus::Message& m) {
    const auto* signature = m.peekType().second;
    return signature == nullptr ? std::string{} : signature;
}
inline bool process_one(sdbus::IConnection& c) { return c.processPendingEvent(); }
inline std::optional<TimePoint> deadline(const sdbus::IConnection::PollData& p) {
    if (p.timeout == std::chrono::microseconds::max()) return std::nullopt;
    return TimePoint{p.timeout};
}
inline int wakeup_fd(const sdbus::IConnection::PollData& p) { return p.eventFd; }
/// Unique name of whoever sent the call being handled.
inline std::string sender(const sdbus::IObject& o) { return o.getCurrentlyProcessedMessage().getSender(); }
#else
using BusName = std::string;
using InterfaceName = std::string;
using MemberName = std::string;
using PropertyName = std::string;

inline sdbus::Error make_error(const std::string& name, const std::string& text) { return {name, text}; }
/// What the handler of an asynchronous reply gets: nothing when the call succeeded.
using ReplyError = const sdbus::Error*;
/// After the last signal handler of a proxy.
inline void finish(sdbus::IProxy& p) { p.finishRegistration(); }
/// Calls `handler(message)` for what matches, as long as the connection lives. Waits for the bus.
template <class F>
void match(sdbus::IConnection& c, const char* rule, F handler) {
    c.addMatch(rule, std::move(handler), sdbus::floating_slot);
}
/// Signature inside the container or variant that comes next.
inline std::string contents(const sdbus::Message& m) {
    std::string type, signature;
    m.peekType(type, signature);
    return signature;
}
inline bool process_one(sdbus::IConnection& c) { return c.processPendingRequest(); }
inline std::optional<TimePoint> deadline(const sdbus::IConnection::PollData& p) {
    if (p.timeout_usec == UINT64_MAX) return std::nullopt;
    return TimePoint{std::chrono::microseconds(p.timeout_usec)};
}
inline int wakeup_fd(const sdbus::IConnection::PollData&) { return -1; }
inline std::string sender(const sdbus::IObject& o) { return o.getCurrentlyProcessedMessage()->getSender(); }
#endif

}  // namespace ppp::dbus::compat
