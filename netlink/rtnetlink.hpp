// SPDX-License-Identifier: GPL-2.0-or-later
/// @file RtNetwork: the Network port over the kernel's rtnetlink.
///
/// Requests are made by a worker thread (see RequestSocket). While it is busy new batches gather; they leave
/// together as soon as it is free, so the number of system calls a session costs falls as the load rises.
#pragma once
#include <memory>
#include <vector>
#include "base/event_loop.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "base/worker_pool.hpp"
#include "netlink/network.hpp"

namespace ppp::net {

class Observer;

class RtNetwork final : public Network {
public:
    struct Options {
        /// ARPHRD_* of links that are neither shown nor reported, because somebody else watches over them;
        /// the kernel drops their notifications before they wake the daemon. 0 for none.
        std::uint16_t hidden_link_type = 0;
        /// SO_RCVBUF of the notifications in octets; 0 for the default, which holds thousands of them.
        int notification_buffer = 0;
    };

    /// Opens both sockets and reads all links, synchronously: call it before the loop runs.
    /// @param pool one thread; others may use it too. It and the loop must outlive the Network.
    static Result<std::unique_ptr<RtNetwork>> create(EventLoop& loop, WorkerPool& pool, Options options);
    /// Open requests are withdrawn.
    ~RtNetwork() override;

    Pending submit(std::vector<Step> batch, Done done) override;
    Pending list_addresses(unsigned ifindex, Addresses done) override;
    Pending list_default_routes(Routes done) override;
    Pending list_routes(std::uint8_t protocol, std::uint32_t table, Routes done) override;
    Pending find_route(IpAddress to, RouteDone done) override;
    LinkView& links() override;

    struct Counters {
        std::uint64_t batches = 0;  ///< submitted
        std::uint64_t trips = 0;    ///< to the worker thread; batches / trips is how well they gather
        std::uint64_t wakeups = 0;  ///< of the loop by link notifications
        std::uint64_t resyncs = 0;  ///< after lost notifications
    };
    [[nodiscard]] Counters counters() const;

private:
    struct Engine;
    explicit RtNetwork(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

}  // namespace ppp::net
