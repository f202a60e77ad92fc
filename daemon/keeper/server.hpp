// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Server: the keeper's socket, and the one daemon that is connected to it.
#pragma once
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "keeper/parcel.hpp"
#include "keeper/store.hpp"

namespace ppp::keeper {

class Server {
public:
    struct Options {
        std::string path;
        Duration patience{};  ///< how long everything is kept while no daemon is connected
    };
    struct Sockets {
        Fd listener;
        Fd daemon;  ///< may be none
    };

    /// Takes the place of a dead keeper's socket file in one step. @return an error where one listens.
    static Result<Fd> listen(const std::string& path);
    /// @param changed is called after each message that changed the store.
    static Result<std::unique_ptr<Server>> create(EventLoop& loop, Store& store, const Log& log,
                                                  Options options, Sockets sockets, Callback<void()> changed);
    /// Whether nothing is half said: only then can another program take over.
    [[nodiscard]] bool settled() const;
    [[nodiscard]] int listener() const { return listener_.get(); }
    /// @return -1 when none is connected.
    [[nodiscard]] int daemon() const { return daemon_ ? daemon_->socket.get() : -1; }
    /// Called once when settled() has become true.
    void when_settled(Callback<void()> then);

private:
    struct Connection {
        Fd socket;
        Watch watch;
        Timer impatience;  ///< until it says Hello
        std::deque<wire::Bytes> answers;
        std::optional<std::string> taking;  ///< the last key that was sent in answer to Take
        bool closing = false;               ///< once the answers are out
        Timer crowded;
    };

    Server(EventLoop& loop, Store& store, const Log& log, Options options, Fd listener,
           Callback<void()> changed)
        : loop_(loop),
          store_(store),
          log_(log),
          options_(std::move(options)),
          listener_(std::move(listener)),
          changed_(std::move(changed)) {}
    void accept();
    Result<> attach(Fd socket, bool is_daemon);
    void serve(Connection& c);
    /// @return false when the connection is over.
    bool work(Connection& c);
    bool answer(Connection& c);
    bool answer_take(Connection& c);
    bool sent(Connection& c, Sent how);
    bool handle(Connection& c, Parcel parcel);
    bool handle_from_daemon(Connection& c, Parcel& parcel);
    void greet(Connection& c);
    void close(Connection& c);
    void wait_for_daemon();

    EventLoop& loop_;
    Store& store_;
    Log log_;
    Options options_;
    Fd listener_;
    Callback<void()> changed_;
    Watch watch_;
    std::list<Connection> connections_;
    Connection* daemon_ = nullptr;
    Timer patience_, pause_;
    bool crowded_said_ = false;
    Callback<void()> when_settled_;
};

}  // namespace ppp::keeper
