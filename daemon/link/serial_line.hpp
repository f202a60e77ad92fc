// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SerialLine: the link of one session over a serial line: a call that is made or taken by a modem, or
/// a cable without any.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "base/log.hpp"
#include "link/chat.hpp"
#include "link/serial_lines.hpp"
#include "link/transport.hpp"

namespace ppp::link {

struct SerialPlan {
    std::string device{};
    TtySettings tty{};
    /// What is said to the modem first; at one that dials it ends with CONNECT. Empty: there is no modem.
    std::vector<ChatStep> chat{};
    /// How a call is waited for and taken; only where await_call() is used.
    std::vector<ChatStep> answer{};
    std::uint16_t max_mru = 1500;
    /// Of the PIN in `chat`; SerialLines is told when the card refuses it.
    PinDigest pin{};
    /// Held by the line as long as the device is its own.
    std::shared_ptr<void> token{};
};

class SerialLine final : public Transport, private TtyPort::Owner, private Chat::Owner {
public:
    /// All that is referred to outlives the line.
    SerialLine(SerialLines& lines, Scheduler& time, Log log, SerialPlan plan);
    /// One that an earlier process made; to be begun by resume(). @param file a copy of the tty's file.
    SerialLine(SerialLines& lines, Scheduler& time, Log log, SerialPlan plan, Fd file);
    SerialLine(const SerialLine&) = delete;
    SerialLine& operator=(const SerialLine&) = delete;
    ~SerialLine() override;

    /// Before start(): opens the line and waits, for ever, until somebody calls, or until a peer on the cable
    /// begins to speak PPP. @param called once: start() may follow, or why that will never be.
    void await_call(Callback<void(Result<>)> called);
    /// Whether the line is open and the modem, if there is one, has said that it is ready.
    [[nodiscard]] bool waiting() const { return state_ == State::waiting; }
    /// Whether a call, or a peer on the cable, could have come: it stays so after a call that failed.
    [[nodiscard]] bool was_ready() const { return answering_ || state_ == State::called; }

    void start(Transport::Owner& owner) override;
    void resume(Transport::Owner& owner) override;
    [[nodiscard]] KeptLink kept() const override { return {.info = info_}; }
    [[nodiscard]] std::vector<int> files() const override;
    void attached() override {}
    void stop() override;
    [[nodiscard]] const LinkInfo& info() const override { return info_; }
    [[nodiscard]] std::string progress() const override;

private:
    enum class State : std::uint8_t { idle, opening, talking, waiting, called, standing, ended };

    // TtyPort::Owner
    void tty_received(wire::ByteView octets) override;
    void tty_gone(std::string why) override;
    // Chat::Owner
    void chat_send(wire::ByteView octets) override;
    void chat_line(bool sent, const std::string& line) override;
    void chat_over(ChatEnd end, std::string detail) override;

    void open();
    void opened(Result<std::unique_ptr<TtyPort>> port);
    void talk(std::vector<ChatStep> steps);
    void connected();
    void make_channel();
    void listen_for_ppp(wire::ByteView octets);
    void set_state(State state);
    void fail_with(EndReason reason, std::string detail);

    SerialLines& lines_;
    Scheduler& time_;
    Log log_;
    SerialPlan plan_;
    LinkInfo info_;
    State state_ = State::idle;
    Transport::Owner* owner_ = nullptr;
    Callback<void(Result<>)> called_;
    bool answering_ = false;  // whether the chat is that of plan_.answer
    bool dead_ = false;       // nobody is there who could be told to hang up
    std::uint32_t rate_ = 0;
    Fd inherited_;
    std::string heard_;  // the last octets of a cable
    std::unique_ptr<Chat> chat_;
    Timer failure_;
    std::unique_ptr<TtyPort> port_;
    Pending making_;
};

/// "the modem answered BUSY to ATDT1" is no-answer or service-refused to a session.
[[nodiscard]] EndReason reason_of(ChatEnd end);

}  // namespace ppp::link
