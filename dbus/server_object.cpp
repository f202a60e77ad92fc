// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/server_object.hpp"
#include <array>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"
#include "dbus/signalled.hpp"

namespace ppp::dbus {
namespace {

using session::ServerStatus;

constexpr std::array kServerProperties{
    Signalled<ServerStatus>{"Enabled", differs<&ServerStatus::enabled>},
    Signalled<ServerStatus>{"Listening", differs<&ServerStatus::listening>},
    Signalled<ServerStatus>{"Problem", differs<&ServerStatus::problem>},
    Signalled<ServerStatus>{"Interface", differs<&ServerStatus::interface>},
    Signalled<ServerStatus>{"ServiceName", differs<&ServerStatus::service_name>},
    Signalled<ServerStatus>{"AcName", differs<&ServerStatus::ac_name>},
    Signalled<ServerStatus>{"MaxSessions", differs<&ServerStatus::max_sessions>},
};

}  // namespace

ServerObject::ServerObject(sdbus::IConnection& bus, session::Service& service, ServerStatus status)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{object_path("server", status.name)}),
      service_(service),
      status_(std::move(status)) {
    registerAdaptor();
}

ServerObject::~ServerObject() { unregisterAdaptor(); }

void ServerObject::update(ServerStatus status) {
    const auto names = changed(std::span<const Signalled<ServerStatus>>(kServerProperties), status_, status);
    status_ = std::move(status);
    if (!names.empty()) emitPropertiesChangedSignal(Server_adaptor::INTERFACE_NAME, names);
}

void ServerObject::announce() {
    emitInterfacesAddedSignal({compat::InterfaceName{Server_adaptor::INTERFACE_NAME}});
}
void ServerObject::retract() {
    emitInterfacesRemovedSignal({compat::InterfaceName{Server_adaptor::INTERFACE_NAME}});
}

std::string ServerObject::Name() { return bus_text(status_.name); }
std::string ServerObject::Kind() { return status_.kind; }
std::string ServerObject::Problem() { return bus_text(status_.problem); }
std::string ServerObject::Interface() { return bus_text(status_.interface); }
std::string ServerObject::ServiceName() { return bus_text(status_.service_name); }
std::string ServerObject::AcName() { return bus_text(status_.ac_name); }
std::string ServerObject::LastFailure() { return bus_text(now().last_failure); }

ServerStatus ServerObject::now() const {
    return guarded([&] {
        auto status = service_.server(status_.name);
        return status ? *std::move(status) : status_;
    });
}

}  // namespace ppp::dbus
