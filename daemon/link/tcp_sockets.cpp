// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/tcp_sockets.hpp"
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <array>
#include <cstring>
#include "aaa/address_range.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;

// A far end that reads nothing of so much is not there.
constexpr std::size_t kMaxWaiting = 16 * 1024;
// What one wake-up reads, so that one flooding peer does not keep the loop from the others.
constexpr int kReadsAtOnce = 16, kAcceptsAtOnce = 64;
constexpr int kBacklog = 512;
// With no descriptor left, a connection that waits would wake the loop without end.
constexpr Duration kAcceptPause = 200ms;
// The kernel gives a connection up whose octets nobody acknowledges for so long, in milliseconds.
constexpr unsigned kUserTimeout = 60'000;
constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

sockaddr_in address_of(const TcpEndpoint& endpoint) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(endpoint.port);
    out.sin_addr.s_addr = htonl(endpoint.address);
    return out;
}
TcpEndpoint endpoint_of(const sockaddr_in& address) {
    return {.address = ntohl(address.sin_addr.s_addr), .port = ntohs(address.sin_port)};
}
const sockaddr* generic(const sockaddr_in& address) {
    const void* octets = &address;
    return static_cast<const sockaddr*>(octets);
}
template <class Ask>
TcpEndpoint asked(int file, Ask ask) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    void* octets = &address;
    return ask(file, static_cast<sockaddr*>(octets), &size) == 0 ? endpoint_of(address) : TcpEndpoint{};
}
void set(int file, int level, int option, int value) {
    // None of these options is needed for the connection to work.
    (void)::setsockopt(file, level, option, &value, sizeof value);
}

Error broken(const std::string& what, int error) {
    return {Errc::system, error, what + ": " + std::strerror(error)};
}

class Stream final : public TcpStream {
public:
    Stream(EventLoop& loop, Fd file, bool connecting)
        : loop_(loop), file_(std::move(file)), connecting_(connecting) {
        set(file_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
        set(file_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeout);
        if (!connecting_) remember_ends();
    }
    ~Stream() override {
        if (destroyed_) *destroyed_ = true;
    }

    void handle(Handler& handler) override {
        handler_ = &handler;
        watch_ = {};
        auto watch = loop_.watch(file_.get(), kEvents, [this](std::uint32_t events) { on_events(events); });
        if (watch)
            watch_ = std::move(*watch);
        else
            again_ = loop_.after({}, [this, why = watch.error()] { handler_->on_closed(why); });
    }
    Result<> send(wire::ByteView octets) override {
        if (waiting_.size() + octets.size() > kMaxWaiting)
            return fail(Errc::timeout, to_string(remote_) + " does not read");
        waiting_.insert(waiting_.end(), octets.begin(), octets.end());
        return flush();
    }
    void finish() override {
        (void)flush();
        (void)::shutdown(file_.get(), SHUT_WR);
    }
    [[nodiscard]] TcpEndpoint local() const override { return local_; }
    [[nodiscard]] TcpEndpoint remote() const override { return remote_; }
    [[nodiscard]] unsigned path_mtu() const override {
        int mtu = 0;
        socklen_t size = sizeof mtu;
        if (::getsockopt(file_.get(), IPPROTO_IP, IP_MTU, &mtu, &size) != 0 || mtu <= 0) return 1500;
        return static_cast<unsigned>(mtu);
    }
    [[nodiscard]] int file() const override { return file_.get(); }

private:
    void remember_ends() {
        local_ = asked(file_.get(), ::getsockname);
        remote_ = asked(file_.get(), ::getpeername);
    }
    void on_events(std::uint32_t events) {
        bool destroyed = false;
        destroyed_ = &destroyed;
        if (connecting_ && !connected(events)) {
            if (!destroyed) destroyed_ = nullptr;
            return;
        }
        if (destroyed) return;
        if (!waiting_.empty()) (void)flush();
        read(events, destroyed);
        if (!destroyed) destroyed_ = nullptr;
    }
    bool connected(std::uint32_t events) {
        if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return false;
        int error = 0;
        socklen_t size = sizeof error;
        (void)::getsockopt(file_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) {
            watch_ = {};
            handler_->on_closed(broken("connecting", error));
            return false;
        }
        if ((events & EPOLLOUT) == 0) return false;
        connecting_ = false;
        remember_ends();
        handler_->on_connected();
        return true;
    }
    void read(std::uint32_t events, const bool& destroyed) {
        std::array<std::uint8_t, 2048> octets{};
        for (int i = 0; i < kReadsAtOnce; ++i) {
            const auto n = ::recv(file_.get(), octets.data(), octets.size(), MSG_PEEK | MSG_DONTWAIT);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0 && errno == EAGAIN) return;
            if (n <= 0) return closed(n == 0 ? 0 : errno);
            const auto done = handler_->on_octets(wire::ByteView(octets).first(static_cast<std::size_t>(n)));
            if (destroyed) return;
            if (done == 0) {
                // Nothing will complete what is there.
                if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) closed(0);
                return;
            }
            (void)::recv(file_.get(), nullptr, done, MSG_TRUNC | MSG_DONTWAIT);
        }
        again_ = loop_.after({}, [this, events] { on_events(events); });
    }
    void closed(int error) {
        watch_ = {};
        again_ = {};
        handler_->on_closed(error == 0 ? Error{Errc::cancelled, 0, "the connection was closed"}
                                       : broken("the connection broke", error));
    }
    Result<> flush() {
        while (!connecting_ && !waiting_.empty()) {
            const auto n = ::send(file_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0 && errno == EAGAIN) break;
            if (n < 0) return fail_errno("cannot send to " + to_string(remote_));
            waiting_.erase(waiting_.begin(), waiting_.begin() + n);
        }
        return {};
    }

    EventLoop& loop_;
    Fd file_;
    bool connecting_;
    Handler* handler_ = nullptr;
    TcpEndpoint local_, remote_;
    wire::Bytes waiting_;
    bool* destroyed_ = nullptr;
    Timer again_;
    Watch watch_;
};

