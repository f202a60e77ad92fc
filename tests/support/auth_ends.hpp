// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The two ends of an authentication in a test: who they are and what became of them.
#pragma once
#include <functional>
#include <vector>
#include "aaa/secrets.hpp"
#include "ppp/auth.hpp"
#include "support/seeded_rng.hpp"

namespace ppp::test {

/// An Authentication::Owner that remembers everything, and whose packets go wherever `on_send` says.
class RecordingOwner final : public Authentication::Owner {
public:
    void auth_send(std::uint16_t protocol, wire::ByteView packet) override {
        sent.emplace_back(packet.begin(), packet.end());
        protocols.push_back(protocol);
        if (on_send) on_send(packet);
    }
    void auth_done(Authentication& from, AuthOutcome outcome) override {
        outcomes.push_back(std::move(outcome));
        if (destroy_when_done && &from == auth.get()) auth.reset();
    }
    [[nodiscard]] std::string auth_calling_station() const override { return calling_station; }

    [[nodiscard]] bool succeeded() const {
        return !outcomes.empty() && std::holds_alternative<AuthSuccess>(outcomes.back());
    }
    [[nodiscard]] const AuthFailure* failure() const {
        return outcomes.empty() ? nullptr : std::get_if<AuthFailure>(&outcomes.back());
    }
    [[nodiscard]] const AuthSuccess* success() const {
        return outcomes.empty() ? nullptr : std::get_if<AuthSuccess>(&outcomes.back());
    }

    std::unique_ptr<Authentication> auth;
    std::vector<wire::Bytes> sent;
    std::vector<std::uint16_t> protocols;
    std::vector<AuthOutcome> outcomes;
    std::function<void(wire::ByteView)> on_send;
    std::string calling_station = "02:00:5E:10:00:01";
    bool destroy_when_done = false;
};

/// An Aaa whose answers a test gives by hand, or never.
class ManualAaa final : public aaa::Aaa {
public:
    struct Question {
        aaa::Request request;
        Pending::Ticket ticket;
        Callback<void(aaa::Answer)> done;
    };
    [[nodiscard]] Pending authenticate(aaa::Request request, Callback<void(aaa::Answer)> done) override {
        auto [pending, ticket] = Pending::make();
        questions.push_back({std::move(request), std::move(ticket), std::move(done)});
        return std::move(pending);
    }
    void account(aaa::AccountingRecord record) override { records.push_back(std::move(record)); }
    /// @return whether somebody still waited.
    bool answer(std::size_t question, aaa::Answer with) {
        auto& q = questions.at(question);
        if (!q.ticket.settle()) return false;
        auto done = std::move(q.done);
        done(std::move(with));
        return true;
    }

    std::vector<Question> questions;
    std::vector<aaa::AccountingRecord> records;
};

}  // namespace ppp::test
