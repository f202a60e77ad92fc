// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeLine and KernelLine: where the contract of TtyPorts is tried. The far end of the line is the
/// test's: the kernel's is a pseudo-terminal.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/ppp-ioctl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "link/linux_ttys.hpp"
#include "support/fake_tty.hpp"
#include "support/scratch_directory.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {

class FakeLine {
public:
    FakeLine() {
        ttys_.plug(device, false);
        ttys_.attend(device, [this](const std::string& said) { heard += said; });
    }
    link::TtyPorts& ttys() { return ttys_; }
    template <class Condition>
    bool wait(const Condition& holds) {
        for (int i = 0; i < 5000 && !holds(); ++i) time_.advance(std::chrono::milliseconds(1));
        return holds();
    }
    void say(const std::string& text) { ttys_.say(device, text); }
    void settle(const Fd&) {}
    void hang_up() { ttys_.unplug(device); }
    [[nodiscard]] bool collect(const std::string& text) { return heard == text; }

    std::string device = "/dev/ttyUSB0";
    std::string heard;

private:
    VirtualTime time_;
    FakePpp kernel_{time_};
    FakeTtys ttys_{time_, kernel_};
};

class KernelLine {
public:
    KernelLine() {
        master_ = Fd{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
        REQUIRE(master_);
        REQUIRE(::grantpt(master_.get()) == 0);
        REQUIRE(::unlockpt(master_.get()) == 0);
        std::array<char, 64> name{};
        REQUIRE(::ptsname_r(master_.get(), name.data(), name.size()) == 0);
        device = name.data();
        loop_ = *EventLoop::create();
        handoff_ = *WorkerPool::create(*loop_, 2, "handoff");
        ttys_ = *link::LinuxTtys::create(*loop_, *handoff_, locks.path());
    }
    ~KernelLine() {
        wait([this] { return handoff_->backlog() == 0; });
        CHECK(std::filesystem::is_empty(locks.path()));
    }
    KernelLine(const KernelLine&) = delete;
    KernelLine& operator=(const KernelLine&) = delete;
    link::TtyPorts& ttys() { return *ttys_; }
    template <class Condition>
    bool wait(const Condition& holds) {
        struct Watcher final : EventLoop::Source {
            Watcher(EventLoop& l, const Condition& c, TimePoint d) : loop(l), done(c), deadline(d) {}
            std::optional<TimePoint> prepare() override {
                if (done() || loop.now() >= deadline) loop.quit();
                return loop.now() + std::chrono::milliseconds(2);
            }
            EventLoop& loop;
            const Condition& done;
            TimePoint deadline;
        };
        Watcher watcher{*loop_, holds, loop_->now() + std::chrono::seconds(30)};
        loop_->add_source(watcher);
        loop_->run();
        loop_->remove_source(watcher);
        return holds();
    }
    void say(const std::string& text) {
        REQUIRE(::write(master_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    /// Returns when the PPP discipline has taken what was said: the kernel hands it over in its own time.
    void settle(const Fd& tty) {
        const Fd channel{::open("/dev/ppp", O_RDWR | O_CLOEXEC)};
        int number = -1;
        REQUIRE(::ioctl(tty.get(), PPPIOCGCHAN, &number) == 0);
        REQUIRE(::ioctl(channel.get(), PPPIOCATTCHAN, &number) == 0);
        // LCP Discard-Request 1, magic number 0, escaped as RFC 1662 4.2 has it.
        say("~\xff}#\xc0!}+}!} }(} } } } }!\xfa~");
        pollfd taken{.fd = channel.get(), .events = POLLIN, .revents = 0};
        CHECK(::poll(&taken, 1, 30'000) == 1);
    }
    void hang_up() { master_.reset(); }
    /// What was said to the far end so far, and whether it is this.
    [[nodiscard]] bool collect(const std::string& text) {
        std::array<char, 256> some{};
        const auto n = ::read(master_.get(), some.data(), some.size());
        if (n > 0) heard.append(some.data(), static_cast<std::size_t>(n));
        return heard == text;
    }
    [[nodiscard]] int discipline() const {
        int number = -1;
        const Fd slave{::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
        ::ioctl(slave.get(), TIOCGETD, &number);
        return number;
    }

    ScratchDirectory locks;
    std::string device;
    std::string heard;

private:
    Fd master_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<WorkerPool> handoff_;
    std::unique_ptr<link::LinuxTtys> ttys_;
};

}  // namespace ppp::test
