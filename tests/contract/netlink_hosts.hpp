// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeHost and RealHost: where the Network contract runs; the second is a network namespace of its
/// own.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "netlink/message.hpp"
#include "netlink/request_socket.hpp"
#include "netlink/rtnetlink.hpp"
#include "support/fake_network.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

/// What the contract asks in the same words of both.
template <class Derived>
class Host {
public:
    net::Outcome run(std::vector<net::Step> steps) {
        std::optional<net::Outcome> outcome;
        const auto pending =
            self().network().submit(std::move(steps), [&](net::Outcome o) { outcome = std::move(o); });
        self().wait([&] { return outcome.has_value(); });
        return std::move(*outcome);
    }
    std::vector<net::Address> addresses(unsigned ifindex) {
        return list<net::Address>(
            [&](auto done) { return self().network().list_addresses(ifindex, std::move(done)); });
    }
    std::vector<net::Route> default_routes() {
        return list<net::Route>(
            [&](auto done) { return self().network().list_default_routes(std::move(done)); });
    }
    std::vector<net::Route> routes(std::uint8_t protocol, std::uint32_t table) {
        return list<net::Route>(
            [&](auto done) { return self().network().list_routes(protocol, table, std::move(done)); });
    }

private:
    Derived& self() { return static_cast<Derived&>(*this); }
    template <class T, class Ask>
    std::vector<T> list(Ask ask) {
        std::optional<Result<std::vector<T>>> answer;
        const auto pending = ask([&](Result<std::vector<T>> found) { answer = std::move(found); });
        self().wait([&] { return answer.has_value(); });
        REQUIRE_MESSAGE(answer->has_value(), answer->error().what);
        std::ranges::sort(**answer);
        return **answer;
    }
};

class FakeHost : public Host<FakeHost> {
public:
    net::Network& network() { return network_; }
    unsigned make_link(const std::string& name) {
        network_.add_link({.ifindex = ++last_, .name = name, .kind = "dummy", .type = 1, .mtu = 1500});
        return last_;
    }
    template <class Condition>
    void wait(Condition condition) {
        time_.advance(std::chrono::seconds(1));
        REQUIRE(condition());
    }

private:
    VirtualTime time_;
    FakeNetwork network_{time_};
    unsigned last_ = 1;
};

/// A fresh network namespace for the calling thread, left again when the object dies.
class NetworkNamespace {
public:
    NetworkNamespace() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
        REQUIRE(home_);
        REQUIRE_MESSAGE(
            ::unshare(CLONE_NEWNET) == 0,
            "these tests change network interfaces in a namespace of their own: run them as root");
    }
    ~NetworkNamespace() { ::setns(home_.get(), CLONE_NEWNET); }
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

private:
    Fd home_;
};

class RealHost : public Host<RealHost> {
public:
    explicit RealHost(net::RtNetwork::Options options = {}) {
        loop_ = take(EventLoop::create());
        pool_ = take(WorkerPool::create(*loop_, 1, "rtnetlink"));
        tool_.emplace(take(net::RequestSocket::create()));
        network_ = take(net::RtNetwork::create(*loop_, *pool_, options));
    }
    ~RealHost() {
        network_.reset();
        pool_.reset();
    }
    RealHost(const RealHost&) = delete;
    RealHost& operator=(const RealHost&) = delete;

    net::RtNetwork& network() { return *network_; }
    EventLoop& loop() { return *loop_; }
    void drop_network() { network_.reset(); }

    /// Makes a link without hardware behind the Network's back, and waits until it is reported.
    unsigned make_link(const std::string& name) {
        const auto ifindex = make_link_unseen(name);
        wait([&] { return network_->links().find(ifindex) != nullptr; });
        return ifindex;
    }
    unsigned make_link_unseen(const std::string& name) {
        ++last_;
        // Both exist on every distribution's kernel, on small ones only the second.
        for (const char* kind : {"dummy", "ifb"}) {
            net::Batch batch;
            begin_link(batch, name, last_, kind);
            const auto answer = tool_->transact_one(batch);
            if (answer.kind == net::Answer::Kind::done) return last_;
            REQUIRE_MESSAGE((answer.sys == EOPNOTSUPP && kind == std::string("dummy")),
                            answer.result("test link").error().what);
        }
        return 0;
    }
    /// Appends a request for a new link of `kind`.
    static void begin_link(net::Batch& batch, const std::string& name, unsigned ifindex, const char* kind) {
        ifinfomsg head{};
        head.ifi_index = static_cast<int>(ifindex);
        auto m = batch.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
        m.header(head).put_string(IFLA_IFNAME, name);
        const auto info = m.nest(IFLA_LINKINFO);
        m.put_string(IFLA_INFO_KIND, kind);
    }
    /// One request past the Network: what other programs do to the host.
    void send(net::Batch& batch) {
        std::vector<net::Answer> answers;
        tool_->transact(batch, answers);
        for (const auto& answer : answers) {
            const auto result = answer.result("test set-up");
            REQUIRE_MESSAGE(result, result.error().what);
        }
    }

    /// Runs the loop until the condition holds; five seconds are for ever.
    template <class Condition>
    void wait(Condition condition) {
        bool late = false;
        const auto deadline = loop_->after(std::chrono::seconds(5), [&] {
            late = true;
            loop_->quit();
        });
        struct Look final : EventLoop::Source {
            Look(EventLoop& l, Condition& c) : loop(l), condition(c) { loop.add_source(*this); }
            ~Look() override { loop.remove_source(*this); }
            std::optional<TimePoint> prepare() override {
                if (!condition()) return std::nullopt;
                loop.quit();
                return loop.now();
            }
            EventLoop& loop;
            Condition& condition;
        };
        {
            const Look look(*loop_, condition);
            loop_->run();
        }
        REQUIRE_FALSE_MESSAGE(late, "nothing happened within five seconds");
    }

private:
    template <class T>
    static T take(Result<T> result) {
        REQUIRE_MESSAGE(result, result.error().what);
        return std::move(*result);
    }

    NetworkNamespace namespace_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<WorkerPool> pool_;
    std::optional<net::RequestSocket> tool_;
    std::unique_ptr<net::RtNetwork> network_;
    unsigned last_ = 1000;
};

}  // namespace ppp::test
