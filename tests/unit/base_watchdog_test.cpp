// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <string>
#include "base/watchdog.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace std::chrono_literals;

namespace {

/// What systemd is to a service: a socket, and a time within which it wants to hear something.
struct ServiceManager {
    test::ScratchDirectory directory;
    Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};

    explicit ServiceManager(const char* microseconds) {
        const auto path = (directory.path() / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        const void* packed = &address;
        REQUIRE(::bind(socket.get(), static_cast<const sockaddr*>(packed), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", microseconds, 1);
        ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    }
    ~ServiceManager() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    }
    /// How often it was told of life since it was last asked.
    int told() const {
        std::array<char, 64> text{};
        int times = 0;
        for (ssize_t n = 0; (n = ::recv(socket.get(), text.data(), text.size(), 0)) > 0;)
            times += std::string_view(text.data(), static_cast<std::size_t>(n)) == "WATCHDOG=1" ? 1 : 0;
        return times;
    }
};

}  // namespace

TEST_CASE("a service manager that watches hears at once, and twice in its time") {
    const ServiceManager manager("200000");
    auto loop = EventLoop::create();
    REQUIRE(loop);
    const Watchdog watchdog(**loop);
    CHECK(manager.told() == 1);
    const auto end = (*loop)->after(350ms, [&] { (*loop)->quit(); });
    (*loop)->run();
    // At 100, 200 and 300 ms; a machine that is busy may miss one, never two.
    CHECK(manager.told() >= 2);
}

TEST_CASE("where nobody watches nothing is said") {
    const ServiceManager manager("0");
    auto loop = EventLoop::create();
    REQUIRE(loop);
    const Watchdog watchdog(**loop);
    CHECK(manager.told() == 0);
}
