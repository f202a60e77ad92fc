// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ClientObject: one client on the bus; it shows the status it last announced, so Get and signals
/// agree.
#pragma once
#include <sdbus-c++/AdaptorInterfaces.h>
#include <sdbus-c++/StandardInterfaces.h>
#include <memory>
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "dbus/authority.hpp"
#include "dbus/org.pppmanager1.Client.adaptor.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final
class ClientObject final
    : public sdbus::AdaptorInterfaces<org::pppmanager1::Client_adaptor, sdbus::ManagedObject_adaptor,
                                      sdbus::Properties_adaptor> {
public:
    /// Registers the object; announce() tells the bus.
    ClientObject(sdbus::IConnection& bus, session::Service& service, Authority& authority,
                 const Scheduler& clock, session::ClientStatus status);
    ClientObject(const ClientObject&) = delete;
    ClientObject& operator=(const ClientObject&) = delete;
    ~ClientObject();

    void announce();
    /// Before the destruction of an object that the bus knows.
    void retract();
    /// Takes over the status and signals the properties that differ; nothing when none does.
    void update(session::ClientStatus status);

private:
    using Text = std::string;

    using Order = Result<> (session::Service::*)(const std::string& name);

    void Connect(sdbus::Result<>&& reply) override {
        obey(std::move(reply), &session::Service::connect_client);
    }
    void Disconnect(sdbus::Result<>&& reply) override {
        obey(std::move(reply), &session::Service::disconnect_client);
    }
    /// Asks for permission, carries the order out and answers. What it changed at once is on its way before
    /// the answer, so a caller that has the answer has the state.
    void obey(sdbus::Result<>&& reply, Order order);

    Text Name() override;
    Text Kind() override;
    Text Interface() override;
    Text NetworkInterface() override;
    Text Status() override;
    Text State() override;
    std::uint64_t Since() override;
    std::uint64_t NextAttempt() override;
    Text LastReason() override;
    Text LastError() override;
    std::uint64_t Session() override { return status_.session; }
    Text LocalAddress() override { return status_.local_address; }
    Text RemoteAddress() override { return status_.remote_address; }
    Text LocalIpv6Address() override { return status_.local_ipv6; }
    Text RemoteIpv6Address() override { return status_.remote_ipv6; }
    std::vector<Text> Dns() override { return status_.dns; }
    std::uint16_t Mtu() override { return status_.mtu; }
    std::uint16_t Mru() override { return status_.mru; }
    Text Encoding() override;
    std::uint32_t ActiveLinks() override { return status_.active_links; }
    Text DialStatus() override;
    Text ServiceName() override;
    Text AcName() override;
    Text AcMac() override;
    std::uint16_t SessionId() override { return status_.session_id; }
    std::int64_t EchoRtt() override;
    std::uint64_t IdleTime() override;
    std::uint64_t OctetsIn() override { return gauges().traffic.octets_in; }
    std::uint64_t OctetsOut() override { return gauges().traffic.octets_out; }
    std::uint64_t PacketsIn() override { return gauges().traffic.packets_in; }
    std::uint64_t PacketsOut() override { return gauges().traffic.packets_out; }
    std::uint64_t Malformed() override { return gauges().malformed; }

    const session::ClientGauges& gauges();

    session::Service& service_;
    Authority& authority_;
    const Scheduler& clock_;
    session::ClientStatus status_;
    session::ClientGauges gauges_;
    TimePoint measured_{};
    // Empty once the object is gone, for answers that come later.
    std::shared_ptr<ClientObject*> self_ = std::make_shared<ClientObject*>(this);
};

}  // namespace ppp::dbus
