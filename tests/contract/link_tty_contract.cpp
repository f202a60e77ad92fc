// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What TtyPorts promises, tried on the fake and on pseudo-terminals of the kernel.
#include <sys/file.h>
#include <sys/stat.h>
#include <fstream>
#include <optional>
#include "contract/tty_worlds.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace std::chrono_literals;
using test::FakeLine;
using test::KernelLine;

namespace {

struct Held final : TtyPort::Owner {
    void tty_received(wire::ByteView octets) override { heard += wire::chars(octets); }
    void tty_gone(std::string why) override {
        ++gone;
        sentence = std::move(why);
    }
    template <class World>
    void open(World& world, const std::string& device) {
        bool answered = false;
        error.clear();
        pending = world.ttys().open(device, {}, *this, [&](auto opened) {
            answered = true;
            if (opened)
                port = *std::move(opened);
            else
                error = opened.error().what;
        });
        REQUIRE(world.wait([&] { return answered; }));
    }
    template <class World>
    void enter_ppp(World& world) {
        bool answered = false;
        pending = port->enter_ppp([&](Result<Fd> made) {
            answered = true;
            REQUIRE_MESSAGE(made, made.error().what);
            ppp = *std::move(made);
        });
        REQUIRE(world.wait([&] { return answered; }));
    }
    template <class World>
    void leave_ppp(World& world) {
        bool answered = false;
        pending = port->leave_ppp([&] { answered = true; });
        REQUIRE(world.wait([&] { return answered; }));
    }
    std::unique_ptr<TtyPort> port;
    Pending pending;
    std::string heard, error, sentence;
    int gone = 0;
    Fd ppp;
};

}  // namespace

TEST_CASE_TEMPLATE("octets go both ways as they are", World, FakeLine, KernelLine) {
    World world;
    Held line;
    line.open(world, world.device);
    REQUIRE_MESSAGE(line.port, line.error);
    const std::string all("AT\r\n\x11\x13\x03\xff\x7f ok", 12);
    REQUIRE(line.port->write(wire::octets(all)));
    CHECK(world.wait([&] { return world.collect(all); }));
    world.say(all);
    CHECK(world.wait([&] { return line.heard == all; }));
}

TEST_CASE_TEMPLATE("a line is open once at a time, and free again soon after it was closed", World, FakeLine,
                   KernelLine) {
    World world;
    Held line, other;
    line.open(world, world.device);
    REQUIRE(line.port);
    REQUIRE(world.ttys().obstacle(world.device));
    CHECK(*world.ttys().obstacle(world.device) ==
          world.device + " is in use by another object of this service");
    other.open(world, world.device);
    CHECK_FALSE(other.port);
    CHECK(other.error == world.device + " is in use by another object of this service");
    int told = 0;
    const auto subscription = world.ttys().on_change(world.device, [&] { ++told; });
    line.port.reset();
    CHECK(world.wait([&] { return told > 0 && !world.ttys().obstacle(world.device); }));
    other.open(world, world.device);
    CHECK(other.port);
}

TEST_CASE_TEMPLATE("a line in PPP gives no octets until it has left it", World, FakeLine, KernelLine) {
    World world;
    Held line;
    line.open(world, world.device);
    REQUIRE(line.port);
    line.enter_ppp(world);
    CHECK(line.ppp);
    world.say("~ nobody hears this ~");
    world.settle(line.ppp);
    line.leave_ppp(world);
    line.leave_ppp(world);  // nothing more to leave
    world.say("NO CARRIER");
    CHECK(world.wait([&] { return line.heard == "NO CARRIER"; }));
}

TEST_CASE_TEMPLATE("a line that hangs up is dead, and says so once", World, FakeLine, KernelLine) {
    World world;
    Held line;
    line.open(world, world.device);
    REQUIRE(line.port);
    world.hang_up();
    CHECK(world.wait([&] { return line.gone > 0; }));
    CHECK(line.gone == 1);
    CHECK(line.sentence == world.device + " was pulled out");
    CHECK_FALSE(line.port->write(wire::octets("AT\r")));
    line.leave_ppp(world);
    line.port.reset();
    CHECK(line.gone == 1);
}

TEST_CASE_TEMPLATE("a device that is not there cannot be opened, and says so", World, FakeLine, KernelLine) {
    World world;
    Held line;
    line.open(world, "/dev/ttyUSB99");
    CHECK_FALSE(line.port);
    CHECK(line.error.starts_with(std::is_same_v<World, KernelLine> ? "cannot open /dev/ttyUSB99: "
                                                                   : "/dev/ttyUSB99 does not exist"));
    REQUIRE(world.ttys().obstacle("/dev/ttyUSB99"));
    CHECK(*world.ttys().obstacle("/dev/ttyUSB99") ==
          "/dev/ttyUSB99 does not exist: is the device plugged in?");
}

