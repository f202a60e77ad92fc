// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/bus_retry.hpp"
#include <algorithm>

namespace ppp::dbus {
namespace {
using namespace std::chrono_literals;
constexpr Duration kFirstRetry = 250ms;
constexpr Duration kLastRetry = 30s;
}  // namespace

void BusRetry::begin() {
    delay_ = kFirstRetry;
    later();
}

void BusRetry::later() {
    timer_ = loop_.after(delay_, [this] { attempt(); });
    delay_ = std::min(2 * delay_, kLastRetry);
}

void BusRetry::attempt() {
    if (!worker_) {
        auto made = WorkerPool::create(loop_, 1, "bus");
        if (!made) return later();
        worker_ = *std::move(made);
    }
    auto opened = std::make_shared<Result<Connection>>(fail(Errc::cancelled, "not tried"));
    worker_->submit([this, opened] { *opened = open_(); }, [this, opened] { tried(std::move(*opened)); });
}

void BusRetry::tried(Result<Connection> connection) {
    Result<> done;
    if (!connection)
        done = fail(connection.error());
    else
        done = use_(*std::move(connection));
    if (!done) {
        log_.debug(done.error().what);
        return later();
    }
    log_.notice("the system bus is back");
    // Not at once: this runs on behalf of the pool.
    timer_ = loop_.after(Duration::zero(), [this] { worker_.reset(); });
}

}  // namespace ppp::dbus
