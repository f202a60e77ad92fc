// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/follower.hpp"
#include <algorithm>
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

constexpr const char* kDaemonLeaves =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.pppmanager1',arg2=''";

}  // namespace

Follower::Follower(EventLoop& loop, Bus& bus, Object object, Changed changed, Gone gone)
    : bus_(bus),
      object_(std::move(object)),
      changed_(std::move(changed)),
      gone_(std::move(gone)),
      proxy_(bus.proxy(object_.path)),
      manager_(bus.proxy(kRoot)),
      pump_(loop, bus.connection(), [this](const std::string& why) {
          gone_({Exit::not_running, "the connection to the bus was lost: " + why});
      }) {}

Outcome<std::unique_ptr<Follower>> Follower::create(EventLoop& loop, Bus& bus, Object object, Changed changed,
                                                    Gone gone) {
    try {
        std::unique_ptr<Follower> self(
            new Follower(loop, bus, std::move(object), std::move(changed), std::move(gone)));
        self->subscribe();
        auto now = bus.ask<Dictionary>(self->object_.path, kProperties, "GetAll",
                                       std::string(self->object_.interface()));
        if (!now) return ppp::detail::unexpected<Problem>(now.error());
        self->merge(*now);
        return self;
    } catch (const sdbus::Error& e) {
        return ppp::detail::unexpected<Problem>(explain(e));
    }
}

void Follower::subscribe() {
    proxy_->uponSignal("PropertiesChanged")
        .onInterface(kProperties)
        .call(
            [this](const std::string& interface, const Dictionary& changed, const std::vector<std::string>&) {
                if (interface != object_.interface()) return;
                merge(changed);
                changed_(changed);
            });
    dbus::compat::finish(*proxy_);
    manager_->uponSignal("InterfacesRemoved")
        .onInterface(kObjectManager)
        .call([this](const sdbus::ObjectPath& path, const std::vector<std::string>&) {
            if (path == object_.path)
                gone_({Exit::not_found, "'" + printable(object_.text("Name")) + "' was removed"});
        });
    dbus::compat::finish(*manager_);
    dbus::compat::match(bus_.connection(), kDaemonLeaves, [this](auto&&) {
        gone_({Exit::not_running, "pppmanagerd has stopped"});
    });
}

void Follower::merge(const Dictionary& changed) {
    for (const auto& [name, value] : changed) object_.properties[name] = value;
}

void Follower::call(const char* method, const Answered& done) {
    try {
        proxy_->callMethodAsync(method)
            .onInterface(object_.interface())
            .uponReplyInvoke([done](dbus::compat::ReplyError error) {
                if (error)
                    done(ppp::detail::unexpected<Problem>(explain(*error)));
                else
                    done({});
            });
    } catch (const sdbus::Error& e) {
        done(ppp::detail::unexpected<Problem>(explain(e)));
    }
}

void Follower::read(const Read& done) {
    try {
        proxy_->callMethodAsync("GetAll")
            .onInterface(kProperties)
            .withArguments(std::string(object_.interface()))
            .uponReplyInvoke([this, done](dbus::compat::ReplyError error, const Dictionary& all) {
                if (error) return done(ppp::detail::unexpected<Problem>(explain(*error)));
                merge(all);
                done(all);
            });
    } catch (const sdbus::Error& e) {
        done(ppp::detail::unexpected<Problem>(explain(e)));
    }
}

}  // namespace ppp::ctl
