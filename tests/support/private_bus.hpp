// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PrivateBus and BusBench: a dbus-daemon for one test, our loop in the test's thread, clients in
/// others.
#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sdbus-c++/sdbus-c++.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "dbus/bus_service.hpp"
#include "support/fake_service.hpp"
#include "support/turn_until.hpp"

namespace ppp::test {

/// A dbus-daemon; ends with this object, or with the test if that dies. Sets DBUS_SYSTEM_BUS_ADDRESS.
class PrivateBus {
public:
    /// @param config a file beside this one.
    explicit PrivateBus(const char* config = "private_bus.conf") {
        directory_ = (std::filesystem::temp_directory_path() / "pppmanager-bus-XXXXXX").string();
        REQUIRE(::mkdtemp(directory_.data()) != nullptr);
        config_ = (std::filesystem::path(TEST_ROOT) / "support" / config).string();
        // Other users must reach the socket; what they may do there is the bus's business.
        std::filesystem::permissions(directory_, std::filesystem::perms(0755));
        address_ = "unix:path=" + directory_ + "/bus";
        start();
        ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
    }
    PrivateBus(const PrivateBus&) = delete;
    ~PrivateBus() {
        stop();
        std::filesystem::remove_all(directory_);
    }
    [[nodiscard]] const std::string& address() const { return address_; }

    void start() {
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::close(ready[0]);
            // It complains about limits that only root of the host may raise.
            const int log = ::open((directory_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(log, STDERR_FILENO);
            const auto config = "--config-file=" + config_;
            const auto address = "--address=" + address_;
            const auto print = "--print-address=" + std::to_string(ready[1]);
            ::execlp("dbus-daemon", "dbus-daemon", "--nofork", "--nosyslog", "--nopidfile", config.c_str(),
                     address.c_str(), print.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ready[1]);
        char c = 0;
        const bool up = ::read(ready[0], &c, 1) == 1;
        ::close(ready[0]);
        if (!up) {
            std::ifstream log(directory_ + "/log");
            FAIL("dbus-daemon did not start: ", std::string(std::istreambuf_iterator<char>(log), {}));
        }
    }
    void stop() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        std::filesystem::remove(directory_ + "/bus");
    }

private:
    std::string directory_, config_, address_;
    pid_t pid_ = -1;
};

/// Remembers what was logged; never prints.
class LogLines final : public LogSink {
public:
    [[nodiscard]] bool enabled(Level) const override { return true; }
    void write(Level level, std::string_view message, const std::vector<Field>&) override {
        lines.emplace_back(level, message);
    }
    [[nodiscard]] int count(Level level) const {
        return static_cast<int>(
            std::count_if(lines.begin(), lines.end(), [=](auto& l) { return l.first == level; }));
    }
    std::vector<std::pair<Level, std::string>> lines;
};

/// BusService over FakeService on a PrivateBus. ask() runs a client in a thread of its own while the loop
/// serves it.
class BusBench {
public:
    explicit BusBench(const char* bus_config = "private_bus.conf") : private_bus(bus_config) {}

    PrivateBus private_bus;
    LogLines log;
    std::unique_ptr<EventLoop> loop = std::move(EventLoop::create().value());
    FakeService service{*loop};
    std::unique_ptr<dbus::BusService> daemon;

    void serve() {
        auto made = dbus::BusService::create(*loop, service, Log(log));
        REQUIRE_MESSAGE(made, made.error().what);
        daemon = std::move(*made);
    }

    /// Runs `client(connection)` on another thread with a connection of its own; the loop turns until it
    /// returns.
    template <class F>
    auto ask(F client) {
        return run([&] {
            auto connection = sdbus::createSystemBusConnection();
            return client(*connection);
        });
    }
    /// Runs any function on another thread while the loop turns.
    template <class F>
    auto run(F work) {
        const int done = ::eventfd(0, EFD_CLOEXEC);
        auto watch = loop->watch(done, EPOLLIN, [this](std::uint32_t) { loop->quit(0); });
        REQUIRE(watch);
        auto timer = loop->after(std::chrono::seconds(60), stuck);
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        std::thread thread([&] {
            task();
            ::eventfd_write(done, 1);
        });
        loop->run();
        thread.join();
        *watch = Watch{};
        ::close(done);
        return result.get();
    }
    /// Turns the loop until the condition holds; fails after a minute.
    void until(const std::function<bool()>& condition) { turn_until(*loop, condition); }
};

}  // namespace ppp::test
