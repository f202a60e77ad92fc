// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Resolver: names of hosts to addresses, without the loop waiting for it.
#pragma once
#include <cstdint>
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
    using Done = Callback<void(Result<std::vector<std::uint32_t>>)>;
    /// The IPv4 addresses of a host, host order, in the order in which they are to be tried; at least one.
    /// `done` runs from the loop, after as long as the resolver's own patience: a deadline is the caller's.
    [[nodiscard]] virtual Pending resolve(std::string host, Done done) = 0;
};

/// getaddrinfo() on threads of its own: a name server that does not answer holds one for half a minute.
class SystemResolver final : public Resolver {
public:
    /// @param loop outlives it.
    static Result<std::unique_ptr<SystemResolver>> create(EventLoop& loop);
    ~SystemResolver() override;
    Pending resolve(std::string host, Done done) override;

private:
    explicit SystemResolver(std::unique_ptr<WorkerPool> pool) : pool_(std::move(pool)) {}
    std::unique_ptr<WorkerPool> pool_;
};

}  // namespace ppp::link
