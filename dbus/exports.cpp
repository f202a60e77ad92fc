// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/exports.hpp"
#include <set>
#include "dbus/quietly.hpp"

namespace ppp::dbus {
namespace {

/// Makes `objects` have exactly `names`. @param make makes one, or nullptr when it has gone meanwhile.
template <class Object, class Make, class Update>
void equalize(std::map<std::string, std::unique_ptr<Object>>& objects, const std::vector<std::string>& names,
              bool announce, Make make, Update update) {
    const std::set<std::string> wanted(names.begin(), names.end());
    std::erase_if(objects, [&](auto& entry) {
        if (wanted.contains(entry.first)) return false;
        send_quietly([&] { entry.second->retract(); });
        return true;
    });
    for (const auto& name : wanted) {
        if (objects.contains(name)) {
            update(name);
            continue;
        }
        auto object = make(name);
        if (!object) continue;
        if (announce) send_quietly([&] { object->announce(); });
        objects.emplace(name, std::move(object));
    }
}

}  // namespace

Exports::Exports(sdbus::IConnection& bus, session::Service& service, Scheduler& scheduler)
    : bus_(bus),
      service_(service),
      scheduler_(scheduler),
      authority_(bus, scheduler),
      manager_(bus, service, authority_) {
    sync(false);
}

void Exports::client_changed(const std::string& name) {
    auto object = clients_.find(name);
    if (object == clients_.end()) return;
    send_quietly([&] {
        if (auto status = service_.client(name)) object->second->update(*std::move(status));
    });
}

void Exports::server_changed(const std::string& name) {
    auto object = servers_.find(name);
    if (object == servers_.end()) return;
    send_quietly([&] {
        if (auto status = service_.server(name)) object->second->update(*std::move(status));
    });
}

void Exports::sync_soon() {
    // Never at once: the object that goes may be the one whose method is running.
    sync_timer_ = scheduler_.after(Duration::zero(), [this] { send_quietly([&] { sync(true); }); });
}

void Exports::sync(bool announce) {
    equalize(
        clients_, service_.clients(), announce,
        [&](const std::string& name) -> std::unique_ptr<ClientObject> {
            auto status = service_.client(name);
            if (!status) return nullptr;
            return std::make_unique<ClientObject>(bus_, service_, authority_, scheduler_, *std::move(status));
        },
        [&](const std::string& name) { client_changed(name); });
    equalize(
        servers_, service_.servers(), announce,
        [&](const std::string& name) -> std::unique_ptr<ServerObject> {
            auto status = service_.server(name);
            if (!status) return nullptr;
            return std::make_unique<ServerObject>(bus_, service_, *std::move(status));
        },
        [&](const std::string& name) { server_changed(name); });
}

}  // namespace ppp::dbus
