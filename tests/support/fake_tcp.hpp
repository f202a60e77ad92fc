// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeTcp: machines that speak TCP in virtual time, in pieces as small as a test wants.
#pragma once
#include <sys/eventfd.h>
#include <algorithm>
#include <cassert>
#include <map>
#include <memory>
#include <vector>
#include "aaa/address_range.hpp"
#include "base/scheduler.hpp"
#include "link/tcp.hpp"

namespace ppp::test {

class FakeTcp;

/// One end of a connection. Octets wait at the reader until its handler takes them.
class FakeStream final : public link::TcpStream {
public:
    /// One direction each; the two ends of a connection hold both.
    struct Way {
        wire::Bytes octets;
        bool finished = false, broken = false;
        FakeStream* reader = nullptr;
    };
    FakeStream(FakeTcp& net, std::shared_ptr<Way> in, std::shared_ptr<Way> out, link::TcpEndpoint local,
               link::TcpEndpoint remote)
        : net_(net), in_(std::move(in)), out_(std::move(out)), local_(local), remote_(remote) {
        in_->reader = this;
    }
    ~FakeStream() override {
        if (destroyed_) *destroyed_ = true;
        in_->reader = nullptr;
        in_->broken = true;
        finish();
    }
    void handle(Handler& handler) override {
        handler_ = &handler;
        wake({});
    }
    Result<> send(wire::ByteView octets) override {
        if (out_->broken) return fail({Errc::system, EPIPE, "cannot send: Broken pipe"});
        out_->octets.insert(out_->octets.end(), octets.begin(), octets.end());
        if (out_->reader) out_->reader->wake(latency());
        return {};
    }
    void finish() override {
        if (std::exchange(out_->finished, true)) return;
        if (out_->reader) out_->reader->wake(latency());
    }
    [[nodiscard]] link::TcpEndpoint local() const override { return local_; }
    [[nodiscard]] link::TcpEndpoint remote() const override { return remote_; }
    [[nodiscard]] unsigned path_mtu() const override { return 1500; }
    [[nodiscard]] int file() const override { return file_.get(); }

private:
    friend class FakeTcp;
    [[nodiscard]] Duration latency() const;
    void wake(Duration after);
    void read();

    FakeTcp& net_;
    std::shared_ptr<Way> in_, out_;
    link::TcpEndpoint local_, remote_;
    Handler* handler_ = nullptr;
    std::size_t visible_ = 0;  // of in_, as much as has "arrived"
    bool connecting_ = false;
    std::optional<Error> refused_;
    bool* destroyed_ = nullptr;
    Timer timer_;
    Fd file_{::eventfd(0, EFD_CLOEXEC)};
};

/// The network between machines, and the TcpPorts of one of them.
class FakeTcp {
public:
    class Host final : public link::TcpPorts {
    public:
        Host(FakeTcp& net, std::uint32_t address) : net_(net), address_(address) {}
        /// The machine's own besides the first one, which is the source of what names no other.
        std::vector<std::uint32_t> more_addresses;

        Result<std::unique_ptr<link::TcpStream>> connect(const link::TcpEndpoint& to,
                                                         std::uint32_t source) override {
            const auto from = source == 0 ? address_ : source;
            if (from != address_ && std::ranges::find(more_addresses, from) == more_addresses.end())
                return fail({Errc::not_found, EADDRNOTAVAIL,
                             "the source address " + aaa::format_ipv4(from) + " is not one of this host"});
            return net_.connect({.address = from, .port = ++net_.last_port_}, to);
        }
        Result<std::unique_ptr<link::TcpStream>> adopt(Fd) override {
            return fail(Errc::not_found, "the control connection is gone");
        }
        Result<std::unique_ptr<link::TcpListener>> listen(const link::TcpEndpoint& at,
                                                          link::TcpListener::Handler& handler) override {
            const link::TcpEndpoint place{.address = at.address == 0 ? address_ : at.address,
                                          .port = at.port};
            if (net_.listeners_.contains(place))
                return fail({Errc::system, EADDRINUSE, "cannot listen: Address already in use"});
            return std::unique_ptr<link::TcpListener>(std::make_unique<Listening>(net_, place, handler));
        }

    private:
        FakeTcp& net_;
        std::uint32_t address_;
    };

    explicit FakeTcp(Scheduler& t) : time(t) {}
    Scheduler& time;
    /// Octets that arrive together.
    std::size_t piece = 65536;
    Duration latency = std::chrono::milliseconds(1);
    /// Connections to these answer nothing at all.
    std::vector<std::uint32_t> silent;

    /// A connection of a stranger's, for whoever wants to send what no PptpControl would.
    std::unique_ptr<link::TcpStream> stranger(std::uint32_t from, const link::TcpEndpoint& to) {
        return *connect({.address = from, .port = ++last_port_}, to);
    }

private:
    class Listening final : public link::TcpListener {
    public:
        Listening(FakeTcp& net, const link::TcpEndpoint& at, Handler& handler) : net_(net), at_(at) {
            net_.listeners_[at_] = &handler;
        }
        ~Listening() override { net_.listeners_.erase(at_); }

    private:
        FakeTcp& net_;
        link::TcpEndpoint at_;
    };

    Result<std::unique_ptr<link::TcpStream>> connect(const link::TcpEndpoint& from,
                                                     const link::TcpEndpoint& to) {
        auto there = std::make_shared<FakeStream::Way>(), back = std::make_shared<FakeStream::Way>();
        auto mine = std::make_unique<FakeStream>(*this, back, there, from, to);
        mine->connecting_ = true;
        if (std::ranges::find(silent, to.address) != silent.end()) {
            mine->connecting_ = false;
            return std::unique_ptr<link::TcpStream>(std::move(mine));
        }
        const auto listener = listeners_.find(to);
        if (listener == listeners_.end()) {
            mine->refused_ = Error{Errc::system, ECONNREFUSED, "connecting: Connection refused"};
            return std::unique_ptr<link::TcpStream>(std::move(mine));
        }
        listener->second->on_connection(std::make_unique<FakeStream>(*this, there, back, to, from));
        return std::unique_ptr<link::TcpStream>(std::move(mine));
    }

    friend class FakeStream;
    std::map<link::TcpEndpoint, link::TcpListener::Handler*> listeners_;
    std::uint16_t last_port_ = 40000;
};

inline Duration FakeStream::latency() const { return net_.latency; }
inline void FakeStream::wake(Duration after) {
    if (!handler_ || (timer_.armed() && after > Duration{})) return;
    timer_ = net_.time.after(after, [this] { read(); });
}
inline void FakeStream::read() {
    bool destroyed = false;
    destroyed_ = &destroyed;
    if (refused_) return handler_->on_closed(*refused_);
    if (std::exchange(connecting_, false)) handler_->on_connected();
    if (destroyed) return;
    while (!in_->octets.empty()) {
        visible_ = std::min(in_->octets.size(), visible_ + net_.piece);
        const auto copy = wire::Bytes(in_->octets.begin(), in_->octets.begin() + static_cast<long>(visible_));
        const auto done = handler_->on_octets(copy);
        if (destroyed) return;
        assert(done <= visible_);
        in_->octets.erase(in_->octets.begin(), in_->octets.begin() + static_cast<long>(done));
        visible_ -= done;
        if (done == 0 && visible_ == in_->octets.size()) break;
    }
    destroyed_ = nullptr;
    if (in_->finished && !in_->broken) {
        in_->broken = true;
        handler_->on_closed({Errc::cancelled, 0, "the connection was closed"});  // may destroy this
    }
}

}  // namespace ppp::test
