// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Resolver: names of hosts to addresses, without the loop waiting for it.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
#include "base/callback.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"

namespace ppp::link {

class Resolver {
public:
    virtual ~Resolver() = default;
    using Answer = Result<std::vector<std::uint32_t>>;
    using Done = Callback<void(Answer)>;
    /// The IPv4 addresses of a host, host order, in the order in which they are to be tried; at least one.
    /// `done` runs from the loop, after as long as the resolver's own patience: a deadline is the caller's.
    [[nodiscard]] virtual Pending resolve(std::string host, Done done) = 0;
};

/// getaddrinfo() on threads of its own: a name server that does not answer holds one for half a minute. So a
/// name is looked up once for all who ask for it meanwhile, and the names whose last look-up failed have one
/// thread together: they wait for each other, and nobody else for them.
class SystemResolver final : public Resolver {
public:
    /// Runs on several threads at once, and may outlive the resolver.
    using LookUp = std::function<Answer(const std::string& host)>;

    /// @param loop outlives it.
    static Result<std::unique_ptr<SystemResolver>> create(EventLoop& loop);
    static Result<std::unique_ptr<SystemResolver>> create(EventLoop& loop, LookUp look_up);
    ~SystemResolver() override;
    Pending resolve(std::string host, Done done) override;

private:
    struct Asker {
        Done done;
        Pending::Ticket ticket;
    };
    /// A name that is being looked up or waits for it, or whose last look-up failed.
    struct Name {
        std::vector<Asker> askers;
        Pending query;  ///< open while a thread has it
        bool doubtful = false, waiting = false;
    };
    SystemResolver(std::unique_ptr<WorkerPool> pool, LookUp look_up)
        : pool_(std::move(pool)), look_up_(std::move(look_up)) {}
    void look_up(const std::string& host, Name& name);
    void answered(const std::string& host, const Answer& answer);

    std::unique_ptr<WorkerPool> pool_;
    LookUp look_up_;
    std::map<std::string, Name> names_;
    std::deque<std::string> doubtful_;  // that wait for their thread, the next one first
    bool doubting_ = false;             // whether that thread is busy
};

}  // namespace ppp::link
