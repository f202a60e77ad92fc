// SPDX-License-Identifier: GPL-2.0-or-later
/// @file ManagerObject: /org/pppmanager1 on one connection; sessions, scans and the object manager.
#pragma once
#include <sdbus-c++/AdaptorInterfaces.h>
#include <sdbus-c++/StandardInterfaces.h>
#include <map>
#include <set>
#include <string>
#include <vector>
#include "dbus/authority.hpp"
#include "dbus/org.pppmanager1.Manager.adaptor.hpp"
#include "dbus/values.hpp"
#include "session/service.hpp"

namespace ppp::dbus {

/// Open calls live here and not in the callbacks that answer them: an sdbus reply must not outlive its
/// connection.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): final
class ManagerObject final
    : public sdbus::AdaptorInterfaces<org::pppmanager1::Manager_adaptor, sdbus::ObjectManager_adaptor,
                                      sdbus::Properties_adaptor> {
public:
    /// @param authority is asked before anything changes; it outlives the object, as `service` does.
    ManagerObject(sdbus::IConnection& bus, session::Service& service, Authority& authority);
    ManagerObject(const ManagerObject&) = delete;
    ManagerObject& operator=(const ManagerObject&) = delete;
    ~ManagerObject();

    void session_opened(const session::SessionRow& row);
    void session_closed(const session::SessionRow& row, EndReason reason, const std::string& detail);
    void config_changed(std::uint64_t revision);
    /// A connection left the bus: its scans stop, its subscription ends. @param name its unique name.
    void caller_left(const std::string& name);

private:
    using BusEdit = sdbus::Struct<std::string, std::string, std::string, Dictionary>;
    using Rows = sdbus::Result<std::vector<Row>>;
    using ScanRows = sdbus::Result<std::vector<sdbus::Struct<std::string, std::string, std::string>>>;
    using TraceReply =
        sdbus::Result<Row, std::vector<sdbus::Struct<std::uint64_t, std::string, std::string>>>;
    struct OpenList {
        Rows reply;
        Pending pending;
    };
    struct OpenScan {
        std::string caller;
        ScanRows reply;
        Pending pending;
    };

    void ListSessions(Rows&& reply, FilterArgument argument, std::uint32_t offset,
                      std::uint32_t limit) override;
    void ListEnded(Rows&& reply, FilterArgument argument, std::uint32_t offset, std::uint32_t limit) override;
    void Trace(TraceReply&& reply, std::uint64_t session) override;
    Dictionary GetStatistics() override;
    void Disconnect(sdbus::Result<>&& reply, std::uint64_t session) override;
    void Scan(ScanRows&& reply, std::string interface, std::uint32_t seconds) override;
    void Reload(sdbus::Result<>&& reply) override;
    std::vector<Dictionary> List(const std::string& kind, const std::uint32_t& offset,
                                 const std::uint32_t& limit) override;
    Dictionary Get(const std::string& kind, const std::string& name) override;
    void GetSecrets(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name) override;
    std::vector<Dictionary> Describe(const std::string& kind) override;
    void Add(sdbus::Result<Dictionary>&& reply, std::string kind, Dictionary properties) override;
    void Set(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name,
             Dictionary properties) override;
    void Remove(sdbus::Result<Dictionary>&& reply, std::string kind, std::string name) override;
    void Edit(sdbus::Result<Dictionary>&& reply, std::vector<BusEdit> edits, Dictionary options) override;
    void Commit(sdbus::Result<Dictionary>&& reply, std::string json, Dictionary options) override;
    void Subscribe() override;
    void Unsubscribe() override;
    std::string Version() override;
    std::uint64_t Revision() override { return service_.revision(); }
    std::uint32_t SessionCount() override { return service_.session_count(); }

    /// Asks for permission, then runs `work`, whose error or value is the answer.
    template <class Reply, class Work>
    void permitted(Action action, Reply reply, Work work);
    void change(sdbus::Result<Dictionary>&& reply, std::vector<config::Edit> edits,
                session::ChangeOptions options);
    /// Takes the reply only when the scan has begun.
    void start_scan(const std::string& caller, ScanRows& reply, const std::string& interface,
                    std::chrono::seconds length);
    void listed(std::uint64_t id, const Result<std::vector<session::SessionRow>>& rows);
    void scanned(std::uint64_t id, const Result<std::vector<session::ScanRow>>& rows);

    session::Service& service_;
    Authority& authority_;
    std::map<std::uint64_t, OpenList> lists_;
    std::map<std::uint64_t, OpenScan> scans_;
    std::uint64_t next_id_ = 1;
    std::set<std::string> subscribers_;  // unique names
};

}  // namespace ppp::dbus
