// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/linux_objects.hpp"
#include <algorithm>
#include <cassert>
#include "kernel/dev_ppp.hpp"

namespace ppp::kernel {

LinuxChannel::LinuxChannel(std::shared_ptr<Shared> shared, Fd socket, Fd file, FrameHandler& handler)
    : shared_(std::move(shared)),
      socket_(std::move(socket)),
      handler_(handler),
      file_(shared_->loop, shared_->buffer, std::move(file), handler) {}

LinuxChannel::~LinuxChannel() {
    if (early_ && early_->destroyed) *early_->destroyed = true;
    auto file = file_.release();
    if (user_) {
        user_->channel = nullptr;
        user_->orphan = std::move(file);
    }
    shared_->close_socket(std::move(socket_));
}

Result<> LinuxChannel::start(std::vector<wire::Bytes> early) {
    if (early.empty()) return file_.start();
    early_ = std::make_unique<Early>();
    early_->frames = std::move(early);
    early_->delivery = shared_->loop.after({}, [this] { deliver_early(); });
    return {};
}

void LinuxChannel::deliver_early() {
    bool destroyed = false;
    early_->destroyed = &destroyed;
    // The handler may destroy this channel and `early_` with it.
    const auto frames = std::move(early_->frames);
    for (const auto& frame : frames) {
        handler_.on_frame(frame);
        if (destroyed) return;
    }
    early_.reset();
    if (!file_.start()) handler_.on_gone();
}

Result<> LinuxChannel::set_async(const AsyncOptions& options) {
    return dev_ppp::set_async(file_.fd(), options);
}

int LinuxChannel::lend(User& user) {
    assert(!user_ && "a channel is connected to one unit");
    user_ = &user;
    user.channel = this;
    return file_.fd().get();
}

void LinuxChannel::give_back(User& user) {
    if (user.channel) user.channel->user_ = nullptr;
    user.channel = nullptr;
    user.orphan.reset();
}

LinuxUnit::LinuxUnit(std::shared_ptr<Shared> shared, MadeUnit made, TimePoint made_at, FrameHandler& handler)
    : shared_(std::move(shared)),
      number_(made.number),
      index_(made.index),
      name_(std::move(made.name)),
      methods_(made.methods),
      made_at_(made_at),
      file_(shared_->loop, shared_->buffer, std::move(made.file), handler) {}

LinuxUnit::~LinuxUnit() { shared_->bury({file_.release(), index_, std::move(name_)}); }

Result<> LinuxUnit::pass(NetworkProtocol protocol, bool enabled) {
    return dev_ppp::set_passing(file_.fd(), static_cast<std::uint16_t>(protocol), enabled);
}

Result<> LinuxUnit::set_compressor(Flow flow, wire::ByteView method) {
    return dev_ppp::set_compressor(file_.fd(), flow, method);
}

Result<> LinuxUnit::set_ccp(CcpStage stage) { return dev_ppp::set_ccp(file_.fd(), stage); }

Result<Unit::Idle> LinuxUnit::idle() const {
    PPP_TRY(const auto idle, dev_ppp::idle(file_.fd()));
    // Before the first data packet the kernel counts from a time that never was (ppp_generic.c leaves
    // last_xmit and last_recv at 0).
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(shared_->loop.now() - made_at_);
    return Idle{.sent = std::min(idle.sent, age), .received = std::min(idle.received, age)};
}

}  // namespace ppp::kernel