class Listener final : public TcpListener {
public:
    Listener(EventLoop& loop, Fd file, Handler& handler)
        : loop_(loop), file_(std::move(file)), handler_(handler) {}
    Result<> start() {
        PPP_TRY(watch_, loop_.watch(file_.get(), EPOLLIN, [this](std::uint32_t) { accept(); }));
        return {};
    }
    ~Listener() override {
        if (destroyed_) *destroyed_ = true;
    }

private:
    void accept() {
        bool destroyed = false;
        destroyed_ = &destroyed;
        for (int i = 0; i < kAcceptsAtOnce && !destroyed; ++i) {
            Fd file{::accept4(file_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
            if (file) {
                handler_.on_connection(std::make_unique<Stream>(loop_, std::move(file), false));
                continue;
            }
            if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) pause();
            break;
        }
        if (!destroyed) destroyed_ = nullptr;
    }
    void pause() {
        watch_.set_events(0);
        pause_ = loop_.after(kAcceptPause, [this] { watch_.set_events(EPOLLIN); });
    }

    EventLoop& loop_;
    Fd file_;
    Handler& handler_;
    bool* destroyed_ = nullptr;
    Timer pause_;
    Watch watch_;
};

}  // namespace

std::string to_string(const TcpEndpoint& endpoint) {
    return fmt::format("{} port {}", aaa::format_ipv4(endpoint.address), endpoint.port);
}

Result<std::unique_ptr<TcpStream>> TcpSockets::connect(const TcpEndpoint& to, std::uint32_t source) {
    Fd file{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!file) return fail_errno("cannot make a TCP socket");
    if (source != 0 &&
        ::bind(file.get(), generic(address_of({.address = source})), sizeof(sockaddr_in)) != 0) {
        const int error = errno;
        const auto what = "the source address " + aaa::format_ipv4(source);
        if (error == EADDRNOTAVAIL) return fail({Errc::not_found, error, what + " is not one of this host"});
        return fail_errno("cannot use " + what, error);
    }
    if (::connect(file.get(), generic(address_of(to)), sizeof(sockaddr_in)) != 0 && errno != EINPROGRESS)
        return fail_errno("cannot connect to " + to_string(to));
    return std::unique_ptr<TcpStream>(std::make_unique<Stream>(loop_, std::move(file), true));
}

Result<std::unique_ptr<TcpStream>> TcpSockets::adopt(Fd file) {
    auto stream = std::make_unique<Stream>(loop_, std::move(file), false);
    if (stream->remote() == TcpEndpoint{}) return fail(Errc::not_found, "the control connection is gone");
    return std::unique_ptr<TcpStream>(std::move(stream));
}

Result<std::unique_ptr<TcpListener>> TcpSockets::listen(const TcpEndpoint& at,
                                                        TcpListener::Handler& handler) {
    Fd file{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!file) return fail_errno("cannot make a TCP socket");
    set(file.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(file.get(), generic(address_of(at)), sizeof(sockaddr_in)) != 0 ||
        ::listen(file.get(), kBacklog) != 0)
        return fail_errno("cannot listen at " + to_string(at));
    auto listener = std::make_unique<Listener>(loop_, std::move(file), handler);
    PPP_CHECK(listener->start());
    return std::unique_ptr<TcpListener>(std::move(listener));
}

}  // namespace ppp::link
