// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/server.hpp"
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <cstdio>
#include <cstring>

namespace ppp::keeper {
namespace {
using namespace std::chrono_literals;

constexpr std::size_t kMaxConnections = 16;
constexpr Duration kHelloTime = 5s;
constexpr int kMessagesInTurn = 64;
constexpr int kLastWords = 64;  // turns that an earlier daemon's last messages get before another is served

bool somebody_listens(const sockaddr_un& address) {
    const Fd probe{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    // A full backlog (EAGAIN) is a listener as well.
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
           errno == EAGAIN;
}

bool is_gone(int socket) {
    pollfd peer{.fd = socket, .events = 0, .revents = 0};
    return ::poll(&peer, 1, 0) > 0;
}

}  // namespace

Result<Fd> Server::listen(const std::string& path) {
    PPP_TRY(const auto address, address_of(path));
    if (somebody_listens(address)) return fail(Errc::refused, "another keeper listens on " + path);
    // Bound beside and renamed: whoever finds no file may be sure that there is no keeper.
    const auto beside = path + ".new";
    PPP_TRY(const auto temporary, address_of(beside));
    (void)::unlink(beside.c_str());
    Fd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) return fail_errno("socket");
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&temporary), sizeof temporary) != 0)
        return fail_errno("cannot bind " + beside);
    if (::chmod(beside.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(socket.get(), SOMAXCONN) != 0 ||
        std::rename(beside.c_str(), path.c_str()) != 0)
        return fail_errno("cannot listen on " + path);
    return socket;
}

Result<std::unique_ptr<Server>> Server::create(EventLoop& loop, Store& store, const Log& log, Options options,
                                               Sockets sockets, Callback<void()> changed) {
    std::unique_ptr<Server> self(
        new Server(loop, store, log, std::move(options), std::move(sockets.listener), std::move(changed)));
    PPP_TRY(self->watch_,
            loop.watch(self->listener_.get(), EPOLLIN, [s = self.get()](std::uint32_t) { s->accept(); }));
    if (sockets.daemon) {
        PPP_CHECK(self->attach(std::move(sockets.daemon), true));
    } else {
        self->wait_for_daemon();
    }
    return self;
}

Result<> Server::attach(Fd socket, bool is_daemon) {
    auto& c = connections_.emplace_back();
    c.socket = std::move(socket);
    auto watch = loop_.watch(c.socket.get(), EPOLLIN, [this, &c](std::uint32_t) { serve(c); });
    if (!watch) {
        connections_.pop_back();
        return fail(std::move(watch).error());
    }
    c.watch = *std::move(watch);
    if (is_daemon)
        daemon_ = &c;
    else
        c.impatience = loop_.after(kHelloTime, [this, &c] {
            log_.warning("a connection was closed: it did not say what it wants");
            close(c);
        });
    return {};
}

void Server::accept() {
    Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket) {
        // Without a descriptor the connection stays in the queue: look again, but not at once.
        if (errno != EMFILE && errno != ENFILE) return;
        log_.error("no descriptor is left for a connection");
        watch_.set_events(0);
        pause_ = loop_.after(kCrowdedPause, [this] { watch_.set_events(EPOLLIN); });
        return;
    }
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        (peer.uid != ::geteuid() && peer.uid != 0)) {
        log_.warning(fmt::format("a connection of user {} (process {}) was refused", peer.uid, peer.pid));
        return;
    }
    if (connections_.size() >= kMaxConnections) {
        log_.warning("a connection was refused: there are too many");
        return;
    }
    if (auto attached = attach(std::move(socket), false); !attached) log_.error(attached.error().what);
}

void Server::serve(Connection& c) {
    if (!work(c)) {
        close(c);
    } else {
        // Whoever does not read the answers is not listened to: nothing piles up.
        const bool busy = c.taking || !c.answers.empty();
        c.watch.set_events(c.crowded.armed() ? 0U : static_cast<std::uint32_t>(busy ? EPOLLOUT : EPOLLIN));
    }
    if (when_settled_ && settled()) std::exchange(when_settled_, {})();
}

bool Server::work(Connection& c) {
    for (int n = 0; n < kMessagesInTurn; ++n) {
        if (!answer(c)) return false;
        if (c.taking || !c.answers.empty()) return true;
        if (c.closing) return false;
        Parcel parcel;
        auto got = receive(c.socket.get(), parcel);
        if (!got) {
            log_.error("a connection was closed: " + got.error().what);
            // Its own Hello tells a peer of another version what we speak.
            if (got.error().code == Errc::protocol) (void)send(c.socket.get(), encode(Hello{}));
            return false;
        }
        if (*got == Mail::nothing) return true;
        if (*got == Mail::end || !handle(c, std::move(parcel))) return false;
    }
    return answer(c);
}

