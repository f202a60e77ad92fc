// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/client_object.hpp"
#include <array>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"
#include "dbus/signalled.hpp"

namespace ppp::dbus {
namespace {

using session::ClientStatus;
using namespace std::chrono_literals;

// GetAll asks for each gauge by itself; one look at the kernel serves them all.
constexpr auto kGaugesAge = 20ms;

constexpr std::array kClientProperties{
    Signalled<ClientStatus>{"Interface", differs<&ClientStatus::parent>},
    Signalled<ClientStatus>{"NetworkInterface", differs<&ClientStatus::interface>},
    Signalled<ClientStatus>{"Status",
                            [](const ClientStatus& a, const ClientStatus& b) {
                                return client_status(a.state) != client_status(b.state);
                            }},
    Signalled<ClientStatus>{"State", differs<&ClientStatus::state>},
    Signalled<ClientStatus>{"Since", differs<&ClientStatus::since>},
    Signalled<ClientStatus>{"NextAttempt", differs<&ClientStatus::next_attempt>},
    Signalled<ClientStatus>{"LastReason", differs<&ClientStatus::last_reason>},
    Signalled<ClientStatus>{"LastError", differs<&ClientStatus::last_error>},
    Signalled<ClientStatus>{"Session", differs<&ClientStatus::session>},
    Signalled<ClientStatus>{"LocalAddress", differs<&ClientStatus::local_address>},
    Signalled<ClientStatus>{"RemoteAddress", differs<&ClientStatus::remote_address>},
    Signalled<ClientStatus>{"LocalIpv6Address", differs<&ClientStatus::local_ipv6>},
    Signalled<ClientStatus>{"RemoteIpv6Address", differs<&ClientStatus::remote_ipv6>},
    Signalled<ClientStatus>{"Dns", differs<&ClientStatus::dns>},
    Signalled<ClientStatus>{"Mtu", differs<&ClientStatus::mtu>},
    Signalled<ClientStatus>{"Mru", differs<&ClientStatus::mru>},
    Signalled<ClientStatus>{"Encoding", differs<&ClientStatus::encoding>},
    Signalled<ClientStatus>{"ActiveLinks", differs<&ClientStatus::active_links>},
    Signalled<ClientStatus>{"DialStatus", differs<&ClientStatus::dial_status>},
    Signalled<ClientStatus>{"ServiceName", differs<&ClientStatus::service_name>},
    Signalled<ClientStatus>{"AcName", differs<&ClientStatus::ac_name>},
    Signalled<ClientStatus>{"AcMac", differs<&ClientStatus::ac_mac>},
    Signalled<ClientStatus>{"SessionId", differs<&ClientStatus::session_id>},
};

}  // namespace

ClientObject::ClientObject(sdbus::IConnection& bus, session::Service& service, Authority& authority,
                           const Scheduler& clock, ClientStatus status)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{object_path("client", status.name)}),
      service_(service),
      authority_(authority),
      clock_(clock),
      status_(std::move(status)) {
    registerAdaptor();
}

ClientObject::~ClientObject() { unregisterAdaptor(); }

void ClientObject::update(ClientStatus status) {
    const auto names = changed(std::span<const Signalled<ClientStatus>>(kClientProperties), status_, status);
    status_ = std::move(status);
    if (!names.empty()) emitPropertiesChangedSignal(Client_adaptor::INTERFACE_NAME, names);
}

void ClientObject::announce() {
    emitInterfacesAddedSignal({compat::InterfaceName{Client_adaptor::INTERFACE_NAME}});
}
void ClientObject::retract() {
    emitInterfacesRemovedSignal({compat::InterfaceName{Client_adaptor::INTERFACE_NAME}});
}

void ClientObject::obey(sdbus::Result<>&& reply, Order order) {
    guarded([&] {
        authority_.ask(
            compat::sender(getObject()), Action::control,
            [self = std::weak_ptr(self_), reply = std::move(reply), order](const sdbus::Error* refused) {
                if (refused) return reply.returnError(*refused);
                const auto alive = self.lock();
                if (!alive) throw to_bus({Errc::cancelled, 0, "the client was removed"});
                auto& o = **alive;
                if (auto done = (o.service_.*order)(o.status_.name); !done)
                    throw to_bus(done.error(), "client", o.status_.name);
                if (auto status = o.service_.client(o.status_.name)) o.update(*std::move(status));
                reply.returnResults();
            });
    });
}

std::string ClientObject::Name() { return bus_text(status_.name); }
std::string ClientObject::Kind() { return status_.kind; }
std::string ClientObject::Interface() { return bus_text(status_.parent); }
std::string ClientObject::NetworkInterface() { return bus_text(status_.interface); }
std::string ClientObject::Status() { return std::string(client_status(status_.state)); }
std::string ClientObject::State() { return std::string(client_state_name(status_.state)); }
std::uint64_t ClientObject::Since() { return microseconds(status_.since); }
std::uint64_t ClientObject::NextAttempt() { return microseconds(status_.next_attempt); }
std::string ClientObject::LastReason() { return std::string(end_reason_name(status_.last_reason)); }
std::string ClientObject::LastError() { return bus_text(status_.last_error); }
std::string ClientObject::Encoding() { return bus_text(status_.encoding); }
std::string ClientObject::ServiceName() { return bus_text(status_.service_name); }
std::string ClientObject::DialStatus() { return bus_text(status_.dial_status); }
std::string ClientObject::AcName() { return bus_text(status_.ac_name); }
std::string ClientObject::AcMac() { return bus_text(status_.ac_mac); }

std::int64_t ClientObject::EchoRtt() {
    return guarded([&]() -> std::int64_t {
        const auto now = service_.client(status_.name);
        if (!now || !now->echo_rtt) return -1;
        return std::chrono::microseconds(*now->echo_rtt).count();
    });
}

std::uint64_t ClientObject::IdleTime() { return static_cast<std::uint64_t>(gauges().idle.count()); }

const session::ClientGauges& ClientObject::gauges() {
    return guarded([&]() -> const session::ClientGauges& {
        if (measured_ == TimePoint{} || clock_.now() - measured_ > kGaugesAge) {
            auto fresh = service_.client_gauges(status_.name);
            gauges_ = fresh ? *fresh : session::ClientGauges{};
            measured_ = clock_.now();
        }
        return gauges_;
    });
}

}  // namespace ppp::dbus
