// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeWorld and LinuxWorld: where the contract of PppKernel is tried, with the same members.
#pragma once
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_pppox.h>
#include <sched.h>
#include <sys/mount.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>
#include "base/event_loop.hpp"
#include "base/worker_pool.hpp"
#include "kernel/linux_ppp.hpp"
#include "link/pppox.hpp"
#include "support/fake_ppp.hpp"
#include "support/virtual_time.hpp"

namespace ppp::test {
using namespace std::chrono_literals;

class FakeWorld {
public:
    struct Wire {
        Fd left, right;
        FakePpp::Key left_key{};
    };
    kernel::PppKernel& kernel() { return fake_; }
    Wire wire() {
        auto [left, right] = fake_.socket_pair();
        const auto key = FakePpp::key(left);
        return {std::move(left), std::move(right), key};
    }
    /// Runs until the condition holds. @return whether it did within the deadline.
    template <class Condition>
    bool wait(const Condition& holds) {
        for (int i = 0; i < 5000 && !holds(); ++i) time_.advance(1ms);
        return holds();
    }
    void run_for(Duration d) { time_.advance(d); }
    void hang_up_left(const Wire& w) { fake_.hang_up(w.left_key); }
    bool exists(const std::string& name) { return fake_.find(name) != nullptr; }
    unsigned mtu(const std::string& name) { return fake_.find(name)->mtu; }
    bool is_up(const std::string& name) { return fake_.find(name)->up; }
    unsigned index(const std::string& name) { return fake_.find(name)->index; }
    void bring_up(const std::string& name) { fake_.find(name)->up = true; }
    void remove(const std::string& name) { fake_.remove_interface(name); }
    /// The host sends an IPv4 packet through the interface.
    void transmit_ipv4(const std::string& name, wire::ByteView packet) {
        wire::Bytes frame{0x00, 0x21};
        frame.insert(frame.end(), packet.begin(), packet.end());
        fake_.transmit(name, frame);
    }
    /// Packets that came out of the interface into the host since bring_up().
    std::size_t received(const std::string& name) { return fake_.find(name)->received.size(); }
    /// Ends the world. @return what is left of it: interfaces, sockets, files.
    std::size_t leftovers() {
        time_.advance(1s);
        return fake_.interfaces() + fake_.live_channels() + fake_.live_units() + fake_.open_calls();
    }

private:
    VirtualTime time_;
    FakePpp fake_{time_};
};

/// A network namespace with a cable of two veth ends on which PPPoE sessions face each other. Needs root and
/// a kernel with ppp_generic and pppoe; where there is none, leave it out with -tce='*LinuxWorld*'.
class LinuxWorld {
public:
    struct Wire {
        Fd left, right;
        std::uint16_t session = 0;
    };
    LinuxWorld() {
        files_before_ = open_files();
        REQUIRE_MESSAGE(::unshare(CLONE_NEWNET | CLONE_NEWNS) == 0, "needs root");
        // sysfs shows the namespace of whoever mounted it.
        REQUIRE(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
        REQUIRE(::mount("sysfs", "/sys", "sysfs", 0, nullptr) == 0);
        shell(
            "modprobe -qa ppp_generic pppoe; ip link add left type veth peer name right && "
            "ip link set left address 02:00:00:00:00:01 mtu 1508 up && "
            "ip link set right address 02:00:00:00:00:02 mtu 1508 up");
        loop_ = *EventLoop::create();
        handoff_ = *WorkerPool::create(*loop_, 8, "handoff");
        rtnl_ = *WorkerPool::create(*loop_, 1, "rtnl");
        auto made = kernel::LinuxPpp::create(*loop_, *handoff_, *rtnl_, &ppp::link::KernelPppox::hang_up);
        REQUIRE_MESSAGE(made, made.error().what);
        kernel_ = *std::move(made);
    }
    kernel::PppKernel& kernel() { return *kernel_; }
    Wire wire() {
        const auto session = ++last_session_;
        return {connected("left", 2, session), connected("right", 1, session), session};
    }
    template <class Condition>
    bool wait(const Condition& holds) {
        Watcher<Condition> watcher{*loop_, holds, loop_->now() + 30s};
        loop_->add_source(watcher);
        loop_->run();
        loop_->remove_source(watcher);
        return holds();
    }
    void run_for(Duration d) {
        const auto end = loop_->now() + d;
        wait([&] { return loop_->now() >= end; });
    }
    /// A PADT from the right end.
    void hang_up_left(const Wire& w) {
        const Fd socket{::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        const auto high = static_cast<std::uint8_t>(w.session >> 8),
                   low = static_cast<std::uint8_t>(w.session);
        send_packet(socket, "right", ETH_P_PPP_DISC, wire::Bytes{0x11, 0xa7, high, low, 0, 0},
                    {2, 0, 0, 0, 0, 1});
    }
    static bool exists(const std::string& name) { return std::filesystem::exists("/sys/class/net/" + name); }
    static unsigned mtu(const std::string& name) { return static_cast<unsigned>(number(name, "mtu")); }
    static bool is_up(const std::string& name) {
        std::ifstream file("/sys/class/net/" + name + "/flags");
        unsigned flags = 0;
        file >> std::hex >> flags;
        return (flags & IFF_UP) != 0;
    }
    static unsigned index(const std::string& name) { return static_cast<unsigned>(number(name, "ifindex")); }
    void bring_up(const std::string& name) {
        shell("ip link set " + name + " up");
        auto& sniffer = sniffers_.emplace_back(name, Fd{::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0)});
        auto at = address(name, ETH_P_IP);
        REQUIRE(::bind(sniffer.second.get(), static_cast<sockaddr*>(static_cast<void*>(&at)), sizeof at) ==
                0);
    }
    static void remove(const std::string& name) { shell("ip link delete " + name); }
    static void transmit_ipv4(const std::string& name, wire::ByteView packet) {
        const Fd socket{::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        send_packet(socket, name, ETH_P_IP, packet, {});
    }
    std::size_t received(const std::string& name) {
        for (const auto& [interface, socket] : sniffers_) {
            std::array<std::uint8_t, 2048> packet{};
            sockaddr_ll from{};
            socklen_t length = sizeof from;
            while (::recvfrom(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT,
                              static_cast<sockaddr*>(static_cast<void*>(&from)), &length) >= 0)
                if (from.sll_pkttype != PACKET_OUTGOING) ++received_[interface];
        }
        return received_[name];
    }
    std::size_t leftovers() {
        sniffers_.clear();
        kernel_.reset();
        handoff_.reset();
        rtnl_.reset();
        loop_.reset();
        std::size_t left = open_files() - files_before_;
        for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net"))
            if (std::filesystem::exists(entry.path() / "type") &&
                number(entry.path().filename(), "type") == 512)
                ++left;  // ARPHRD_PPP
        std::ifstream sessions("/proc/self/net/pppoe");
        std::string line;
        std::getline(sessions, line);  // the heading
        while (std::getline(sessions, line)) ++left;
        return left;
    }

private:
    template <class Condition>
    struct Watcher final : EventLoop::Source {
        Watcher(EventLoop& l, const Condition& c, TimePoint d) : loop(l), holds(c), deadline(d) {}
        std::optional<TimePoint> prepare() override {
            if (holds() || loop.now() >= deadline) {
                loop.quit();
                return loop.now();
            }
            return loop.now() + 2ms;  // what the loop sees no event of is looked at again
        }
        EventLoop& loop;
        const Condition& holds;
        TimePoint deadline;
    };

    static void shell(const std::string& command) {
        REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
    }
    static std::size_t open_files() {
        const std::filesystem::directory_iterator files("/proc/self/fd");
        return static_cast<std::size_t>(std::distance(begin(files), end(files)));
    }
    static long number(const std::string& interface, const std::string& attribute) {
        std::ifstream file("/sys/class/net/" + interface + "/" + attribute);
        long value = -1;
        file >> value;
        return value;
    }
    static Fd connected(const std::string& device, std::uint8_t peer, std::uint16_t session) {
        Fd socket{::socket(AF_PPPOX, SOCK_STREAM | SOCK_CLOEXEC, PX_PROTO_OE)};
        REQUIRE(socket);
        sockaddr_pppox to{};
        to.sa_family = AF_PPPOX;
        to.sa_protocol = PX_PROTO_OE;
        to.sa_addr.pppoe.sid = htons(session);
        const std::array<std::uint8_t, 6> mac{2, 0, 0, 0, 0, peer};
        std::memcpy(&to.sa_addr.pppoe.remote, mac.data(), mac.size());
        std::memcpy(&to.sa_addr.pppoe.dev, device.data(), device.size());
        sockaddr_storage aligned{};
        std::memcpy(&aligned, &to, sizeof to);
        REQUIRE(::connect(socket.get(), static_cast<sockaddr*>(static_cast<void*>(&aligned)), sizeof to) ==
                0);
        return socket;
    }
    static sockaddr_ll address(const std::string& device, std::uint16_t protocol) {
        sockaddr_ll at{};
        at.sll_family = AF_PACKET;
        at.sll_protocol = htons(protocol);
        at.sll_ifindex = static_cast<int>(index(device));
        return at;
    }
    static void send_packet(const Fd& socket, const std::string& device, std::uint16_t protocol,
                            wire::ByteView packet, const std::vector<std::uint8_t>& mac) {
        auto to = address(device, protocol);
        to.sll_halen = static_cast<unsigned char>(mac.size());
        std::ranges::copy(mac, std::begin(to.sll_addr));
        REQUIRE(::sendto(socket.get(), packet.data(), packet.size(), 0,
                         static_cast<sockaddr*>(static_cast<void*>(&to)), sizeof to) >= 0);
    }

    std::size_t files_before_ = 0;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<WorkerPool> handoff_, rtnl_;
    std::unique_ptr<kernel::LinuxPpp> kernel_;
    std::vector<std::pair<std::string, Fd>> sniffers_;
    std::map<std::string, std::size_t> received_;
    std::uint16_t last_session_ = 0;
};

}  // namespace ppp::test
