// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/authority.hpp"
#include <utility>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kMaxQuestions = 256;
constexpr std::size_t kMaxOfCaller = 32;
constexpr std::uint32_t kAllowUserInteraction = 1;
// A person who types a password takes his time.
constexpr std::chrono::minutes kPatience{5};

const char* action_name(Action action) {
    return action == Action::control ? "org.pppmanager1.control" : "org.pppmanager1.configure";
}

sdbus::Error not_permitted(Action action, const std::string& why) {
    return compat::make_error("org.pppmanager1.Error.NotPermitted",
                              std::string(action_name(action)) + " is not permitted: " + why);
}

}  // namespace

Authority::Authority(sdbus::IConnection& bus)
    : bus_(sdbus::createProxy(bus, compat::BusName{"org.freedesktop.DBus"},
                              sdbus::ObjectPath{"/org/freedesktop/DBus"})),
      polkit_(sdbus::createProxy(bus, compat::BusName{"org.freedesktop.PolicyKit1"},
                                 sdbus::ObjectPath{"/org/freedesktop/PolicyKit1/Authority"})) {}

Authority::~Authority() = default;

void Authority::ask(const std::string& caller, Action action, Decided decided) {
    std::size_t of_caller = 0;
    for (const auto& [id, question] : questions_) of_caller += question.caller == caller ? 1 : 0;
    if (questions_.size() >= kMaxQuestions || of_caller >= kMaxOfCaller)
        throw to_bus({Errc::refused, 0, "too many calls wait for permission"});
    const auto id = next_++;
    questions_.emplace(id, Question{caller, action, std::move(decided)});
    try {
        ask_user(id);
    } catch (...) {
        questions_.erase(id);
        throw;
    }
}

void Authority::caller_left(const std::string& caller) {
    std::erase_if(questions_, [&](const auto& entry) { return entry.second.caller == caller; });
}

void Authority::ask_user(std::uint64_t id) {
    bus_->callMethodAsync("GetConnectionUnixUser")
        .onInterface("org.freedesktop.DBus")
        .withArguments(questions_.at(id).caller)
        .uponReplyInvoke([this, id](compat::ReplyError error, std::uint32_t user) {
            if (error) return decide(id, false, "the caller is gone");
            if (user == 0) return decide(id, true, {});
            if (questions_.contains(id)) ask_polkit(id);
        });
}

void Authority::ask_polkit(std::uint64_t id) {
    using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
    using Answer = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;
    const auto& question = questions_.at(id);
    const Subject subject{"system-bus-name", {{"name", sdbus::Variant{question.caller}}}};
    try {
        polkit_->callMethodAsync("CheckAuthorization")
            .onInterface("org.freedesktop.PolicyKit1.Authority")
            .withTimeout(kPatience)
            .withArguments(subject, std::string(action_name(question.action)),
                           std::map<std::string, std::string>{}, kAllowUserInteraction, std::string())
            .uponReplyInvoke([this, id](compat::ReplyError error, const Answer& answer) {
                if (error) return decide(id, false, "polkit does not answer, so only root may do it");
                decide(id, answer.get<0>(), "polkit says no");
            });
    } catch (const sdbus::Error& e) {
        decide(id, false, "polkit cannot be asked: " + bus_text(e.getMessage()));
    }
}

void Authority::decide(std::uint64_t id, bool allowed, const std::string& why) {
    auto node = questions_.extract(id);
    if (node.empty()) return;
    auto& question = node.mapped();
    try {
        if (allowed) return question.decided(nullptr);
        const auto refusal = not_permitted(question.action, why);
        question.decided(&refusal);
    } catch (const sdbus::Error& thrown) {
        try {
            question.decided(&thrown);
        } catch (const sdbus::Error&) {  // NOLINT(bugprone-empty-catch): the bus is gone
        }
    }
}

}  // namespace ppp::dbus
