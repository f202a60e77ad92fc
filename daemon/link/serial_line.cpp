// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/serial_line.hpp"
#include <fmt/format.h>
#include <array>
#include <string_view>
#include <utility>

namespace ppp::link {
namespace {
// The head of an LCP packet, which is sent as if nothing were agreed (RFC 1662 section 7): address, control,
// protocol. A sender that has been told to escape less may leave Control as it is.
constexpr std::array<std::string_view, 2> kLcp{"\xff}#\xc0!", "\xff\x03\xc0!"};
constexpr std::size_t kLongestLcp = 5;
}  // namespace

EndReason reason_of(ChatEnd end) {
    switch (end) {
        case ChatEnd::busy:
        case ChatEnd::refused:
            return EndReason::service_refused;
        case ChatEnd::done:
        case ChatEnd::no_carrier:
        case ChatEnd::no_dialtone:
        case ChatEnd::no_answer:
        case ChatEnd::silence:
            break;
    }
    return EndReason::no_answer;
}

SerialLine::SerialLine(SerialLines& lines, Scheduler& time, Log log, SerialPlan plan)
    : lines_(lines), time_(time), log_(std::move(log)), plan_(std::move(plan)) {
    info_.kind = LinkKind::serial;
    info_.interface = plan_.device;
    info_.max_mru = plan_.max_mru;
}

SerialLine::SerialLine(SerialLines& lines, Scheduler& time, Log log, SerialPlan plan, Fd file)
    : SerialLine(lines, time, std::move(log), std::move(plan)) {
    inherited_ = std::move(file);
}

SerialLine::~SerialLine() { stop(); }

void SerialLine::await_call(Callback<void(Result<>)> called) {
    called_ = std::move(called);
    open();
}

void SerialLine::start(Transport::Owner& owner) {
    owner_ = &owner;
    if (state_ == State::called) return make_channel();
    if (state_ == State::idle) open();
}

void SerialLine::resume(Transport::Owner& owner) {
    owner_ = &owner;
    auto port = lines_.ttys().adopt(plan_.device, std::move(inherited_), *this);
    // Without it the session goes on; its end closes the line, and a modem hangs up by that.
    if (port) port_ = *std::move(port);
    state_ = State::standing;
}

std::vector<int> SerialLine::files() const {
    return port_ ? std::vector<int>{port_->file()} : std::vector<int>{};
}

void SerialLine::stop() {
    if (state_ == State::ended) return;
    state_ = State::ended;
    making_ = {};
    failure_ = {};
    chat_.reset();
    if (inherited_) lines_.bury(plan_.device, std::move(inherited_));
    if (port_) lines_.hang_up(plan_.device, std::move(port_), !plan_.chat.empty() && !dead_);
    plan_.token.reset();
}

void SerialLine::open() {
    set_state(State::opening);
    making_ = lines_.open(plan_.device, plan_.tty, *this, [this](auto port) { opened(std::move(port)); });
}

void SerialLine::opened(Result<std::unique_ptr<TtyPort>> port) {
    making_ = {};
    if (!port) return fail_with(EndReason::parent_missing, std::move(port).error().what);
    port_ = *std::move(port);
    if (!plan_.chat.empty()) return talk(plan_.chat);
    if (called_) return set_state(State::waiting);
    connected();
}

void SerialLine::talk(std::vector<ChatStep> steps) {
    set_state(answering_ ? State::waiting : State::talking);
    chat_ = std::make_unique<Chat>(time_, static_cast<Chat::Owner&>(*this), std::move(steps));
    chat_->start();
}

void SerialLine::tty_received(wire::ByteView octets) {
    if (chat_) return chat_->receive(octets);
    if (state_ == State::waiting) listen_for_ppp(octets);
}

void SerialLine::listen_for_ppp(wire::ByteView octets) {
    heard_ += wire::chars(octets);
    for (const auto& head : kLcp)
        if (heard_.find(head) != std::string::npos) return connected();
    if (heard_.size() >= kLongestLcp) heard_.erase(0, heard_.size() - kLongestLcp + 1);
}

void SerialLine::tty_gone(std::string why) {
    dead_ = true;
    const auto doing = chat_ ? chat_->doing() : std::string();
    fail_with(EndReason::lost_carrier, doing.empty() ? why : fmt::format("{} during {}", why, doing));
}

void SerialLine::chat_send(wire::ByteView octets) {
    if (owner_) owner_->link_progressed();
    auto said = port_->write(octets);
    // Not from inside the chat.
    if (!said)
        failure_ = time_.after(
            {}, [this, what = std::move(said).error().what] { fail_with(EndReason::lost_carrier, what); });
}

void SerialLine::chat_line(bool sent, const std::string& line) {
    log_.debug(fmt::format("{} the modem: {}", sent ? "sent to" : "received from", line));
}

void SerialLine::chat_over(ChatEnd end, std::string detail) {
    if (end != ChatEnd::done) {
        if (end == ChatEnd::refused && chat_->confides()) lines_.pin_was_refused(plan_.pin);
        return fail_with(reason_of(end), std::move(detail));
    }
    const auto chat = std::move(chat_);  // its caller; destroyed when this function is left
    if (called_ && !answering_) {
        answering_ = true;
        return talk(plan_.answer);
    }
    rate_ = connect_rate(detail);
    log_.info(fmt::format("the modem on {} answered {}", plan_.device, detail));
    port_->obey_carrier();
    connected();
}

void SerialLine::connected() {
    set_state(State::called);
    if (called_) return std::exchange(called_, {})({});
    make_channel();
}

void SerialLine::make_channel() {
    making_ = port_->enter_ppp([this](Result<Fd> file) {
        making_ = {};
        if (!file) return fail_with(EndReason::kernel_error, std::move(file).error().what);
        set_state(State::standing);
        owner_->link_ready(*std::move(file));
    });
}

void SerialLine::set_state(State state) {
    state_ = state;
    if (owner_) owner_->link_progressed();
}

std::string SerialLine::progress() const {
    switch (state_) {
        case State::idle:
        case State::ended:
            return {};
        case State::opening:
            return "opening " + plan_.device;
        case State::talking:
            return chat_ ? chat_->doing() : std::string();
        case State::waiting:
            return plan_.chat.empty() ? "waiting for a peer" : "waiting for a call";
        case State::called:
        case State::standing:
            return rate_ == 0 ? "connected" : fmt::format("connected at {}", rate_);
    }
    return {};
}

void SerialLine::fail_with(EndReason reason, std::string detail) {
    if (state_ == State::ended) return;
    stop();
    if (called_) return std::exchange(called_, {})(fail(Errc::refused, std::move(detail)));
    if (owner_) owner_->link_lost(reason, std::move(detail));  // may destroy this
}

}  // namespace ppp::link
