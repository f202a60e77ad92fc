// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakePolkit: an authority on the bus that allows the actions it was told to, to everybody.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>
#include "dbus/compat.hpp"

namespace ppp::test {

/// Answers on a connection and a thread of its own.
class FakePolkit {
public:
    using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
    using Answer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

    explicit FakePolkit(std::set<std::string> allowed)
        : allowed_(std::move(allowed)), bus_(sdbus::createSystemBusConnection()) {
        object_ = sdbus::createObject(*bus_, sdbus::ObjectPath{"/org/freedesktop/PolicyKit1/Authority"});
        object_->registerMethod("CheckAuthorization")
            .onInterface("org.freedesktop.PolicyKit1.Authority")
            .implementedAs([this](const Subject& subject, const std::string& action,
                                  const std::map<std::string, std::string>&, std::uint32_t,
                                  const std::string&) {
                const std::lock_guard lock(mutex_);
                asked_.push_back(subject.get<0>() + " " + action);
                return Answer{allowed_.contains(action), false, std::map<std::string, std::string>{}};
            });
        object_->finishRegistration();
        bus_->requestName(dbus::compat::BusName{"org.freedesktop.PolicyKit1"});
        bus_->enterEventLoopAsync();
    }
    FakePolkit(const FakePolkit&) = delete;
    ~FakePolkit() { bus_->leaveEventLoop(); }

    [[nodiscard]] std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    std::set<std::string> allowed_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<sdbus::IObject> object_;
};

}  // namespace ppp::test