TEST_CASE("in PPP a tty has the kernel's discipline, and the common one before and after") {
    KernelLine world;
    CHECK(world.discipline() == 0);
    Held line;
    line.open(world, world.device);
    REQUIRE(line.port);
    line.enter_ppp(world);
    CHECK(world.discipline() == 3);
    SUBCASE("when it leaves PPP") { line.leave_ppp(world); }
    SUBCASE("when it is closed, though others have copies of its file") { line.port.reset(); }
    SUBCASE("when the session's file is hung up") { CHECK(LinuxTtys::hang_up(line.ppp.get())); }
    CHECK(world.wait([&] { return world.discipline() == 0; }));
}

TEST_CASE("an open line has its lock file and its flock, until it is closed") {
    KernelLine world;
    const auto lock = lock_path(world.locks.path(), world.device);
    const Fd stranger{::open(world.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    {
        Held line;
        line.open(world, world.device);
        REQUIRE(line.port);
        CHECK(std::filesystem::exists(lock));
        CHECK(::flock(stranger.get(), LOCK_EX | LOCK_NB) != 0);
        line.enter_ppp(world);
        line.port.reset();
        // Though line.ppp is open.
        CHECK(world.wait([&] { return ::flock(stranger.get(), LOCK_EX | LOCK_NB) == 0; }));
    }
    CHECK(world.wait([&] { return !std::filesystem::exists(lock); }));
}

TEST_CASE("a line that another program has locked is not opened, and is told of when it is free") {
    KernelLine world;
    const auto lock = lock_path(world.locks.path(), world.device);
    std::ofstream(lock) << "         1\n";
    Held line;
    line.open(world, world.device);
    CHECK_FALSE(line.port);
    CHECK(line.error.starts_with(world.device + ": process 1 ("));
    CHECK(world.ttys().obstacle(world.device) == line.error);
    int told = 0;
    const auto subscription = world.ttys().on_change(world.device, [&] { ++told; });
    std::filesystem::remove(lock);
    CHECK(world.wait([&] { return told > 0; }));
    CHECK_FALSE(world.ttys().obstacle(world.device));

    const Fd stranger{::open(world.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    REQUIRE(::flock(stranger.get(), LOCK_EX | LOCK_NB) == 0);
    line.open(world, world.device);
    CHECK(line.error == world.device + ": another program has locked it (flock)");
}

TEST_CASE("what is no tty is not opened as one") {
    KernelLine world;
    Held line;
    line.open(world, "/dev/null");
    CHECK(line.error == "/dev/null is not a tty");
    const auto file = world.locks.path().parent_path() / "pppmanager-no-tty";
    std::ofstream(file) << "x";
    CHECK(world.ttys().obstacle(file) == file.string() + " is not a tty");
    std::filesystem::remove(file);
    CHECK_FALSE(LinuxTtys::hang_up(Fd{::open("/dev/null", O_RDWR | O_CLOEXEC)}.get()));
}

TEST_CASE("a line that was handed over goes on, and its lock is ours") {
    KernelLine world;
    Held first, second;
    first.open(world, world.device);
    REQUIRE(first.port);
    first.enter_ppp(world);
    const auto lock = lock_path(world.locks.path(), world.device);
    std::ofstream(lock) << "         1\n";  // as if another process had opened it
    auto adopted = world.ttys().adopt(world.device, std::move(first.ppp), second);
    REQUIRE(adopted);
    CHECK_FALSE(lock_holder(lock));
    second.port = *std::move(adopted);
    CHECK(world.discipline() == 3);
    second.leave_ppp(world);
    world.say("NO CARRIER");
    CHECK(world.wait([&] { return !second.heard.empty(); }));
    first.port.reset();
    second.port.reset();
    CHECK(world.wait([&] { return !std::filesystem::exists(lock); }));
}

TEST_CASE("a device that is plugged in is told of") {
    KernelLine world;
    const auto by_id = world.locks.path() / "by-id";
    const auto device = (by_id / "usb-Modem-if00").string();
    CHECK(world.ttys().obstacle(device));
    int told = 0;
    const auto subscription = world.ttys().on_change(device, [&] { ++told; });
    std::filesystem::create_directory(by_id);
    std::filesystem::create_symlink(world.device, device);
    CHECK(world.wait([&] { return told > 0; }));
    CHECK_FALSE(world.ttys().obstacle(device));
    std::filesystem::remove_all(by_id);
    CHECK(world.wait([&] { return world.ttys().obstacle(device).has_value(); }));
}
