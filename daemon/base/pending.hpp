// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Pending: one open request; whoever asked holds it, and dropping it withdraws the request.
#pragma once
#include <memory>
#include <utility>

namespace ppp {

/// Held by the asker. Destroying or re-assigning it guarantees that the request's callback will not run any
/// more.
class [[nodiscard]] Pending {
public:
    /// Held by the one who answers: asks whether anybody still waits.
    class Ticket {
    public:
        /// True while the asker waits; the answerer must check it, on the loop's thread, before it calls
        /// back.
        [[nodiscard]] bool wanted() const { return state_ && *state_; }
        /// Marks the request as answered. @return whether it was still wanted.
        [[nodiscard]] bool settle() { return state_ && std::exchange(*state_, false); }

    private:
        friend class Pending;
        std::shared_ptr<bool> state_;
    };

    Pending() = default;
    Pending(Pending&& o) noexcept = default;
    Pending& operator=(Pending&& o) noexcept {
        if (this != &o) {
            withdraw();
            state_ = std::move(o.state_);
        }
        return *this;
    }
    ~Pending() { withdraw(); }

    /// A new request and its ticket.
    static std::pair<Pending, Ticket> make() {
        Pending p;
        p.state_ = std::make_shared<bool>(true);
        Ticket t;
        t.state_ = p.state_;
        return {std::move(p), std::move(t)};
    }
    void withdraw() noexcept {
        if (state_) *state_ = false;
        state_.reset();
    }
    /// Whether the answer is still to come.
    [[nodiscard]] bool open() const { return state_ && *state_; }

private:
    std::shared_ptr<bool> state_;
};

}  // namespace ppp
