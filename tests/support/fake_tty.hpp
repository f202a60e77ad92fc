// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FakeTtys: serial lines between two devices of a test, or between a device and the test itself.
///
/// What a session can notice is here: one device is open once at a time and is free a moment after it was
/// closed, octets arrive in order, a line in PPP gives none, a line that hung up is dead for good.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include "link/tty_port.hpp"
#include "support/fake_ppp.hpp"

namespace ppp::test {

class FakeTtys final : public link::TtyPorts {
public:
    /// @param kernel gives the files of lines in PPP.
    FakeTtys(Scheduler& time, FakePpp& kernel) : kernel_(kernel), later_(time) {
        // A line that is not in PPP hears the octets of the frames (RFC 1662).
        kernel_.tap = [this](FakePpp::Key from, wire::ByteView frame) {
            for (const auto& [name, d] : devices_)
                if (d.port && d.port->ppp && d.key == from && !d.far.empty() && !d.hear)
                    say(d.far, "\x7e\xff}#" + std::string(wire::chars(frame)) + "\x7e");
        };
    }

    Duration latency = std::chrono::milliseconds(5);  ///< of what waits in the kernel, and of the wire
    int open_ports = 0, opened = 0;

    /// A device appears. @param lines whether it has DTR and DCD.
    void plug(const std::string& device, bool lines = true) {
        devices_.erase(device);
        devices_[device].lines = lines;
        tell(device);
    }
    /// It is pulled out.
    void unplug(const std::string& device) {
        auto node = devices_.extract(device);
        die(node.mapped(), device + " was pulled out");
        tell(device);
    }
    /// Two devices with a cable between them.
    void join(const std::string& a, const std::string& b) {
        plug(a);
        plug(b);
        devices_[a].far = b;
        devices_[b].far = a;
    }
    /// The device's modem is the test: it is told what is said to it, and says things by say().
    void attend(const std::string& device, std::function<void(const std::string&)> hear) {
        devices_[device].hear = std::move(hear);
    }
    void say(const std::string& device, std::string text) {
        later_(latency, [this, device, text = std::move(text)] {
            const auto at = devices_.find(device);
            if (at == devices_.end() || !at->second.port || at->second.port->ppp) return;
            at->second.port->owner->tty_received(wire::octets(text));
        });
    }
    void set_carrier(const std::string& device, bool on) {
        auto& d = devices_.at(device);
        const bool fell = d.carrier && !on;
        d.carrier = on;
        if (fell && d.port && d.port->obeys) die(d, device + " was hung up");
    }
    /// What the modem sees of us.
    [[nodiscard]] bool dtr(const std::string& device) const { return devices_.at(device).dtr; }
    [[nodiscard]] const link::TtySettings& settings(const std::string& device) const {
        return devices_.at(device).settings;
    }
    /// Another program takes the device, or gives it back ("").
    void lock(const std::string& device, std::string holder) {
        devices_.at(device).holder = std::move(holder);
        tell(device);
    }
    /// Which end of the kernel's wire the device is.
    [[nodiscard]] FakePpp::Key key(const std::string& device) const { return devices_.at(device).key; }
    void fail_next_open(std::string sentence) { open_fails_ = std::move(sentence); }
    void fail_next_ppp(std::string sentence) { ppp_fails_ = std::move(sentence); }
    void fail_next_write(std::string sentence) { write_fails_ = std::move(sentence); }

