// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/authority.hpp"
#include <utility>
#include "dbus/bus_error.hpp"
#include "dbus/bus_text.hpp"
#include "dbus/compat.hpp"

namespace ppp::dbus {
namespace {

constexpr std::size_t kMaxQuestions = 4096;
constexpr std::size_t kMaxAtPolkit = 32;  // of one user: each may be a dialog on somebody's screen
constexpr std::size_t kHelping = 16;      // calls answered in one turn of the loop
constexpr std::uint32_t kAllowUserInteraction = 1;
// A person who types a password takes his time.
constexpr std::chrono::minutes kPatience{5};

const char* action_name(Action action) {
    switch (action) {
        case Action::control:
            return "org.pppmanager1.control";
        case Action::configure:
            return "org.pppmanager1.configure";
        case Action::read_secrets:
            return "org.pppmanager1.read-secrets";
    }
    return "";
}

sdbus::Error not_permitted(Action action, const std::string& why) {
    return compat::make_error("org.pppmanager1.Error.NotPermitted",
                              std::string(action_name(action)) + " is not permitted: " + why);
}

}  // namespace

Authority::Authority(sdbus::IConnection& bus, Scheduler& scheduler)
    : scheduler_(scheduler),
      bus_(sdbus::createProxy(bus, compat::BusName{"org.freedesktop.DBus"},
                              sdbus::ObjectPath{"/org/freedesktop/DBus"})),
      polkit_(sdbus::createProxy(bus, compat::BusName{"org.freedesktop.PolicyKit1"},
                                 sdbus::ObjectPath{"/org/freedesktop/PolicyKit1/Authority"})) {}

Authority::~Authority() = default;

void Authority::ask(const std::string& caller, Action action, Decided decided) {
    if (questions_.size() >= kMaxQuestions)
        throw to_bus({Errc::refused, 0, "too many calls wait for permission"});
    const auto id = next_++;
    auto& from = callers_[caller];
    const bool first = !from.user && from.waiting.empty();
    questions_.emplace(id, Question{caller, action, std::move(decided)});
    if (from.user && from.waiting.empty()) return answer(id);
    from.waiting.push_back(id);
    if (!first) return;
    try {
        ask_user(caller);
    } catch (...) {
        caller_left(caller);
        throw;
    }
}

void Authority::caller_left(const std::string& caller) {
    std::erase_if(questions_, [&](const auto& entry) { return entry.second.caller == caller; });
    callers_.erase(caller);
    turns_.erase(caller);
}

void Authority::ask_user(const std::string& caller) {
    bus_->callMethodAsync("GetConnectionUnixUser")
        .onInterface("org.freedesktop.DBus")
        .withArguments(caller)
        .uponReplyInvoke([this, caller](compat::ReplyError error, std::uint32_t user) {
            const auto at = callers_.find(caller);
            if (at == callers_.end()) return;
            if (error) return caller_left(caller);  // nobody is left to be answered
            at->second.user = user;
            answer_waiting(caller);
        });
}

void Authority::answer_waiting(const std::string& caller) {
    for (std::size_t done = 0; done < kHelping; ++done) {
        const auto at = callers_.find(caller);
        if (at == callers_.end() || at->second.waiting.empty()) return;
        const auto id = at->second.waiting.front();
        at->second.waiting.pop_front();
        answer(id);
    }
    // The loop has other work too.
    turns_[caller] = scheduler_.after({}, [this, caller] { answer_waiting(caller); });
}

void Authority::answer(std::uint64_t id) {
    const auto at = questions_.find(id);
    if (at == questions_.end()) return;
    auto& caller = callers_.at(at->second.caller);
    if (caller.user == 0U) return decide(id, true, {});
    if (at_polkit_[*caller.user] >= kMaxAtPolkit) return decide(id, false, "too many calls wait for polkit");
    ++at_polkit_[*caller.user];
    ask_polkit(id, *caller.user);
}

void Authority::ask_polkit(std::uint64_t id, std::uint32_t user) {
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
            .uponReplyInvoke([this, id, user](compat::ReplyError error, const Answer& answer) {
                answered(user);
                if (error) return decide(id, false, "polkit does not answer, so only root may do it");
                decide(id, answer.get<0>(), "polkit says no");
            });
    } catch (const sdbus::Error& e) {
        answered(user);
        decide(id, false, "polkit cannot be asked: " + bus_text(e.getMessage()));
    }
}

void Authority::answered(std::uint32_t user) {
    if (const auto at = at_polkit_.find(user); --at->second == 0) at_polkit_.erase(at);
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
