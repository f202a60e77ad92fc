// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_service.hpp"
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"

namespace ppp::dbus {
namespace {

// arg2 is the new owner: nobody, so the connection is gone.
constexpr const char* kDepartures =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''";

}  // namespace

/// Destroyed from the bottom up: objects and their open replies first, the connection last.
struct BusService::Line {
    Line(EventLoop& loop, session::Service& service, Connection connection, BusPump::Lost lost)
        : bus(std::move(connection)), exports(*bus, service, loop), pump(loop, *bus, std::move(lost)) {}
    Connection bus;
    Exports exports;
    BusPump pump;
};

Result<std::unique_ptr<BusService>> BusService::create(EventLoop& loop, session::Service& service, Log log) {
    std::unique_ptr<BusService> self(new BusService(loop, service, std::move(log)));
    PPP_TRY(auto connection, self->open());
    PPP_CHECK(self->use(std::move(connection)));
    return self;
}

BusService::BusService(EventLoop& loop, session::Service& service, Log log)
    : loop_(loop),
      service_(service),
      log_(std::move(log)),
      retry_(
          loop, log_, [this] { return open(); },
          [this](Connection connection) { return use(std::move(connection)); }) {}

BusService::~BusService() { service_.observe(nullptr); }

Result<BusService::Connection> BusService::open() {
    const char* step = "connect to the system bus";
    try {
        auto bus = sdbus::createSystemBusConnection();
        step = "watch who leaves the bus";
        // Nothing is handled before the pump runs, so the handler runs on the loop's thread and finds the
        // line.
        compat::match(*bus, kDepartures, [this](auto&& message) {
            // Any user may send us such a signal; the bus alone signs it so.
            if (message.getSender() != "org.freedesktop.DBus") return;
            std::string name;
            message >> name;
            if (line_) line_->exports.caller_left(name);
        });
        step = "take the name org.pppmanager1 on the bus";
        bus->requestName(compat::BusName{kBusName});
        return bus;
    } catch (const sdbus::Error& e) {
        const bool taken =
            e.getName() == "org.freedesktop.DBus.Error.FileExists" || e.getName() == "System.Error.EEXIST";
        return fail(
            taken ? Errc::refused : Errc::system,
            std::string("cannot ") + step + ": " + (taken ? "another pppmanagerd has it" : e.getMessage()));
    } catch (const std::exception& e) {
        return fail(Errc::system, std::string("cannot ") + step + ": " + e.what());
    }
}

Result<> BusService::use(Connection connection) {
    try {
        line_ = std::make_unique<Line>(loop_, service_, std::move(connection),
                                       [this](const std::string& why) { lost(why); });
    } catch (const std::exception& e) {
        return fail(Errc::system, std::string("cannot export objects on the bus: ") + e.what());
    }
    service_.observe(&line_->exports);
    return {};
}

void BusService::lost(const std::string& why) {
    log_.warning("lost the system bus (" + why + "); sessions go on, trying to get it back");
    service_.observe(nullptr);
    // Not at once: the pump that calls must not be destroyed under itself.
    timer_ = loop_.after(Duration::zero(), [this] {
        line_.reset();
        retry_.begin();
    });
}

}  // namespace ppp::dbus
