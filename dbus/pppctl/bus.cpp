// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/bus.hpp"
#include <cstdlib>
#include <string_view>

namespace ppp::ctl {
namespace {

constexpr std::string_view kDBusError = "org.freedesktop.DBus.Error.";
constexpr std::string_view kSystemdError = "org.freedesktop.systemd1.";  // of a start that the bus asks for
constexpr std::string_view kOurError = "org.pppmanager1.Error.";
constexpr const char* kNotRunning =
    "pppmanagerd is not running on this bus; start it with: systemctl start pppmanager";

Problem explain_bus(std::string_view name, const std::string& text) {
    if (name == "ServiceUnknown" || name == "NameHasNoOwner") return {Exit::not_running, kNotRunning};
    if (name == "AccessDenied")
        return {Exit::not_permitted, "not permitted: only root may do this; reading is allowed to everybody"};
    if (name == "UnknownObject") return {Exit::not_found, "the object has gone: " + text};
    if (name == "NoReply" || name == "Timeout")
        return {Exit::timed_out, "pppmanagerd did not answer in time; see: journalctl -u pppmanager"};
    if (name == "UnknownMethod" || name == "UnknownInterface" || name == "UnknownProperty")
        return {Exit::failed, "pppmanagerd is of another version than pppctl: " + text};
    if (name == "Disconnected" || name == "NoServer")
        return {Exit::not_running, "the connection to the bus was lost"};
    return {Exit::failed, text};
}

}  // namespace

Problem explain(const sdbus::Error& error) {
    const std::string& name = error.getName();
    const std::string_view view = name;
    if (view.starts_with(kOurError)) {
        const auto kind = view.substr(kOurError.size());
        auto status = Exit::failed;
        if (kind == "NotFound") status = Exit::not_found;
        if (kind == "TimedOut") status = Exit::timed_out;
        if (kind == "InvalidArgument") status = Exit::usage;
        if (kind == "NotPermitted") status = Exit::not_permitted;
        return {status, error.getMessage()};
    }
    if (view.starts_with(kDBusError)) return explain_bus(view.substr(kDBusError.size()), error.getMessage());
    if (view.starts_with(kSystemdError)) return {Exit::not_running, kNotRunning};
    return {Exit::failed, error.getMessage().empty() ? name : error.getMessage()};
}

Outcome<Bus> Bus::connect(const std::string& address) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    if (!address.empty()) ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);
    try {
        return Bus{sdbus::createSystemBusConnection()};
    } catch (const sdbus::Error& e) {
        return problem(Exit::not_running, "cannot reach the " +
                                              (address.empty() ? "system bus" : "bus at " + address) + ": " +
                                              e.getMessage());
    }
}

std::unique_ptr<sdbus::IProxy> Bus::proxy(const std::string& path) {
    return sdbus::createProxy(*connection_, dbus::compat::BusName{kBusName}, sdbus::ObjectPath{path});
}

}  // namespace ppp::ctl