bool Server::sent(Connection& c, Sent how) {
    if (how == Sent::lost && (errno == EPIPE || errno == ECONNRESET)) {
        // It needs no answer any more, but what it said before is still to be read.
        c.taking.reset();
        c.answers.clear();
        return true;
    }
    if (how == Sent::lost)
        log_.error(fmt::format("a connection was closed: sendmsg: {}", std::strerror(errno)));
    if (how == Sent::crowded) {
        if (!std::exchange(crowded_said_, true))
            log_.warning("files wait: more are under way than this user's limit (LimitNOFILE=) allows");
        c.crowded = loop_.after(kCrowdedPause, [this, &c] { serve(c); });
    }
    return how != Sent::lost;
}

bool Server::answer(Connection& c) {
    c.crowded.cancel();
    if (c.taking && !answer_take(c)) return false;
    while (!c.taking && !c.answers.empty()) {
        const auto how = send(c.socket.get(), c.answers.front());
        if (how != Sent::yes) return sent(c, how);
        c.answers.pop_front();
    }
    return true;
}

bool Server::answer_take(Connection& c) {
    // Nothing is read from the daemon meanwhile, so the table is the same until the last key.
    auto& entries = store_.entries();
    auto next = entries.upper_bound(*c.taking);
    while (next != entries.end()) {
        Load load;
        auto last = next;
        for (; next != entries.end() && load.fits(next->second.files.size()); last = next++)
            load.add(next->first, std::span<const Fd>(next->second.files));
        const auto how = send(c.socket.get(), encode(std::move(load.keep)), load.files);
        if (how != Sent::yes) return sent(c, how);
        c.taking = last->first;
    }
    c.taking.reset();
    return true;
}

bool Server::handle(Connection& c, Parcel parcel) {
    if (std::holds_alternative<Hello>(parcel.message)) {
        greet(c);
        return true;
    }
    if (&c == daemon_) return handle_from_daemon(c, parcel);
    log_.error("a connection was closed: it did not begin with a greeting");
    return false;
}

void Server::greet(Connection& c) {
    c.impatience.cancel();
    // The last words and the end of an earlier daemon may be waiting to be read.
    for (int i = 0; i < kLastWords && daemon_ && daemon_ != &c && is_gone(daemon_->socket.get()); ++i)
        serve(*daemon_);
    if (daemon_ && daemon_ != &c) {
        c.answers.push_back(encode(Busy{}));
        c.closing = true;
        log_.warning("a second pppmanagerd was refused");
        return;
    }
    daemon_ = &c;
    patience_.cancel();
    store_.begin();
    c.answers.push_back(encode(Hello{}));
}

bool Server::handle_from_daemon(Connection& c, Parcel& parcel) {
    if (auto* keep = std::get_if<Keep>(&parcel.message)) {
        std::size_t from = 0;
        for (const auto& item : keep->items) store_.keep(item.key, files_of(item, parcel.files, from));
        changed_();
    } else if (auto* drop = std::get_if<Drop>(&parcel.message)) {
        for (const auto& key : drop->keys) store_.drop(key);
        changed_();
    } else if (std::holds_alternative<Only>(parcel.message)) {
        if (store_.drop_unconfirmed() > 0) changed_();
    } else if (std::holds_alternative<Take>(parcel.message)) {
        c.taking.emplace();
        c.answers.push_back(encode(End{static_cast<std::uint32_t>(store_.size())}));
    } else if (auto* sync = std::get_if<Sync>(&parcel.message)) {
        c.answers.push_back(encode(Synced{sync->number}));
    } else {
        log_.error("the daemon's connection was closed: a message that only a keeper sends");
        return false;
    }
    return true;
}

void Server::close(Connection& c) {
    if (&c == daemon_) {
        daemon_ = nullptr;
        wait_for_daemon();
    }
    connections_.remove_if([&c](const Connection& other) { return &other == &c; });
}

void Server::wait_for_daemon() {
    if (store_.size() > 0)
        log_.info(fmt::format("no daemon is connected: {} sessions wait for it", store_.size()));
    patience_ = loop_.after(options_.patience, [this] {
        if (store_.size() == 0) return;
        log_.notice(fmt::format("no daemon came in {} s: {} sessions were let go",
                                std::chrono::duration_cast<std::chrono::seconds>(options_.patience).count(),
                                store_.size()));
        store_.clear();
        changed_();
    });
}

bool Server::settled() const {
    // A stranger may come again; what the daemon waits for may not be lost.
    return !daemon_ || (!daemon_->taking && daemon_->answers.empty());
}

void Server::when_settled(Callback<void()> then) {
    if (settled()) return then();
    when_settled_ = std::move(then);
}

}  // namespace ppp::keeper
