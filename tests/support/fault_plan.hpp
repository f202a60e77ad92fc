// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FaultPlan: which of all requests to the kernel goes wrong, and how.
#pragma once
#include <cassert>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include "base/scheduler.hpp"

namespace ppp::test {

enum class Fault : std::uint8_t {
    fail,  ///< refused with an errno
    late,  ///< done, after `FaultPlan::delay`; what waits in the same line waits as well
    lost,  ///< never answered: the kernel hangs, or what was sent is gone
};

/// Counts the requests that its fault can strike, over all ports that share it, and strikes the n-th.
class FaultPlan {
public:
    /// What can go wrong with a request depends on its kind.
    enum class Kind : std::uint8_t {
        call,   ///< answered later: by a worker, or by the rtnl thread
        quick,  ///< answered at once: it can fail and nothing else
        frame,  ///< something sent: it can fail or be lost
    };

    Fault fault = Fault::fail;
    std::size_t nth = 0;                ///< 1 is the first; 0 strikes none
    std::size_t choice = 0;             ///< which of the errors that are plausible for the request
    Duration delay{};                   ///< of a late one
    std::function<void()> when_struck;  ///< called at that moment

    /// A request is made. @return whether it is the one.
    [[nodiscard]] bool strikes(Kind kind, const std::string& request) {
        if (kind == Kind::quick && fault != Fault::fail) return false;
        if (kind == Kind::frame && (fault == Fault::late || choice > 0)) return false;
        if (++requests_ != nth) return false;
        struck_ = request;
        if (when_struck) when_struck();
        return true;
    }
    /// The error of a request that fails.
    [[nodiscard]] int error(std::initializer_list<int> plausible) {
        assert(plausible.size() != 0);
        return error_ = plausible.begin()[choice % plausible.size()];
    }
    [[nodiscard]] std::size_t requests() const { return requests_; }
    /// The request that was struck, "" while there is none, and its errno where it has one.
    [[nodiscard]] const std::string& struck() const { return struck_; }
    [[nodiscard]] int struck_error() const { return error_; }

private:
    std::size_t requests_ = 0;
    std::string struck_;
    int error_ = 0;
};

/// The rtnl thread of one host: what comes behind a late request waits for it.
class FaultyLane {
public:
    explicit FaultyLane(Scheduler& time) : time_(time) {}
    /// How long a request of usual duration `own` takes, when it is struck by being late or not.
    Duration take(Duration own, Duration late) {
        const auto until = std::max(time_.now() + own, free_) + late;
        if (late > Duration::zero()) free_ = until;
        return until - time_.now();
    }

private:
    Scheduler& time_;
    TimePoint free_{};
};

}  // namespace ppp::test
