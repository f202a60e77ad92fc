// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/keeper_link.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <algorithm>
#include <cassert>

namespace ppp::keeper {
namespace {
using namespace std::chrono_literals;

constexpr Duration kFirstPause = 100ms;
constexpr Duration kLongestPause = 5s;
constexpr Duration kBlockingPause = 10ms;  // between attempts of whoever waits

/// What connecting and greeting fail with while a keeper dies, begins or replaces its program.
bool comes_back(int error) {
    return error == ECONNREFUSED || error == EAGAIN || error == EPIPE || error == ECONNRESET;
}

}  // namespace

Result<std::pair<std::unique_ptr<KeeperLink>, Kept>> KeeperLink::open(EventLoop& loop, std::string path,
                                                                      const Log& log, Duration patience) {
    std::unique_ptr<KeeperLink> self(new KeeperLink(loop, std::move(path), log));
    self->take_ = true;
    PPP_CHECK(self->begin(loop.now() + patience));
    self->take_ = false;
    self->pause_ = {};
    if (self->state_ == State::away) {
        self->away_said_ = true;
        log.notice("no keeper at " + self->path_ +
                   ": sessions would end with this service until there is one");
        self->try_later();
    }
    return std::pair{std::move(self), std::move(self->taken_)};
}

Result<> KeeperLink::begin(TimePoint deadline) {
    // Errors of an attempt are the caller's, once: nothing is logged here.
    for (;;) {
        if (state_ == State::away)
            if (auto done = connect(); !done) {
                if (done.error().sys == ENOENT) return {};
                if (!comes_back(done.error().sys)) return done;
            }
        if (state_ == State::up) return {};
        if (loop_.now() >= deadline) break;
        last_refusal_.clear();
        wait(deadline);
        if (!last_refusal_.empty()) return fail(Errc::refused, last_refusal_);
    }
    if (state_ == State::away) return {};
    return fail(Errc::timeout, "the keeper at " + path_ + " does not answer");
}

Result<> KeeperLink::connect() {
    retry_.cancel();
    PPP_TRY(const auto address, address_of(path_));
    Fd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) return fail_errno("socket");
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return fail_errno("cannot connect to " + path_);
    if (send(socket.get(), encode(Hello{})) != Sent::yes) return fail_errno("cannot greet the keeper");
    PPP_TRY(watch_, loop_.watch(socket.get(), EPOLLIN, [this](std::uint32_t) { work(); }));
    socket_ = std::move(socket);
    state_ = State::greeting;
    return {};
}

void KeeperLink::lose(const Error& why) {
    if (state_ == State::up && !std::exchange(away_said_, true))
        log_.notice("the keeper is gone: sessions would end with this service until it is back");
    // An end may be that of a keeper which comes back; all else is said once, in begin() by its caller.
    if (why.code != Errc::cancelled && last_refusal_ != why.what) {
        last_refusal_ = why.what;
        if (!take_) log_.error("the keeper is of no use: " + why.what);
    }
    watch_ = {};
    socket_ = {};
    state_ = State::away;
    full_ = ask_ = false;
    taken_.clear();
    theirs_.clear();
    dropped_.clear();
    for (const auto& [key, files] : files_) untold_.insert(key);
    try_later();
}

void KeeperLink::try_later() {
    pause_ = pause_ == Duration{} ? kFirstPause : std::min(2 * pause_, kLongestPause);
    retry_ = loop_.after(pause_, [this] { retry(); });
}

void KeeperLink::retry() {
    if (auto done = connect(); !done) try_later();
}

