// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ServerObject: one server on the bus; its sessions are rows of Manager.ListSessions.
#pragma once
#include <sdbus-c++/AdaptorInterfaces.h>
#include <sdbus-c++/StandardInterfaces.h>
#include <string>
#include "dbus/org.pppmanager1.Server.adaptor.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final
class ServerObject final
    : public sdbus::AdaptorInterfaces<org::pppmanager1::Server_adaptor, sdbus::ManagedObject_adaptor,
                                      sdbus::Properties_adaptor> {
public:
    /// Registers the object; announce() tells the bus.
    ServerObject(sdbus::IConnection& bus, session::Service& service, session::ServerStatus status);
    ServerObject(const ServerObject&) = delete;
    ServerObject& operator=(const ServerObject&) = delete;
    ~ServerObject();

    void announce();
    /// Before the destruction of an object that the bus knows.
    void retract();
    /// Takes over the status and signals the properties that differ; counters are read, never signalled.
    void update(session::ServerStatus status);

private:
    std::string Name() override;
    std::string Kind() override;
    bool Enabled() override { return status_.enabled; }
    bool Listening() override { return status_.listening; }
    std::string Problem() override;
    std::string Interface() override;
    std::string ServiceName() override;
    std::string AcName() override;
    std::uint32_t MaxSessions() override { return status_.max_sessions; }
    std::uint32_t SessionCount() override { return now().sessions; }
    std::string LastFailure() override;
    std::uint64_t LastFailedSession() override { return now().last_failed; }
    std::uint64_t Padi() override { return now().padi; }
    std::uint64_t Pado() override { return now().pado; }
    std::uint64_t Padr() override { return now().padr; }
    std::uint64_t Pads() override { return now().pads; }
    std::uint64_t Padt() override { return now().padt; }
    std::uint64_t Malformed() override { return now().malformed; }
    std::uint64_t RateLimited() override { return now().rate_limited; }
    std::uint64_t BadCookie() override { return now().bad_cookie; }
    std::uint64_t Refused() override { return now().refused; }

    [[nodiscard]] session::ServerStatus now() const;

    session::Service& service_;
    session::ServerStatus status_;
};

}  // namespace ppp::dbus