    Pending open(std::string device, link::TtySettings settings, link::TtyPort::Owner& owner,
                 Callback<void(Result<std::unique_ptr<link::TtyPort>>)> done) override {
        auto [pending, ticket] = Pending::make();
        later_(latency, [this, device = std::move(device), settings, &owner, done = std::move(done),
                         ticket = std::move(ticket)]() mutable {
            if (!ticket.settle()) return;
            if (!open_fails_.empty()) return done(fail(Errc::system, std::exchange(open_fails_, {})));
            if (auto why = obstacle(device)) return done(fail(Errc::refused, *why));
            auto& d = devices_.at(device);
            d.settings = settings;
            d.dtr = true;
            ++opened;
            done(std::unique_ptr<link::TtyPort>(std::make_unique<Port>(*this, device, owner)));
        });
        return std::move(pending);
    }
    Result<std::unique_ptr<link::TtyPort>> adopt(std::string device, Fd,
                                                 link::TtyPort::Owner& owner) override {
        auto port = std::make_unique<Port>(*this, device, owner);
        port->ppp = true;
        return std::unique_ptr<link::TtyPort>(std::move(port));
    }
    [[nodiscard]] std::optional<std::string> obstacle(const std::string& device) override {
        const auto at = devices_.find(device);
        if (at == devices_.end()) return device + " does not exist: is the device plugged in?";
        if (!at->second.holder.empty()) return device + ": " + at->second.holder + " has it";
        if (at->second.port) return device + " is in use by another object of this service";
        return std::nullopt;
    }
    std::unique_ptr<Subscription> on_change(std::string device, Callback<void()> changed) override {
        return std::make_unique<Looking>(*this, std::move(device), std::move(changed));
    }

private:
    struct Port;
    struct Device {
        bool lines = true, carrier = false, dtr = false;
        std::string far{}, holder{};
        link::TtySettings settings{};
        std::function<void(const std::string&)> hear{};
        Port* port = nullptr;
        Fd ppp{}, nobodys{};
        FakePpp::Key key = 0;
    };
    struct Port final : link::TtyPort {
        Port(FakeTtys& t, std::string d, Owner& o) : ttys(t), device(std::move(d)), owner(&o) {
            ++ttys.open_ports;
            own_file = Fd{::memfd_create("tty", MFD_CLOEXEC)};
            if (auto* own = mine()) own->port = this;
        }
        ~Port() override {
            --ttys.open_ports;
            if (auto* own = mine()) {
                own->port = nullptr;
                own->dtr = false;
            }
            ttys.later_(ttys.latency, [&t = ttys, name = device] { t.tell(name); });
        }
        void give_to(Owner& other) override { owner = &other; }
        Result<> write(wire::ByteView octets) override {
            if (!ttys.write_fails_.empty()) return fail(Errc::system, std::exchange(ttys.write_fails_, {}));
            auto* own = mine();
            if (!own || dead) return fail_errno("cannot write to " + device, EIO);
            if (octets.empty()) return {};
            if (own->hear)
                own->hear(std::string(wire::chars(octets)));
            else if (!own->far.empty())
                ttys.say(own->far, std::string(wire::chars(octets)));
            return {};
        }
        Pending set_dtr(bool on, Callback<void()> done) override {
            return wait([this, on, done = std::move(done)] {
                if (auto* own = mine()) own->dtr = on;
                done();
            });
        }
        Pending ask_carrier(Callback<void(std::optional<bool>)> done) override {
            return wait([this, done = std::move(done)] {
                const auto* own = mine();
                done(own && own->lines ? std::optional(own->carrier) : std::nullopt);
            });
        }
        void obey_carrier() override { obeys = true; }
        [[nodiscard]] int file() const override { return own_file.get(); }
        Pending enter_ppp(Callback<void(Result<Fd>)> done) override {
            return wait([this, done = std::move(done)] {
                if (!ttys.ppp_fails_.empty())
                    return done(fail(Errc::system, device + ": " + std::exchange(ttys.ppp_fails_, {})));
                auto* own = mine();
                if (!own || dead) return done(fail_errno(device, EIO));
                ppp = true;
                done(ttys.ppp_file(*own));
            });
        }
        Pending leave_ppp(Callback<void()> done) override {
            return wait([this, done = std::move(done)] {
                ppp = false;
                done();
            });
        }
        template <class Run>
        Pending wait(Run run) {
            auto [pending, ticket] = Pending::make();
            ttys.later_(ttys.latency, [run = std::move(run), ticket = std::move(ticket)]() mutable {
                if (ticket.settle()) run();
            });
            return std::move(pending);
        }
        [[nodiscard]] Device* mine() const {
            const auto at = ttys.devices_.find(device);
            return at != ttys.devices_.end() && (!at->second.port || at->second.port == this) ? &at->second
                                                                                              : nullptr;
        }
        FakeTtys& ttys;
        std::string device;
        Owner* owner;
        Fd own_file;
        bool ppp = false, dead = false, obeys = false;
    };
    struct Looking final : Subscription {
        Looking(FakeTtys& t, std::string d, Callback<void()> c)
            : ttys(t), device(std::move(d)), changed(std::move(c)) {
            ttys.looking_.push_back(this);
        }
        ~Looking() override { std::erase(ttys.looking_, this); }
        FakeTtys& ttys;
        std::string device;
        Callback<void()> changed;
    };

    /// Whoever enters PPP first makes the wire, and the far device finds its end. Without a cable nobody has
    /// the far end.
    Fd ppp_file(Device& d) {
        auto file = std::move(d.ppp);
        if (!file) {
            auto [near, far] = kernel_.socket_pair(true);
            file = std::move(near);
            (d.far.empty() ? d.nobodys : devices_.at(d.far).ppp) = std::move(far);
        }
        d.key = FakePpp::key(file);
        return file;
    }
    void die(Device& d, std::string why) {
        auto* port = d.port;
        if (!port) return;
        port->dead = true;
        d.port = nullptr;
        if (port->ppp)
            kernel_.hang_up(d.key);
        else
            port->owner->tty_gone(std::move(why));
    }
    void tell(const std::string& device) {
        for (auto* looking : std::vector(looking_))
            if (looking->device == device && std::ranges::count(looking_, looking) != 0) looking->changed();
    }

    FakePpp& kernel_;
    LaterCalls later_;
    std::map<std::string, Device> devices_;
    std::vector<Looking*> looking_;
    std::string open_fails_, ppp_fails_, write_fails_;
};

}  // namespace ppp::test
