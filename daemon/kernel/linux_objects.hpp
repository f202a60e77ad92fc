// SPDX-License-Identifier: GPL-2.0-or-later
/// @file LinuxChannel and LinuxUnit: the port's two objects over a FrameFile each.
#pragma once
#include <memory>
#include <string>
#include <vector>
#include "kernel/ppp_kernel.hpp"
#include "kernel/shared.hpp"

namespace ppp::kernel {

class LinuxChannel final : public Channel {
public:
    /// Whoever uses the channel's file on another thread. If the channel dies meanwhile, its file lives on
    /// here, so that the number never means another file.
    struct User {
        LinuxChannel* channel = nullptr;
        Fd orphan;
    };

    LinuxChannel(std::shared_ptr<Shared> shared, Fd socket, Fd file, FrameHandler& handler);
    ~LinuxChannel() override;

    /// @param early frames that were read from the socket; they are delivered from the loop before any other.
    Result<> start(std::vector<wire::Bytes> early);
    Result<> send(wire::ByteView frame) override { return file_.send(frame); }
    Result<> set_async(const AsyncOptions& options) override;
    [[nodiscard]] std::array<int, 2> files() const override { return {socket_.get(), file_.fd().get()}; }

    /// Lends the file until give_back() or the end of the channel. One user at a time.
    int lend(User& user);
    static void give_back(User& user);

private:
    struct Early {
        std::vector<wire::Bytes> frames;
        Timer delivery;
        bool* destroyed = nullptr;
    };
    void deliver_early();

    std::shared_ptr<Shared> shared_;
    Fd socket_;
    FrameHandler& handler_;
    FrameFile file_;
    User* user_ = nullptr;
    std::unique_ptr<Early> early_;  // hardly ever there
};

class LinuxUnit final : public Unit {
public:
    LinuxUnit(std::shared_ptr<Shared> shared, MadeUnit made, TimePoint made_at, FrameHandler& handler);
    ~LinuxUnit() override;

    Result<> start() { return file_.start(); }
    [[nodiscard]] int number() const override { return number_; }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] unsigned index() const override { return index_; }
    Result<> send(wire::ByteView frame) override { return file_.send(frame); }
    Result<> pass(NetworkProtocol protocol, bool enabled) override;
    Result<> set_compressor(Flow flow, wire::ByteView method) override;
    Result<> set_ccp(CcpStage stage) override;
    [[nodiscard]] CodingMethods methods() const override { return methods_; }
    [[nodiscard]] Result<Counters> counters() const override { return shared_->counters(name_); }
    [[nodiscard]] Result<Idle> idle() const override;
    [[nodiscard]] int file() const override { return file_.fd().get(); }
    [[nodiscard]] TimePoint made_at() const override { return made_at_; }

private:
    std::shared_ptr<Shared> shared_;
    int number_;
    unsigned index_;
    std::string name_;
    CodingMethods methods_;
    TimePoint made_at_;
    FrameFile file_;
};

}  // namespace ppp::kernel
