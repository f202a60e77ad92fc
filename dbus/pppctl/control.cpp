// SPDX-License-Identifier: GPL-2.0-or-later
/// @file pppctl up and down: ask, then wait for what becomes of it.
#include <fmt/format.h>
#include <chrono>
#include <optional>
#include "dbus/pppctl/commands.hpp"
#include "dbus/pppctl/follower.hpp"
#include "dbus/pppctl/output.hpp"
#include "dbus/pppctl/text.hpp"

namespace ppp::ctl {
namespace {

// The daemon sets a parent up that is down, and its carrier takes a moment.
constexpr std::chrono::seconds kParentPatience{5};

/// One line on standard error that follows the state; a line for each state when that is no terminal.
class Progress {
public:
    explicit Progress(const std::string& name) : name_(printable(name)) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (terminal_ && !shown_.empty()) put_aside(kClearLine);
    }
    void show(const std::string& state) {
        if (state == shown_) return;
        shown_ = state;
        const auto line = name_ + ": " + state;
        put_aside(terminal_ ? std::string(kClearLine) + line + " ..." : line + "\n");
    }

private:
    std::string name_, shown_;
    bool terminal_ = aside_is_terminal();
};

/// What a verb waits for.
struct Goal {
    const char* method;
    const char* done;  ///< "connected"
    /// Nothing while the end is open.
    std::optional<Outcome<>> (*judge)(const Object& client);
};

std::string subject(const Object& client) { return "client '" + printable(client.text("Name")) + "'"; }

Problem attempt_failed(const Object& client) {
    auto text = printable(client.text("LastError"));
    const auto name = printable(client.text("Name"));
    if (text.empty())
        text = subject(client) + " is not connected: " + client.text("State");
    else if (text.find(name) == std::string::npos)
        text = subject(client) + ": " + text;
    if (auto next = next_attempt_in(client); !next.empty()) text += " (next attempt in " + next + ")";
    return {Exit::failed, text};
}

std::optional<Outcome<>> judge_up(const Object& client) {
    const auto state = client.text("State");
    if (state == "connected") return Outcome<>{};
    if (state == "waiting-to-retry" || state == "stopped" || state == "disabled")
        return Outcome<>{ppp::detail::unexpected<Problem>(attempt_failed(client))};
    return {};
}

std::optional<Outcome<>> judge_down(const Object& client) {
    const auto state = client.text("State");
    if (state == "stopped" || state == "disabled") return Outcome<>{};
    return {};
}

/// One wait for one goal.
class Pursuit {
public:
    Pursuit(EventLoop& loop, const Goal& goal, const std::string& name)
        : loop_(loop), goal_(goal), progress_(name) {}

    Outcome<Object> run(Bus& bus, const Object& start, std::chrono::seconds timeout) {
        auto follower = Follower::create(
            loop_, bus, start, [this](const Dictionary&) { look(); },
            [this](const Problem& p) { finish(ppp::detail::unexpected<Problem>(p)); });
        if (!follower) return ppp::detail::unexpected<Problem>(follower.error());
        follower_ = std::move(*follower);
        // What changes before the answer is the end of an earlier attempt, or is still there afterwards.
        follower_->call(goal_.method, [this](Outcome<> answer) {
            answered_ = true;
            if (!answer) return finish(std::move(answer));
            look();
        });
        auto deadline = loop_.after(timeout, [&] { finish(late(timeout)); });
        loop_.run();
        if (!*end_) return ppp::detail::unexpected<Problem>(end_->error());
        return follower_->object();
    }

private:
    void finish(Outcome<> outcome) {
        if (!end_) end_ = std::move(outcome);
        loop_.quit();
    }
    void look() {
        if (!answered_) return;
        const auto& client = follower_->object();
        progress_.show(client.text("State"));
        if (auto judged = goal_.judge(client)) return finish(std::move(*judged));
        if (client.text("State") != "waiting-for-parent") {
            parent_timer_ = {};
        } else if (!parent_timer_.armed()) {
            parent_timer_ = loop_.after(kParentPatience, [this] {
                finish(ppp::detail::unexpected<Problem>(attempt_failed(follower_->object())));
            });
        }
    }
    [[nodiscard]] Outcome<> late(std::chrono::seconds timeout) const {
        const auto& client = follower_->object();
        if (parent_timer_.armed()) return ppp::detail::unexpected<Problem>(attempt_failed(client));
        return problem(
            Exit::timed_out,
            fmt::format("{} is not {} after {}: its state is {}", subject(client), goal_.done,
                        duration(static_cast<std::uint64_t>(timeout.count())), client.text("State")));
    }

    EventLoop& loop_;
    const Goal& goal_;
    Progress progress_;
    std::unique_ptr<Follower> follower_;
    Timer parent_timer_;
    std::optional<Outcome<>> end_;
    bool answered_ = false;
};

Outcome<Object> pursue(Context& context, const Object& start, const Goal& goal, std::uint32_t seconds) {
    auto loop = EventLoop::create();
    if (!loop) return problem(Exit::failed, loop.error().what);
    return Pursuit(**loop, goal, start.text("Name")).run(context.bus, start, std::chrono::seconds(seconds));
}

Outcome<> reach(Context& context, const Wanted& wanted, const Goal& goal) {
    auto client = object(context.bus, wanted.name);
    if (!client) return ppp::detail::unexpected<Problem>(client.error());
    if (!client->is_client)
        return problem(Exit::usage,
                       "'" + printable(wanted.name) + "' is a server: only clients go up and down");
    const auto before = client->text("State");
    const bool there =
        before == goal.done || (std::string_view(goal.done) == "stopped" && before == "disabled");
    if (!there && !wanted.wait) return context.bus.tell(client->path, kClient, goal.method);
    if (!there) {
        auto reached = pursue(context, *client, goal, wanted.timeout);
        if (!reached) return ppp::detail::unexpected<Problem>(reached.error());
        *client = std::move(*reached);
    }
    std::string text;
    if (context.json) {
        text = to_json(*client).dump(2);
    } else {
        text = printable(wanted.name) + " is " + (there ? "already " : "") + client->text("State");
        if (client->text("State") == "connected" && !client->text("LocalAddress").empty())
            text += ": " + client->text("LocalAddress") + ", peer " + client->text("RemoteAddress");
    }
    put(text + "\n");
    return {};
}

}  // namespace

Outcome<> up(Context& context, const Wanted& wanted) {
    return reach(context, wanted, {.method = "Connect", .done = "connected", .judge = judge_up});
}

Outcome<> down(Context& context, const Wanted& wanted) {
    return reach(context, wanted, {.method = "Disconnect", .done = "stopped", .judge = judge_down});
}

}  // namespace ppp::ctl
