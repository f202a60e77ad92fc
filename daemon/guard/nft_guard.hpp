// SPDX-License-Identifier: GPL-2.0-or-later
/// @file NftGuard: the PlaintextGuard by rules of nf_tables, written on a worker.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "base/worker_pool.hpp"
#include "guard/plaintext_guard.hpp"

namespace ppp::guard {

class NftGuard final : public PlaintextGuard {
public:
    /// Carries out commands of nft(8), all or none. Runs on the worker.
    using Runner = std::function<Result<>(const std::string& commands)>;

    /// @param worker one thread, which it may have for itself: it sleeps in the kernel for milliseconds.
    /// All of it outlives the guard and its Holds.
    NftGuard(Scheduler& time, WorkerPool& worker, Runner run, Log log);
    ~NftGuard() override;

    /// What is asked for in one turn of the loop is one transaction. The first one takes the place of
    /// whatever an earlier process has left: sessions that are carried on are never without their guard.
    std::unique_ptr<Hold> protect(Link link, Callback<void(Result<>)> done) override;
    /// To be called once all sessions of an earlier process are carried on: when none of them is guarded,
    /// what it has left is removed.
    void settle();

private:
    struct Held;
    struct State;
    std::shared_ptr<State> state_;
};

/// By libnftables in the network namespace of the worker.
[[nodiscard]] NftGuard::Runner nftables_runner();

}  // namespace ppp::guard
