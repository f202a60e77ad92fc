// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/dispatcher/subscriber.hpp"
#include <map>
#include "dbus/bus_pump.hpp"
#include "dbus/compat.hpp"

namespace ppp::dispatcher {
namespace {

using namespace std::chrono_literals;
namespace compat = dbus::compat;

constexpr const char* kName = "org.pppmanager1";
constexpr const char* kManager = "org.pppmanager1.Manager";
constexpr const char* kRoot = "/org/pppmanager1";
constexpr const char* kBus = "org.freedesktop.DBus";
constexpr Duration kAskAgain = 5s;

constexpr const char* kOwnerChanged =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.pppmanager1'";
constexpr const char* kOpened =
    "type='signal',sender='org.pppmanager1',path='/org/pppmanager1',"
    "interface='org.pppmanager1.Manager',member='SessionOpened'";
constexpr const char* kClosed =
    "type='signal',sender='org.pppmanager1',path='/org/pppmanager1',"
    "interface='org.pppmanager1.Manager',member='SessionClosed'";

using Dictionary = std::map<std::string, sdbus::Variant>;

/// A key that is missing or has another type leaves the value as it is.
template <class T>
void take(const Dictionary& row, const char* key, T& out) {
    const auto at = row.find(key);
    if (at != row.end() && at->second.containsValueOfType<T>()) out = at->second.get<T>();
}

Event to_event(const Dictionary& row, bool up) {
    Event out;
    out.up = up;
    take(row, "Id", out.session);
    take(row, "Interface", out.interface);
    take(row, "Kind", out.kind);
    take(row, "Server", out.object);
    take(row, "Profile", out.profile);
    take(row, "Name", out.user);
    take(row, "Service", out.service);
    take(row, "CallerId", out.caller_id);
    take(row, "LocalAddress", out.local_address);
    take(row, "Address", out.remote_address);
    take(row, "Dns", out.dns);
    take(row, "Mtu", out.mtu);
    take(row, up ? "OnUp" : "OnDown", out.command);
    take(row, "Uptime", out.uptime);
    take(row, "OctetsIn", out.octets_in);
    take(row, "OctetsOut", out.octets_out);
    return out;
}

}  // namespace

/// Destroyed from the bottom up: open calls first, the connection last.
struct Subscriber::Line {
    Line(EventLoop& loop, Connection connection, dbus::BusPump::Lost lost)
        : bus(std::move(connection)),
          driver(sdbus::createProxy(*bus, compat::BusName{kBus}, sdbus::ObjectPath{"/org/freedesktop/DBus"})),
          manager(sdbus::createProxy(*bus, compat::BusName{kName}, sdbus::ObjectPath{kRoot})),
          pump(loop, *bus, std::move(lost)) {}
    Connection bus;
    std::unique_ptr<sdbus::IProxy> driver, manager;
    dbus::BusPump pump;
};

Result<std::unique_ptr<Subscriber>> Subscriber::create(EventLoop& loop, Log log, Heard heard) {
    std::unique_ptr<Subscriber> self(new Subscriber(loop, std::move(log), std::move(heard)));
    PPP_TRY(auto connection, self->open());
    PPP_CHECK(self->use(std::move(connection)));
    return self;
}

Subscriber::Subscriber(EventLoop& loop, Log log, Heard heard)
    : loop_(loop),
      log_(std::move(log)),
      heard_(std::move(heard)),
      retry_(
          loop, log_, [this] { return open(); },
          [this](Connection connection) { return use(std::move(connection)); }) {}

Subscriber::~Subscriber() = default;

Result<Subscriber::Connection> Subscriber::open() {
    try {
        auto bus = sdbus::createSystemBusConnection();
        // Nothing is handled before the pump runs, so the handlers run on the loop's thread. Any user may
        // send us a signal, and the library believes that it comes from whom the rule names: look who sent
        // it.
        compat::match(*bus, kOwnerChanged, [this](auto&& message) {
            if (message.getSender() != kBus) return;
            std::string name, before, now;
            message >> name >> before >> now;
            owner_changed(now);
        });
        compat::match(*bus, kOpened, [this](auto&& message) {
            if (owner_.empty() || message.getSender() != owner_) return;
            Dictionary row;
            message >> row;
            heard_(to_event(row, true));
        });
        compat::match(*bus, kClosed, [this](auto&& message) {
            if (owner_.empty() || message.getSender() != owner_) return;
            Dictionary row;
            std::string reason, detail;
            message >> row >> reason >> detail;
            auto event = to_event(row, false);
            event.reason = std::move(reason);
            event.detail = std::move(detail);
            heard_(std::move(event));
        });
        return bus;
    } catch (const std::exception& e) {
        return fail(Errc::system, std::string("cannot connect to the system bus: ") + e.what());
    }
}

Result<> Subscriber::use(Connection connection) {
    try {
        line_ = std::make_unique<Line>(loop_, std::move(connection),
                                       [this](const std::string& why) { lost(why); });
        line_->driver->callMethodAsync("GetNameOwner")
            .onInterface(kBus)
            .withArguments(std::string(kName))
            .uponReplyInvoke([this](compat::ReplyError error, const std::string& owner) {
                if (!error) return owner_changed(owner);
                log_.info("pppmanagerd does not run; waiting for it");
            });
        compat::finish(*line_->driver);
        compat::finish(*line_->manager);
    } catch (const std::exception& e) {
        line_.reset();
        return fail(Errc::system, std::string("cannot use the system bus: ") + e.what());
    }
    return {};
}

void Subscriber::lost(const std::string& why) {
    log_.warning("lost the system bus (" + why + "); trying to get it back");
    owner_.clear();
    subscribed_ = false;
    // Not at once: the pump that calls must not be destroyed under itself.
    timer_ = loop_.after(0s, [this] {
        line_.reset();
        retry_.begin();
    });
}

void Subscriber::owner_changed(const std::string& owner) {
    if (owner == owner_) return;
    owner_ = owner;
    subscribed_ = false;
    timer_ = {};
    if (owner.empty()) return log_.notice("pppmanagerd is gone; waiting for it");
    subscribe();
}

void Subscriber::subscribe() {
    const auto answered = [this, asked = owner_](compat::ReplyError error) {
        if (asked != owner_) return;
        if (!error) {
            subscribed_ = true;
            return log_.notice("pppmanagerd runs; waiting for its sessions");
        }
        log_.warning("pppmanagerd does not tell of its sessions: " + error->getMessage() + "; asking again");
        timer_ = loop_.after(kAskAgain, [this] { subscribe(); });
    };
    try {
        line_->manager->callMethodAsync("Subscribe").onInterface(kManager).uponReplyInvoke(answered);
    } catch (const std::exception& e) {
        // The bus is gone: the pump notices.
        log_.debug(std::string("Subscribe: ") + e.what());
    }
}

}  // namespace ppp::dispatcher
