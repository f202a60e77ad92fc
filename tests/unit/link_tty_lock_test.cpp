// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Lock files: whose they are, which are left over, and that nobody's is taken away.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include "link/tty_lock.hpp"
#include "support/scratch_directory.hpp"

using namespace ppp;
using namespace ppp::link;

namespace {

struct Locks {
    test::ScratchDirectory directory;
    std::string path = directory.path().string() + "/LCK..ttyUSB0";
    void write(const std::string& text) const { std::ofstream(path) << text; }
    [[nodiscard]] std::string read() const {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] std::size_t files() const {
        const std::filesystem::directory_iterator all(directory.path());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
};

/// The number of a process that has died.
pid_t dead_process() {
    const auto child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    return child;
}

std::string ten_digits(pid_t pid) {
    auto digits = std::to_string(pid);
    return std::string(10 - digits.size(), ' ') + digits + "\n";
}

}  // namespace

TEST_CASE("a lock is a file with our number in ten places, as long as it is held") {
    Locks locks;
    {
        const auto lock = TtyLock::take(locks.path);
        REQUIRE_MESSAGE(lock, lock.error().what);
        CHECK(locks.read() == ten_digits(::getpid()));
        struct stat status {};
        REQUIRE(::stat(locks.path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0644);
        CHECK(locks.files() == 1);
        CHECK_FALSE(lock_holder(locks.path));
    }
    CHECK(locks.files() == 0);
}

TEST_CASE("the lock of a living process is respected, and says whose it is") {
    Locks locks;
    const auto owner = ::getppid();
    locks.write(ten_digits(owner));
    const auto lock = TtyLock::take(locks.path);
    REQUIRE_FALSE(lock);
    CHECK(lock.error().code == Errc::refused);
    CHECK(lock.error().what == lock_holder(locks.path));
    CHECK(lock.error().what.starts_with("process " + std::to_string(owner) + " ("));
    CHECK(lock.error().what.ends_with(") has it: " + locks.path));
    CHECK(locks.read() == ten_digits(owner));
    CHECK(locks.files() == 1);
}

TEST_CASE("the lock of a dead process is taken over") {
    Locks locks;
    locks.write(ten_digits(dead_process()));
    CHECK_FALSE(lock_holder(locks.path));
    const auto lock = TtyLock::take(locks.path);
    REQUIRE_MESSAGE(lock, lock.error().what);
    CHECK(locks.read() == ten_digits(::getpid()));
}

TEST_CASE("a lock that does not say whose it is belongs to somebody") {
    Locks locks;
    for (const std::string text : {"", "\x12\x34", "me\n", "-1\n", "0\n", "12345678901234567890\n"}) {
        CAPTURE(text);
        locks.write(text);
        const auto lock = TtyLock::take(locks.path);
        REQUIRE_FALSE(lock);
        CHECK(lock.error().what ==
              "a program that does not say which has it; if none does, remove " + locks.path);
    }
}

TEST_CASE("a link in the place of a lock is not followed") {
    Locks locks;
    const auto target = locks.directory.path().string() + "/target";
    std::ofstream(target) << ten_digits(::getpid());
    std::filesystem::create_symlink(target, locks.path);
    CHECK_FALSE(TtyLock::take(locks.path));
    CHECK(std::filesystem::exists(target));
}

TEST_CASE("a line that was handed over has our number in its lock, whoever's it had before") {
    Locks locks;
    locks.write(ten_digits(::getppid()));
    auto lock = TtyLock::inherit(locks.path);
    REQUIRE_MESSAGE(lock, lock.error().what);
    CHECK(locks.read() == ten_digits(::getpid()));
    lock->release();
    CHECK(locks.files() == 0);
}

TEST_CASE("a lock that somebody else has taken meanwhile is left to him") {
    Locks locks;
    auto lock = TtyLock::take(locks.path);
    REQUIRE(lock);
    locks.write(ten_digits(::getppid()));
    lock->release();
    CHECK(locks.read() == ten_digits(::getppid()));
}

TEST_CASE("where no lock can be made it says so") {
    const auto lock = TtyLock::take("/proc/self/nowhere/LCK..ttyUSB0");
    REQUIRE_FALSE(lock);
    CHECK(lock.error().what == "cannot make a lock file in /proc/self/nowhere: No such file or directory");
}

TEST_CASE("a lock has the name of the device itself, whatever led to it") {
    test::ScratchDirectory directory;
    const auto link = directory.path().string() + "/usb-Modem-if00";
    std::filesystem::create_symlink("/dev/null", link);
    CHECK(lock_path("/run/lock", link) == "/run/lock/LCK..null");
    CHECK(lock_path("/run/lock", "/dev/ttyUSB77") == "/run/lock/LCK..ttyUSB77");
    CHECK(lock_path("/run/lock", "/dev/pts/9999") == "/run/lock/LCK..pts_9999");
}
