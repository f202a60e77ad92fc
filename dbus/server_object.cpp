// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/server_object.hpp"
#include <array>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {
namespace {

using session::ServerStatus;

template <auto Member>
bool differs(const ServerStatus& a, const ServerStatus& b) {
    return a.*Member != b.*Member;
}

struct Signalled {
    const char* property;
    bool (*differs)(const ServerStatus&, const ServerStatus&);
};
constexpr std::array kSignalled{
    Signalled{"Enabled", differs<&ServerStatus::enabled>},
    Signalled{"Listening", differs<&ServerStatus::listening>},
    Signalled{"Problem", differs<&ServerStatus::problem>},
    Signalled{"Interface", differs<&ServerStatus::interface>},
    Signalled{"ServiceName", differs<&ServerStatus::service_name>},
    Signalled{"AcName", differs<&ServerStatus::ac_name>},
    Signalled{"MaxSessions", differs<&ServerStatus::max_sessions>},
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
    std::vector<compat::PropertyName> changed;
    for (const auto& s : kSignalled)
        if (s.differs(status_, status)) changed.emplace_back(s.property);
    status_ = std::move(status);
    if (!changed.empty()) emitPropertiesChangedSignal(Server_adaptor::INTERFACE_NAME, changed);
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
