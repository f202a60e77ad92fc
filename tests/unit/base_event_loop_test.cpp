// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <array>
#include <csignal>
#include "base/event_loop.hpp"
#include "base/signals.hpp"
#include "base/worker_pool.hpp"

using namespace ppp;
using namespace std::chrono_literals;

namespace {
struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
        near = Fd(ends[0]);
        far = Fd(ends[1]);
    }
    void poke() const { REQUIRE(::write(far.get(), "x", 1) == 1); }
    Fd near, far;
};
}  // namespace

TEST_CASE("timers fire in the order of their deadlines, cancelled ones never") {
    auto loop = EventLoop::create().value();
    std::string log;
    Timer a, b, c;
    b = loop->after(20ms, [&] {
        log += 'b';
        loop->quit(7);
    });
    a = loop->after(5ms, [&] {
        log += 'a';
        c.cancel();
    });
    c = loop->after(10ms, [&] { log += 'c'; });
    CHECK(loop->run() == 7);
    CHECK(log == "ab");
}

TEST_CASE("timers with one deadline fire in the order in which they were armed") {
    TimerQueue queue;
    std::string log;
    const TimePoint at{1s};
    auto a = queue.arm(at, [&] { log += 'a'; });
    auto b = queue.arm(at, [&] { log += 'b'; });
    queue.fire(at);
    CHECK(log == "ab");
    CHECK(!a.armed());
}

TEST_CASE("a handler may destroy its own watch and its neighbour's") {
    auto loop = EventLoop::create().value();
    const Pipe p, q;
    std::optional<Watch> first, second;
    int calls = 0;
    const auto die = [&](std::uint32_t) {
        ++calls;
        first.reset();
        second.reset();
        loop->quit();
    };
    first = loop->watch(p.near.get(), EPOLLIN, die).value();
    second = loop->watch(q.near.get(), EPOLLIN, die).value();
    p.poke();
    q.poke();
    loop->run();
    CHECK(calls == 1);
}

TEST_CASE("a source is asked before every sleep and its deadline is kept") {
    struct Counting final : EventLoop::Source {
        explicit Counting(EventLoop& l) : loop(l) { loop.add_source(*this); }
        ~Counting() override { loop.remove_source(*this); }
        std::optional<TimePoint> prepare() override {
            if (++asked == 3) loop.quit();
            return loop.now() + 1ms;
        }
        EventLoop& loop;
        int asked = 0;
    };
    auto loop = EventLoop::create().value();
    const Counting source(*loop);
    loop->run();
    CHECK(source.asked == 3);
}

TEST_CASE("jobs run on workers, their completions on the loop's thread, each exactly once") {
    auto loop = EventLoop::create().value();
    auto pool = WorkerPool::create(*loop, 4, "test").value();
    const auto home = pthread_self();
    int done = 0;
    for (int i = 0; i < 100; ++i) {
        auto elsewhere = std::make_shared<bool>(false);
        pool->submit([elsewhere, home] { *elsewhere = pthread_equal(pthread_self(), home) == 0; },
                     [&, elsewhere] {
                         CHECK(*elsewhere);
                         CHECK(pthread_equal(pthread_self(), home) != 0);
                         if (++done == 100) loop->quit();
                     });
    }
    CHECK(pool->backlog() == 100);
    loop->run();
    CHECK(done == 100);
    CHECK(pool->backlog() == 0);
}

TEST_CASE("a pool of one thread keeps the order of its jobs and finishes all of them when it ends") {
    auto loop = EventLoop::create().value();
    std::vector<int> order;
    {
        auto pool = WorkerPool::create(*loop, 1, "test").value();
        for (int i = 0; i < 50; ++i) pool->submit([&order, i] { order.push_back(i); });
    }
    REQUIRE(order.size() == 50);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("signals arrive as calls from the loop") {
    auto loop = EventLoop::create().value();
    int seen = 0;
    auto signals = Signals::create(*loop, [&](int number) {
                       seen = number;
                       loop->quit();
                   }).value();
    REQUIRE(::raise(SIGHUP) == 0);
    loop->run();
    CHECK(seen == SIGHUP);
}
