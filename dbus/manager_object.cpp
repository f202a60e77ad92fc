// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/manager_object.hpp"
#include <algorithm>
#include "base/quoted.hpp"
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"
#include "dbus/quietly.hpp"
#include "dbus/traces.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kMaxLists = 64;
constexpr std::size_t kMaxScans = 8;
constexpr std::uint32_t kDefaultScanSeconds = 5;
constexpr std::uint32_t kMaxScanSeconds = 60;
constexpr std::size_t kMaxInterfaceName = 15;  // IFNAMSIZ without its NUL

}  // namespace

ManagerObject::ManagerObject(sdbus::IConnection& bus, session::Service& service, Authority& authority)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{kRootPath}), service_(service), authority_(authority) {
    registerAdaptor();
}

ManagerObject::~ManagerObject() { unregisterAdaptor(); }

std::string ManagerObject::Version() { return PPPMANAGER_VERSION; }

void ManagerObject::ListSessions(Rows&& reply, FilterArgument argument, std::uint32_t offset,
                                 std::uint32_t limit) {
    guarded([&] {
        if (lists_.size() >= kMaxLists)
            throw to_bus({Errc::refused, 0, "ListSessions: too many calls wait for their answer"});
        const auto id = next_id_++;
        auto [pending, ticket] = Pending::make();
        lists_.emplace(id, OpenList{std::move(reply), std::move(pending)});
        service_.list_sessions(argument.filter, offset, rows_at_most(limit),
                               [this, id, t = std::move(ticket)](auto rows) mutable {
                                   if (t.settle()) listed(id, rows);
                               });
    });
}

void ManagerObject::listed(std::uint64_t id, const Result<std::vector<session::SessionRow>>& rows) {
    auto node = lists_.extract(id);
    const auto& reply = node.mapped().reply;
    send_quietly([&] {
        if (!rows) return reply.returnError(to_bus(rows.error()));
        std::vector<Row> answer;
        answer.reserve(rows->size());
        for (const auto& row : *rows) answer.push_back({.session = &row});
        reply.returnResults(answer);
    });
}

void ManagerObject::Scan(ScanRows&& reply, std::string interface, std::uint32_t seconds) {
    guarded([&] {
        if (interface.empty() || interface.size() > kMaxInterfaceName)
            throw invalid_argument("Scan: " + quoted(interface) + " is not the name of an interface");
        if (seconds > kMaxScanSeconds)
            throw invalid_argument("Scan: seconds is at most " + std::to_string(kMaxScanSeconds) + ", not " +
                                   std::to_string(seconds));
        const std::chrono::seconds length(seconds == 0 ? kDefaultScanSeconds : seconds);
        const auto caller = compat::sender(getObject());
        authority_.ask(
            caller, Action::control,
            [this, caller, reply = std::move(reply), interface, length](const sdbus::Error* refused) mutable {
                if (refused) return reply.returnError(*refused);
                start_scan(caller, reply, interface, length);
            });
    });
}

void ManagerObject::start_scan(const std::string& caller, ScanRows& reply, const std::string& interface,
                               std::chrono::seconds length) {
    if (scans_.size() >= kMaxScans)
        throw to_bus({Errc::refused, 0, "Scan: " + std::to_string(kMaxScans) + " scans run already"});
    const auto id = next_id_++;
    scans_.emplace(id, OpenScan{caller, std::move(reply), {}});
    auto pending = service_.scan(interface, length, [this, id](auto rows) { scanned(id, rows); });
    // A refusal may have come before scan() returned.
    if (auto open = scans_.find(id); open != scans_.end()) open->second.pending = std::move(pending);
}

void ManagerObject::scanned(std::uint64_t id, const Result<std::vector<session::ScanRow>>& rows) {
    auto node = scans_.extract(id);
    if (node.empty()) return;
    const auto& reply = node.mapped().reply;
    send_quietly([&] {
        if (!rows) return reply.returnError(to_bus(rows.error()));
        auto sorted = *rows;
        std::sort(sorted.begin(), sorted.end());
        sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
        std::vector<sdbus::Struct<std::string, std::string, std::string>> answer;
        answer.reserve(sorted.size());
        for (const auto& row : sorted)
            answer.emplace_back(bus_text(row.service), bus_text(row.mac_address), bus_text(row.ac_name));
        reply.returnResults(answer);
    });
}

void ManagerObject::Subscribe() {
    guarded([&] { subscribers_.insert(compat::sender(getObject())); });
}

void ManagerObject::Unsubscribe() {
    guarded([&] { subscribers_.erase(compat::sender(getObject())); });
}

void ManagerObject::session_opened(const session::SessionRow& row) {
    if (subscribers_.empty()) return;
    send_quietly([&] { emitSessionOpened(Row{.session = &row, .use = RowUse::opened}); });
}

void ManagerObject::session_closed(const session::SessionRow& row, EndReason reason,
                                   const std::string& detail) {
    if (subscribers_.empty()) return;
    send_quietly([&] {
        const auto trace = service_.trace(row.id);
        std::vector<std::string> packets;
        if (trace) packets = last_lines(*trace);
        emitSessionClosed(Row{.session = &row,
                              .use = RowUse::closed,
                              .end = trace ? &trace->about : nullptr,
                              .packets = trace ? &packets : nullptr},
                          std::string(end_reason_name(reason)), bus_text(detail));
    });
}

void ManagerObject::config_changed(std::uint64_t revision) {
    send_quietly([&] {
        emitConfigChanged(revision);
        emitPropertiesChangedSignal(Manager_adaptor::INTERFACE_NAME, {compat::PropertyName{"Revision"}});
    });
}

void ManagerObject::caller_left(const std::string& name) {
    subscribers_.erase(name);
    std::erase_if(scans_, [&](const auto& open) { return open.second.caller == name; });
}

}  // namespace ppp::dbus
