// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeGuard: a PlaintextGuard that says what it would let out.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include "base/scheduler.hpp"
#include "guard/plaintext_guard.hpp"

namespace ppp::test {

class FakeGuard final : public guard::PlaintextGuard {
public:
    explicit FakeGuard(Scheduler& time) : time_(time) {}

    Duration delay = std::chrono::milliseconds(30);
    std::optional<Error> error;  ///< what each request from now on fails with

    [[nodiscard]] bool guards(const guard::Link& link) const { return links_.contains(link); }
    [[nodiscard]] bool guards_session(std::uint16_t session_id) const {
        for (const auto& link : links_)
            if (const auto* s = std::get_if<guard::PppoeSession>(&link); s && s->session_id == session_id)
                return true;
        return false;
    }
    [[nodiscard]] std::size_t size() const { return links_.size(); }

    std::unique_ptr<Hold> protect(guard::Link link, Callback<void(Result<>)> done) override {
        auto hold = std::make_unique<Held>(*this);
        hold->answer = time_.after(
            delay, [this, at = hold.get(), link = std::move(link), done = std::move(done)]() mutable {
                if (error) return done(fail(Error(*error)));
                at->place = links_.insert(std::move(link));
                done(Result<>{});
            });
        return hold;
    }

private:
    struct Held final : Hold {
        explicit Held(FakeGuard& g) : owner(g) {}
        ~Held() override {
            if (place) owner.links_.erase(*place);
        }
        FakeGuard& owner;
        std::optional<std::multiset<guard::Link>::iterator> place;
        Timer answer;
    };

    Scheduler& time_;
    std::multiset<guard::Link> links_;
};

}  // namespace ppp::test
