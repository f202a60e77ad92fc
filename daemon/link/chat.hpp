// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Chat: what is said to a modem and what it answers (ITU-T V.250, 3GPP TS 27.007), line by line.
///
/// Pure: octets come in and go out by calls, time comes from a Scheduler. A modem answers in lines, so a
/// result is a whole line and never a piece of the echo of what was said. Whatever comes, no more than one
/// line is kept, and each step but the wait for a call has an end.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include "base/scheduler.hpp"
#include "wire/bytes.hpp"

namespace ppp::link {

/// One thing that is said, and the answer that is waited for.
struct ChatStep {
    std::string say;         ///< a carriage return goes after it; empty: only listens
    std::string mask{};      ///< what of it, and of the answers, nobody may read: a PIN
    std::string until{};     ///< the line that ends the step, or its beginning: "OK", "CONNECT"
    Duration patience{};     ///< zero: for ever
    std::uint8_t tries = 1;  ///< it is said again when nothing came in time
    /// So often has the line to come. Each within `patience` after the one before, else the count begins
    /// anew.
    std::uint8_t times = 1;
    /// Done only when the step before was answered by a line that begins so; else passed over.
    std::string only_after{};
    /// What a refusal (ERROR, +CME ERROR) of this step means, for people; empty: as the modem says.
    std::string refusal{};
};

enum class ChatEnd : std::uint8_t {
    done,
    busy,         ///< BUSY
    no_carrier,   ///< NO CARRIER: nobody took the call, or the call was lost
    no_dialtone,  ///< NO DIALTONE, NO DIAL TONE
    no_answer,    ///< NO ANSWER
    refused,      ///< ERROR, +CME ERROR, +CMS ERROR, DELAYED, BLACKLISTED
    silence,      ///< not the answer that was waited for, in time
};

class Chat {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        /// Must not destroy the Chat.
        virtual void chat_send(wire::ByteView octets) = 0;
        /// For the log: what was said or answered, escaped, without secrets.
        virtual void chat_line(bool sent, const std::string& line) = 0;
        /// Called once, from receive() or from a timer, and may destroy the Chat.
        /// @param detail one sentence: "the modem answered BUSY to ATDT123"; when done, the last answer.
        virtual void chat_over(ChatEnd end, std::string detail) = 0;
    };

    /// @param time, owner outlive it.
    Chat(Scheduler& time, Owner& owner, std::vector<ChatStep> steps)
        : time_(time), owner_(owner), steps_(std::move(steps)) {}
    Chat(const Chat&) = delete;
    Chat& operator=(const Chat&) = delete;

    void start();
    void receive(wire::ByteView octets);
    /// "AT+CPIN=****": what is being said or waited for now.
    [[nodiscard]] std::string doing() const;
    /// Whether that has something in it that nobody may read.
    [[nodiscard]] bool confides() const { return at_ < steps_.size() && !step().mask.empty(); }

    /// The longest line that is looked at; the rest of a longer one is dropped.
    static constexpr std::size_t kMaxLine = 256;

private:
    [[nodiscard]] const ChatStep& step() const { return steps_[at_]; }
    [[nodiscard]] std::string masked(std::string_view text) const;
    void begin();
    void say();
    void await();
    void silent();
    [[nodiscard]] bool line();
    [[nodiscard]] bool arrived(const std::string& line);
    void over(ChatEnd end, std::string detail);

    Scheduler& time_;
    Owner& owner_;
    std::vector<ChatStep> steps_;
    std::size_t at_ = 0;
    std::uint8_t said_ = 0, count_ = 0;
    std::string line_;
    std::vector<std::string> heard_;  // lines of the step, the first few
    std::uint32_t logged_ = 0;
    bool over_ = false;
    Timer patience_;
};

/// What a modem is told so that it calls. @return the steps; the last one ends with CONNECT.
struct DialPlan {
    std::string init{};  ///< empty: none
    std::string pin{};   ///< given only when the modem asks for it
    std::string apn{};   ///< empty: none is set
    std::string command = "ATDT";
    std::string phone{};  ///< empty: "*99***1#", a mobile modem's first context, where there is an apn
};
[[nodiscard]] std::vector<ChatStep> dial_steps(const DialPlan& plan);
/// What makes it ready for calls. @param init as above.
[[nodiscard]] std::vector<ChatStep> ready_steps(const std::string& init);
/// The wait for a call that rings so often, and the answer to it.
[[nodiscard]] std::vector<ChatStep> answer_steps(std::uint8_t rings);

/// The bit rate that CONNECT told, 0 when it told none.
[[nodiscard]] std::uint32_t connect_rate(std::string_view line);

}  // namespace ppp::link
