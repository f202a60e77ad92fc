// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/event_loop.hpp"
#include <sys/epoll.h>
#include <array>

namespace ppp {
Watch& Watch::operator=(Watch&& o) noexcept {
    if (this != &o) {
        Watch dying = std::move(*this);
        loop_ = std::exchange(o.loop_, nullptr);
        id_ = o.id_;
    }
    return *this;
}

Watch::~Watch() {
    if (!loop_) return;
    auto it = loop_->entries_.find(id_);
    ::epoll_ctl(loop_->epoll_.get(), EPOLL_CTL_DEL, it->second.fd, nullptr);
    loop_->entries_.erase(it);
}

void Watch::set_events(std::uint32_t events) {
    auto& entry = loop_->entries_.at(id_);
    if (entry.events == events) return;
    entry.events = events;
    epoll_event ev{.events = events, .data = {.u64 = id_}};
    ::epoll_ctl(loop_->epoll_.get(), EPOLL_CTL_MOD, entry.fd, &ev);
}

Result<std::unique_ptr<EventLoop>> EventLoop::create() {
    Fd epoll{::epoll_create1(EPOLL_CLOEXEC)};
    if (!epoll) return fail_errno("epoll_create1");
    return std::unique_ptr<EventLoop>(new EventLoop(std::move(epoll)));
}

EventLoop::~EventLoop() { assert(entries_.empty() && "a Watch outlived its loop"); }

Timer EventLoop::after(Duration delay, Callback<void()> fn) {
    return timers_.arm(now() + delay, std::move(fn));
}

Result<Watch> EventLoop::watch(int fd, std::uint32_t events, IoHandler handler) {
    auto id = next_id_++;
    epoll_event ev{.events = events, .data = {.u64 = id}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &ev) < 0) return fail_errno("epoll_ctl(add)");
    entries_.emplace(id, Entry{fd, events, std::make_shared<IoHandler>(std::move(handler))});
    return Watch{*this, id};
}

int EventLoop::run() {
    status_.reset();
    while (!status_) {
        std::optional<TimePoint> deadline;
        for (auto* source : sources_)
            if (auto d = source->prepare(); d && (!deadline || *d < *deadline)) deadline = d;
        if (status_) break;  // a source has quit: nothing would wake the wait
        if (auto t = timers_.next(); t && (!deadline || *t < *deadline)) deadline = t;
        wait_until(deadline);
        timers_.fire(now());
    }
    return *status_;
}

void EventLoop::wait_until(std::optional<TimePoint> deadline) {
    using namespace std::chrono;
    timespec left{};
    if (deadline) {
        const auto ns = std::max(duration_cast<nanoseconds>(*deadline - now()), nanoseconds(0)).count();
        left = {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000};
    }
    std::array<epoll_event, 64> ready{};
    // A nanosecond timeout in the wait itself saves the system calls that a timerfd would cost on every turn.
    const int n = ::epoll_pwait2(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                 deadline ? &left : nullptr, nullptr);
    for (int i = 0; i < n; ++i) {
        auto id = ready[static_cast<std::size_t>(i)].data.u64;
        // An earlier handler of this batch may have destroyed the Watch: look it up, never trust a pointer.
        if (auto it = entries_.find(id); it != entries_.end()) {
            auto handler = it->second.handler;
            (*handler)(ready[static_cast<std::size_t>(i)].events);
        }
    }
}

}  // namespace ppp
