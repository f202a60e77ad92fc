// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Authority: may this caller do this? Asked of the bus and of polkit, without waiting for either.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include "base/callback.hpp"
#include "base/scheduler.hpp"

namespace ppp::dbus {

/// The polkit actions of packaging/polkit/org.pppmanager1.policy.
enum class Action : std::uint8_t { control, configure, read_secrets };

/// Root may do everything. Others are asked for by polkit, which may ask a person for a password; without
/// polkit they may nothing.
class Authority {
public:
    /// Called once, perhaps from inside ask(), and not at all when the caller has left meanwhile: with
    /// nullptr when it is allowed, else with why not. What it throws in the first case is given to it in
    /// turn.
    using Decided = Callback<void(const sdbus::Error* refused)>;

    /// @param bus outlives it, and so does `scheduler`.
    Authority(sdbus::IConnection& bus, Scheduler& scheduler);
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;
    ~Authority();

    /// @param caller a unique name. Throws sdbus::Error (Refused) when too many questions are open.
    void ask(const std::string& caller, Action action, Decided decided);
    /// Forgets its questions.
    void caller_left(const std::string& caller);

private:
    struct Question {
        std::string caller;
        Action action;
        Decided decided;
    };
    /// What is known of a connection: its user never changes.
    struct Caller {
        std::optional<std::uint32_t> user;
        std::deque<std::uint64_t> waiting;  // for the user to be known, in their order
    };
    void ask_user(const std::string& caller);
    void answer_waiting(const std::string& caller);
    void answer(std::uint64_t id);
    void ask_polkit(std::uint64_t id, std::uint32_t user);
    void answered(std::uint32_t user);
    void decide(std::uint64_t id, bool allowed, const std::string& why);

    Scheduler& scheduler_;
    std::map<std::uint64_t, Question> questions_;
    std::map<std::string, Caller> callers_;
    std::map<std::uint32_t, std::size_t> at_polkit_;  // open questions of each user
    std::map<std::string, Timer> turns_;              // of callers whose questions are answered in helpings
    std::uint64_t next_ = 1;
    // Last: their callbacks use what stands above.
    std::unique_ptr<sdbus::IProxy> bus_, polkit_;
};

}  // namespace ppp::dbus
