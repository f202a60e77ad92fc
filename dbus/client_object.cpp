// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/client_object.hpp"
#include <array>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {
namespace {

using session::ClientStatus;
using namespace std::chrono_literals;

// GetAll asks for each gauge by itself; one look at the kernel serves them all.
constexpr auto kGaugesAge = 20ms;

template <auto Member>
bool differs(const ClientStatus& a, const ClientStatus& b) {
    return a.*Member != b.*Member;
}

struct Signalled {
    const char* property;
    bool (*differs)(const ClientStatus&, const ClientStatus&);
};
constexpr std::array kSignalled{
    Signalled{"Interface", differs<&ClientStatus::parent>},
    Signalled{"NetworkInterface", differs<&ClientStatus::interface>},
    Signalled{"Status",
              [](const ClientStatus& a, const ClientStatus& b) {
                  return client_status(a.state) != client_status(b.state);
              }},
    Signalled{"State", differs<&ClientStatus::state>},
    Signalled{"Since", differs<&ClientStatus::since>},
    Signalled{"NextAttempt", differs<&ClientStatus::next_attempt>},
    Signalled{"LastReason", differs<&ClientStatus::last_reason>},
    Signalled{"LastError", differs<&ClientStatus::last_error>},
    Signalled{"Session", differs<&ClientStatus::session>},
    Signalled{"LocalAddress", differs<&ClientStatus::local_address>},
    Signalled{"RemoteAddress", differs<&ClientStatus::remote_address>},
    Signalled{"LocalIpv6Address", differs<&ClientStatus::local_ipv6>},
    Signalled{"RemoteIpv6Address", differs<&ClientStatus::remote_ipv6>},
    Signalled{"Dns", differs<&ClientStatus::dns>},
    Signalled{"Mtu", differs<&ClientStatus::mtu>},
    Signalled{"Mru", differs<&ClientStatus::mru>},
    Signalled{"Encoding", differs<&ClientStatus::encoding>},
    Signalled{"ActiveLinks", differs<&ClientStatus::active_links>},
    Signalled{"DialStatus", differs<&ClientStatus::dial_status>},
    Signalled{"ServiceName", differs<&ClientStatus::service_name>},
    Signalled{"AcName", differs<&ClientStatus::ac_name>},
    Signalled{"AcMac", differs<&ClientStatus::ac_mac>},
    Signalled{"SessionId", differs<&ClientStatus::session_id>},
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
    std::vector<compat::PropertyName> changed;
    for (const auto& s : kSignalled)
        if (s.differs(status_, status)) changed.emplace_back(s.property);
    status_ = std::move(status);
    if (!changed.empty()) emitPropertiesChangedSignal(Client_adaptor::INTERFACE_NAME, changed);
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