void KeeperLink::wait(TimePoint deadline) {
    auto left = std::max(deadline - loop_.now(), Duration{});
    if (state_ != State::up || due_.armed()) left = std::min(left, kBlockingPause);
    pollfd peer{
        .fd = socket_.get(), .events = static_cast<short>(full_ ? POLLIN | POLLOUT : POLLIN), .revents = 0};
    (void)::poll(&peer, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    if (socket_) work();
}

void KeeperLink::work() {
    if (auto done = read(); !done) return lose(done.error());
    full_ = false;
    say();
}

Result<> KeeperLink::read() {
    for (;;) {
        Parcel parcel;
        PPP_TRY(const auto mail, receive(socket_.get(), parcel));
        if (mail == Mail::nothing) return {};
        if (mail == Mail::end) return fail(Errc::cancelled, "the keeper closed the connection");
        PPP_CHECK(handle(std::move(parcel)));
    }
}

Result<> KeeperLink::handle(Parcel parcel) {
    switch (state_) {
        case State::greeting:
            return handle_greeting(parcel.message);
        case State::taking:
            return handle_taking(parcel);
        case State::up:
            if (const auto* synced = std::get_if<Synced>(&parcel.message)) {
                handle_synced(synced->number);
                return {};
            }
            break;
        case State::away:
            break;
    }
    return fail(Errc::protocol, "the keeper said what it was not asked for");
}

Result<> KeeperLink::handle_greeting(const Message& message) {
    if (std::holds_alternative<Busy>(message)) return fail(Errc::refused, "another pppmanagerd is running");
    if (!std::holds_alternative<Hello>(message))
        return fail(Errc::protocol, "the keeper did not return the greeting");
    if (take_) {
        if (send(socket_.get(), encode(Take{})) != Sent::yes)
            return fail(Errc::cancelled, "the keeper left before it was asked");
        state_ = State::taking;
        return {};
    }
    state_ = State::up;
    refill_ = true;
    return {};
}

Result<> KeeperLink::handle_taking(Parcel& parcel) {
    if (auto* keep = std::get_if<Keep>(&parcel.message)) {
        std::size_t from = 0;
        for (const auto& item : keep->items) taken_[item.key] = files_of(item, parcel.files, from);
        return {};
    }
    const auto* end = std::get_if<End>(&parcel.message);
    if (!end || end->items != taken_.size())
        return fail(Errc::malformed, "the keeper did not give everything");
    for (const auto& [key, files] : taken_) theirs_.insert(key);
    state_ = State::up;
    return {};
}

void KeeperLink::handle_synced(std::uint32_t number) {
    answered_ = number;
    if (refilled_ == 0 || number < refilled_) return;
    refilled_ = 0;
    pause_ = {};
    last_refusal_.clear();
    if (std::exchange(away_said_, false))
        log_.info(fmt::format("the keeper is there and holds the files of {} sessions", theirs_.size()));
}

void KeeperLink::keep(std::string key, std::vector<int> files) {
    assert(!key.empty() && key.size() <= kMaxKey && !files.empty() && files.size() <= kMaxFiles);
    // It is still with the keeper, and soon with other files.
    if (dropped_.erase(key) > 0) theirs_.insert(key);
    untold_.insert(key);
    files_.insert_or_assign(std::move(key), std::move(files));
    schedule();
}

void KeeperLink::drop(const std::string& key) {
    files_.erase(key);
    untold_.erase(key);
    if (theirs_.erase(key) == 0) return;
    dropped_.insert(key);
    schedule();
}

void KeeperLink::schedule() {
    if (!due_.armed()) due_ = loop_.after({}, [this] { say(); });
}

bool KeeperLink::flush(Duration patience) {
    const auto deadline = loop_.now() + patience;
    const auto wanted = ++asked_;
    ask_ = true;
    while (answered_ < wanted || state_ != State::up) {
        if (state_ == State::away)
            if (auto done = connect(); !done) {
                try_later();
                if (done.error().sys == ENOENT) return false;
            }
        if (state_ == State::up) say();
        if (loop_.now() >= deadline) return false;
        wait(deadline);
    }
    return true;
}

void KeeperLink::say() {
    if (state_ != State::up || full_) return;
    if (!say_drops() || !say_keeps()) return;
    if (refill_) {
        if (!said(send(socket_.get(), encode(Only{})))) return;
        refill_ = false;
        refilled_ = ++asked_;
        ask_ = true;
    }
    if (ask_ && said(send(socket_.get(), encode(Sync{asked_})))) ask_ = false;
}

bool KeeperLink::say_drops() {
    while (!dropped_.empty()) {
        Drop message;
        for (auto key = dropped_.begin(); key != dropped_.end() && message.keys.size() < kKeysInMessage;
             ++key)
            message.keys.push_back(*key);
        if (!said(send(socket_.get(), encode(message)))) return false;
        for (const auto& key : message.keys) dropped_.erase(key);
    }
    return true;
}

bool KeeperLink::say_keeps() {
    while (!untold_.empty()) {
        Load load;
        for (const auto& key : untold_) {
            const auto& files = files_.at(key);
            if (!load.fits(files.size())) break;
            load.add(key, std::span<const int>(files));
        }
        if (!said(send(socket_.get(), encode(load.keep), load.files))) return false;
        for (const auto& item : load.keep.items) {
            untold_.erase(item.key);
            theirs_.insert(item.key);
        }
    }
    return true;
}

bool KeeperLink::said(Sent how) {
    switch (how) {
        case Sent::yes:
            watch_.set_events(EPOLLIN);
            return true;
        case Sent::full:
            full_ = true;
            watch_.set_events(EPOLLIN | EPOLLOUT);
            return false;
        case Sent::crowded:
            if (!std::exchange(crowded_said_, true))
                log_.warning("files wait on their way to the keeper: " + fail_errno("sendmsg").value().what +
                             "; LimitNOFILE= may be too low");
            due_ = loop_.after(kCrowdedPause, [this] { say(); });
            return false;
        case Sent::lost:
            break;
    }
    if (errno == EBADF)
        leave_out_closed();
    else
        lose({errno == EPIPE || errno == ECONNRESET ? Errc::cancelled : Errc::system, errno,
              fail_errno("sendmsg").value().what});
    return false;
}

void KeeperLink::leave_out_closed() {
    const auto is_closed = [](int fd) { return ::fcntl(fd, F_GETFD) < 0; };
    for (auto next = untold_.begin(); next != untold_.end();) {
        const auto key = next++;
        const auto entry = files_.find(*key);
        if (std::ranges::none_of(entry->second, is_closed)) continue;
        log_.error("a file of '" + *key + "' was closed before it was taken out of custody");
        files_.erase(entry);
        untold_.erase(key);
    }
    schedule();
}

}  // namespace ppp::keeper
