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
            .implementedAs([this](sdbus::Result<Answer>&& reply, const Subject& subject,
                                  const std::string& action, const std::map<std::string, std::string>&,
                                  std::uint32_t, const std::string&) {
                const std::lock_guard lock(mutex_);
                asked_.push_back(subject.get<0>() + " " + action);
                Held question{std::move(reply), allowed_.contains(action)};
                if (thinking_) return held_.push_back(std::move(question));
                answer(question);
            });
        object_->finishRegistration();
        bus_->requestName(dbus::compat::BusName{"org.freedesktop.PolicyKit1"});
        bus_->enterEventLoopAsync();
    }
    FakePolkit(const FakePolkit&) = delete;
    ~FakePolkit() { bus_->leaveEventLoop(); }

    /// Answers nothing, as while somebody looks for a password, until decide().
    void think() {
        const std::lock_guard lock(mutex_);
        thinking_ = true;
    }
    /// Answers what waits, and from now on at once.
    void decide() {
        std::vector<Held> waiting;
        {
            const std::lock_guard lock(mutex_);
            thinking_ = false;
            waiting.swap(held_);
        }
        // Not under our lock: the connection has one of its own, which its thread takes first.
        for (auto& question : waiting) answer(question);
    }
    [[nodiscard]] std::vector<std::string> asked() const {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    struct Held {
        sdbus::Result<Answer> reply;
        bool allowed = false;
    };
    static void answer(Held& question) {
        question.reply.returnResults(Answer{question.allowed, false, std::map<std::string, std::string>{}});
    }

    bool thinking_ = false;
    std::vector<Held> held_;
    std::set<std::string> allowed_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    std::unique_ptr<sdbus::IConnection> bus_;
    std::unique_ptr<sdbus::IObject> object_;
};

}  // namespace ppp::test
