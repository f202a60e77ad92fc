// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeSegment: an Ethernet segment in virtual time, with loss, duplication and reordering, and the
/// EtherPorts of the hosts on it.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>
#include "base/scheduler.hpp"
#include "link/ether_socket.hpp"

namespace ppp::test {

class FakeEtherPorts;

/// Carries frames between the interfaces plugged into it. Must outlive them.
class FakeSegment {
public:
    struct Faults {
        double loss = 0, duplicate = 0,
               reorder = 0;  ///< probabilities; a reordered frame comes up to 20 ms late
        std::uint32_t seed = 1;
    };
    explicit FakeSegment(Scheduler& time) : time_(time) {}
    void set_faults(Faults faults) {
        faults_ = faults;
        rng_.seed(faults.seed);
    }
    /// Sees every frame as it is sent, lost ones too.
    std::function<void(wire::ByteView frame)> tap;
    /// Frames sent so far.
    [[nodiscard]] std::size_t sent() const { return sent_; }
    /// Puts a frame on the wire as if a stranger had sent it.
    void inject(wire::ByteView frame) { carry(frame); }

private:
    friend class FakeEtherPorts;
    using Deliver = std::function<void(wire::ByteView)>;

    void carry(wire::ByteView frame) {
        ++sent_;
        if (tap) tap(frame);
        if (chance(faults_.loss)) return;
        for (int copies = chance(faults_.duplicate) ? 2 : 1; copies-- > 0;) {
            auto late = std::chrono::microseconds(100);
            if (chance(faults_.reorder))
                late += std::chrono::microseconds(std::uniform_int_distribution<>{0, 20000}(rng_));
            const auto number = ++last_;
            flying_[number] =
                time_.after(late, [this, number, copy = wire::Bytes(frame.begin(), frame.end())] {
                    const auto landed = flying_.extract(number);
                    const auto stations = stations_;  // a station may leave while one is called
                    for (const auto& [key, deliver] : stations)
                        if (stations_.contains(key)) deliver(copy);
                });
        }
    }
    bool chance(double p) { return p > 0 && std::uniform_real_distribution<>{}(rng_) < p; }

    Scheduler& time_;
    Faults faults_;
    std::mt19937 rng_{1};
    std::size_t sent_ = 0;
    std::map<const void*, Deliver> stations_;
    std::map<std::uint64_t, Timer> flying_;
    std::uint64_t last_ = 0;
};

/// The interfaces of one host.
class FakeEtherPorts final : public link::EtherPorts {
public:
    ~FakeEtherPorts() override {
        while (!interfaces_.empty()) remove(interfaces_.begin()->first);
    }

    void add(const std::string& name, FakeSegment& segment, const link::MacAddress& mac,
             unsigned mtu = 1500) {
        auto interface =
            std::make_unique<Interface>(Interface{name, segment, mac, mtu, ++next_index_, true, {}});
        segment.stations_[interface.get()] = [i = interface.get()](wire::ByteView frame) {
            i->receive(frame);
        };
        interfaces_[name] = std::move(interface);
    }
    /// Takes the interface down (its ports die) or up.
    void set_up(const std::string& name, bool up) {
        auto& interface = *interfaces_.at(name);
        interface.up = up;
        if (!up) interface.kill({Errc::system, ENETDOWN, name + ": the interface went down"});
    }
    void remove(const std::string& name) {
        const auto node = interfaces_.extract(name);
        auto& interface = *node.mapped();
        interface.segment.stations_.erase(&interface);
        interface.kill({Errc::not_found, ENODEV, name + ": the interface was removed"});
    }
    /// The next open() fails with this.
    void fail_next_open(Error error) { fail_open_ = std::move(error); }
    /// All sends fail while set.
    bool fail_sends = false;
    [[nodiscard]] std::size_t open_ports() const {
        std::size_t n = 0;
        for (const auto& [name, interface] : interfaces_) n += interface->ports.size();
        return n;
    }

    Result<std::unique_ptr<link::EtherPort>> open(const std::string& name, const link::EtherFilter& filter,
                                                  link::EtherPort::Handler& handler) override {
        if (fail_open_) return fail(*std::exchange(fail_open_, std::nullopt));
        const auto found = interfaces_.find(name);
        if (found == interfaces_.end()) return fail({Errc::not_found, ENODEV, name + ": no such interface"});
        if (!found->second->up)
            return fail({Errc::refused, ENETDOWN, name + ": the interface is down; bring it up"});
        return std::make_unique<Port>(*this, *found->second, filter, handler);
    }

private:
    class Port;
    struct Interface {
        std::string name;
        FakeSegment& segment;
        link::MacAddress mac;
        unsigned mtu, index;
        bool up;
        std::vector<Port*> ports;

        void receive(wire::ByteView frame) {
            if (!up) return;
            for (auto* port : std::vector(ports))
                if (std::ranges::find(ports, port) != ports.end()) port->receive(frame);
        }
        void kill(const Error& why) {
            for (auto* port : std::vector(ports))
                if (std::ranges::find(ports, port) != ports.end()) port->die(why);
        }
    };
    class Port final : public link::EtherPort {
    public:
        Port(FakeEtherPorts& owner, Interface& interface, const link::EtherFilter& filter, Handler& handler)
            : owner_(owner),
              interface_(&interface),
              name_(interface.name),
              mac_(interface.mac),
              mtu_(interface.mtu),
              index_(interface.index),
              filter_(filter),
              handler_(handler) {
            interface.ports.push_back(this);
        }
        ~Port() override {
            if (interface_) std::erase(interface_->ports, this);
        }
        Result<> send(wire::ByteView frame) override {
            if (!interface_) return fail({Errc::system, ENXIO, name_ + ": cannot send"});
            if (owner_.fail_sends) return fail({Errc::system, ENOBUFS, name_ + ": cannot send"});
            interface_->segment.carry(frame);
            return {};
        }
        [[nodiscard]] const std::string& interface() const override { return name_; }
        [[nodiscard]] const link::MacAddress& own_mac() const override { return mac_; }
        [[nodiscard]] unsigned mtu() const override { return mtu_; }
        [[nodiscard]] unsigned index() const override { return index_; }
        [[nodiscard]] std::uint64_t dropped() const override { return 0; }
        void receive(wire::ByteView frame) {
            // A segment hands a frame back to its sender only where somebody forged the address.
            if (filter_.passes(mac_, frame)) handler_.on_ether_frame(frame);
        }
        void die(const Error& why) {
            std::erase(std::exchange(interface_, nullptr)->ports, this);
            handler_.on_ether_down(why);
        }

    private:
        FakeEtherPorts& owner_;
        Interface* interface_;
        std::string name_;
        link::MacAddress mac_;
        unsigned mtu_, index_;
        link::EtherFilter filter_;
        Handler& handler_;
    };

    std::map<std::string, std::unique_ptr<Interface>> interfaces_;
    unsigned next_index_ = 1;
    std::optional<Error> fail_open_;
};

}  // namespace ppp::test
