// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Devices that come and go, with the directories they are in.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include "link/device_watch.hpp"
#include "support/scratch_directory.hpp"
#include "support/turn_until.hpp"

using namespace ppp;
using namespace ppp::link;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Machine {
    Machine() {
        loop = *EventLoop::create();
        watch = *DeviceWatch::create(*loop);
    }
    auto subscribe() {
        return watch->subscribe(device, [this] { ++told; });
    }
    /// Returns once somebody was told.
    void wait_after(const std::function<void()>& change) {
        told = 0;
        change();
        test::turn_until(*loop, [this] { return told > 0; });
    }
    test::ScratchDirectory directory;
    std::string by_id = directory.path().string() + "/serial/by-id";
    std::string device = by_id + "/usb-Modem-if00";
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<DeviceWatch> watch;
    int told = 0;
};

}  // namespace

TEST_CASE("a device is seen to come and to go with all its directories, again and again") {
    Machine machine;
    const auto subscription = machine.subscribe();
    for (int round = 0; round < 3; ++round) {
        machine.wait_after([&] {
            fs::create_directories(machine.by_id);
            std::ofstream(machine.device) << "x";
        });
        machine.wait_after([&] { fs::permissions(machine.device, fs::perms::owner_read); });
        machine.wait_after([&] { fs::remove(machine.device); });
        machine.wait_after([&] { fs::remove_all(machine.directory.path().string() + "/serial"); });
        CHECK(machine.told > 0);
    }
}

TEST_CASE("what is beside the device is nobody's business") {
    Machine machine;
    fs::create_directories(machine.by_id);
    const auto subscription = machine.subscribe();
    std::ofstream(machine.by_id + "/another") << "x";
    // Told of in order: had the other file been of interest, it would have been counted too.
    machine.wait_after([&] { std::ofstream(machine.device) << "x"; });
    CHECK(machine.told == 1);
}

TEST_CASE("a subscription may end itself, and others, when it is told") {
    Machine machine;
    fs::create_directories(machine.by_id);
    std::optional<DeviceWatch::Subscription> first, second;
    first = machine.watch->subscribe(machine.device, [&] {
        second.reset();
        first.reset();
        ++machine.told;
    });
    second = machine.watch->subscribe(machine.device, [&] { machine.told += 100; });
    machine.wait_after([&] { std::ofstream(machine.device) << "x"; });
    CHECK(machine.told == 1);
    const auto third = machine.subscribe();
    machine.wait_after([&] { fs::remove(machine.device); });
}
