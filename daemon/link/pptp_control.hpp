// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PptpControl: one control connection (RFC 2637 section 2), of either end: its start, its keepalive
/// and its end. Calls are its owner's business.
#pragma once
#include <list>
#include <memory>
#include <string>
#include "link/end_reason.hpp"
#include "link/pptp_ports.hpp"
#include "wire/pptp.hpp"

namespace ppp::link {

class PptpControl final : private TcpStream::Handler {
public:
    enum class End : std::uint8_t { client, server };
    class Owner {
    public:
        virtual ~Owner() = default;
        /// Both ends have agreed to speak: calls may be made.
        virtual void control_up() = 0;
        /// A message about a call. @param octets of it, borrowed.
        virtual void control_message(const wire::pptp::Message& message, wire::ByteView octets) = 0;
        /// It is over; called once, never from inside a call of the owner's. The owner may destroy it in it.
        virtual void control_lost(EndReason reason, std::string detail) = 0;
        /// Messages about the connection itself, and all that are sent; for traces.
        virtual void control_sent(wire::ByteView /*octets*/) {}
        virtual void control_received(wire::ByteView /*octets*/) {}
    };

    /// @param stream being connected (client), or accepted (server).
    PptpControl(End end, const PptpPorts& ports, std::unique_ptr<TcpStream> stream, Owner& owner);
    PptpControl(const PptpControl&) = delete;
    PptpControl& operator=(const PptpControl&) = delete;
    ~PptpControl() override;

    void start();
    /// In place of start(): an earlier process has begun it, and calls stand.
    void resume();
    void send(const wire::pptp::Message& message);
    /// The calls that were ended are told of by now: stops the connection in good order, without the owner.
    void close();
    /// Hears and says nothing any more, its owner neither: for one that is about to be destroyed.
    void abandon();

    [[nodiscard]] bool up() const { return state_ == State::up; }
    [[nodiscard]] const TcpStream& stream() const { return *stream_; }
    /// The far end, for sentences: "192.0.2.1".
    [[nodiscard]] std::string peer() const;

private:
    enum class State : std::uint8_t { connecting, starting, up, over };

    void on_connected() override;
    std::size_t on_octets(wire::ByteView octets) override;
    void on_closed(const Error& why) override;

    /// @return false when this object may be gone.
    bool take(const wire::pptp::Message& message, wire::ByteView octets);
    void take_start(const wire::pptp::Message& message);
    void take_stop();
    void out_of_order(const wire::pptp::Message& message);
    void came_up();
    void watch();
    void ask();
    void end(EndReason reason, std::string detail);
    void end_later(EndReason reason, std::string detail);

    End end_;
    PptpPorts ports_;
    std::unique_ptr<TcpStream> stream_;
    Owner& owner_;
    State state_ = State::connecting;
    std::uint32_t echo_id_ = 0;
    bool* destroyed_ = nullptr;  // tells a running callback that its object is gone
    Timer timer_;                // of the start, then of the keepalive
    Timer failure_;
};

/// Connections whose calls are over: each gets a moment for its last messages, and for the far end to close.
class PptpFarewells {
public:
    explicit PptpFarewells(Scheduler& time);
    PptpFarewells(const PptpFarewells&) = delete;
    PptpFarewells& operator=(const PptpFarewells&) = delete;
    ~PptpFarewells();
    /// @param stream all that is to be said was sent over it.
    void add(std::unique_ptr<TcpStream> stream);
    [[nodiscard]] std::size_t size() const { return leaving_.size(); }

private:
    class Leaving;
    Scheduler& time_;
    std::list<std::unique_ptr<Leaving>> leaving_;
};

/// What this machine says of itself in Start-Control-Connection messages.
[[nodiscard]] std::string pptp_host_name();

}  // namespace ppp::link
