// SPDX-License-Identifier: GPL-2.0-or-later
/// @file as_nobody(): a client of the bus that is not root.
#pragma once
#include <sdbus-c++/sdbus-c++.h>
#include <sys/wait.h>
#include <unistd.h>
#include "support/private_bus.hpp"

namespace ppp::test {

/// A bus that others may use as they may the system's. Who is not root cannot take our name there and has no
/// other user to be: one of his own is as good.
[[nodiscard]] inline const char* bus_for_others() {
    return ::geteuid() == 0 ? "guarded_bus.conf" : "private_bus.conf";
}

/// Runs `client(connection)` in a process of its own, as another user where we are root, while the loop
/// turns.
/// @return what it returns, 0 to 100; -1 when it failed.
template <class F>
int as_nobody(BusBench& bench, F client) {
    constexpr uid_t kNobody = 65534;
    return bench.run([&] {
        const pid_t pid = ::fork();
        if (pid == 0) {
            if (::geteuid() == 0 && ::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(101);
            try {
                auto connection = sdbus::createSystemBusConnection();
                ::_exit(client(*connection));
            } catch (const std::exception&) {
                ::_exit(102);
            }
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) <= 100 ? WEXITSTATUS(status) : -1;
    });
}

}  // namespace ppp::test
