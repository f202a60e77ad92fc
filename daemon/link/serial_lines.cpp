// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/serial_lines.hpp"
#include <fmt/format.h>
#include <cctype>
#include <utility>

namespace ppp::link {
namespace {
using namespace std::chrono_literals;

// A modem may overlook a DTR that is off for a shorter time (V.250's S10 and &D2 of common modems).
constexpr Duration kDtrOff = 500ms;
// The silence around an escape sequence (S12), with room.
constexpr Duration kGuard = 1200ms;
constexpr Duration kHookAnswer = 500ms;
}  // namespace

/// A modem that is being hung up, step by step.
class SerialLines::Goodbye final : public TtyPort::Owner {
public:
    Goodbye(SerialLines& lines, std::string device, std::unique_ptr<TtyPort> port, bool modem)
        : lines_(lines), device_(std::move(device)), port_(std::move(port)) {
        port_->give_to(*this);
        step_ = port_->leave_ppp([this, modem] {
            // A line that is dead takes not even nothing.
            if (!modem || !port_->write({})) return lines_.hung_up(device_);
            step_ =
                port_->set_dtr(false, [this] { timer_ = lines_.time_.after(kDtrOff, [this] { look(); }); });
        });
    }

private:
    void look() {
        step_ = port_->ask_carrier([this](std::optional<bool> carrier) {
            if (carrier && !*carrier) return lines_.hung_up(device_);
            step_ = port_->set_dtr(true, [this] { escape(); });
        });
    }
    void escape() {
        after(kGuard, "+++", [this] {
            after(kGuard, "ATH\r",
                  [this] { timer_ = lines_.time_.after(kHookAnswer, [this] { lines_.hung_up(device_); }); });
        });
    }
    template <class Next>
    void after(Duration pause, std::string_view say, Next next) {
        timer_ = lines_.time_.after(pause, [this, say, next] {
            if (!port_->write(wire::octets(say))) return lines_.hung_up(device_);
            next();
        });
    }
    void tty_received(wire::ByteView) override {}
    void tty_gone(std::string) override { lines_.hung_up(device_); }

    SerialLines& lines_;
    std::string device_;
    Timer timer_;
    std::unique_ptr<TtyPort> port_;
    Pending step_;
};

PinDigest pin_digest(std::string_view device, std::string_view pin) {
    // No path has an octet of zero.
    constexpr std::uint8_t kEnd = 0;
    return crypto::sha256({wire::octets(device), {&kEnd, 1}, wire::octets(pin)});
}

SerialLines::SerialLines(Scheduler& time, TtyPorts& ttys) : time_(time), ttys_(ttys) {}

SerialLines::~SerialLines() = default;

Pending SerialLines::open(const std::string& device, TtySettings settings, TtyPort::Owner& owner,
                          Callback<void(Result<std::unique_ptr<TtyPort>>)> done) {
    if (!goodbyes_.contains(device)) return ttys_.open(device, settings, owner, std::move(done));
    auto [pending, ticket] = Pending::make();
    waiting_.emplace(
        device,
        Waiting{.settings = settings, .owner = &owner, .done = std::move(done), .ticket = std::move(ticket)});
    return std::move(pending);
}

std::optional<std::string> SerialLines::obstacle(const std::string& device) {
    if (goodbyes_.contains(device)) return std::nullopt;
    return ttys_.obstacle(device);
}

void SerialLines::hang_up(const std::string& device, std::unique_ptr<TtyPort> port, bool modem) {
    goodbyes_.insert_or_assign(device, std::make_unique<Goodbye>(*this, device, std::move(port), modem));
}

void SerialLines::bury(const std::string& device, Fd file) {
    struct Nobody final : TtyPort::Owner {
        void tty_received(wire::ByteView) override {}
        void tty_gone(std::string) override {}
    } nobody;
    // close() may wait for what the far end does not take: not on the loop.
    if (auto port = ttys_.adopt(device, std::move(file), nobody)) hang_up(device, *std::move(port), false);
}

/// Destroys the caller: its line is closed before another opens it.
void SerialLines::hung_up(std::string device) {
    goodbyes_.erase(device);
    for (auto at = waiting_.find(device); at != waiting_.end(); at = waiting_.find(device)) {
        auto next = std::move(waiting_.extract(at).mapped());
        if (!next.ticket.wanted()) continue;
        auto opening = std::make_shared<Pending>();
        *opening = ttys_.open(
            device, next.settings, *next.owner,
            [opening, ticket = std::move(next.ticket), done = std::move(next.done)](auto port) mutable {
                if (ticket.settle()) done(std::move(port));
            });
    }
}

Result<std::string> serial_device(const std::string& port, std::uint8_t channel) {
    auto device = port.starts_with('/') ? port : "/dev/" + port;
    if (channel == 0) return device;
    // As udev's usb_id and its rule for /dev/serial/by-id spell it: "-if" and two digits.
    const auto at = device.rfind("-if");
    const auto digit = [&](std::size_t i) {
        return i < device.size() && std::isdigit(static_cast<unsigned char>(device[i])) != 0;
    };
    if (at == std::string::npos || !digit(at + 3) || !digit(at + 4))
        return fail(Errc::config,
                    fmt::format("port {} has no channel {}: only the name of a modem's interface in "
                                "/dev/serial/by-id (...-if00-port0) tells of others",
                                port, channel));
    device.replace(at + 3, 2, fmt::format("{:02}", channel));
    return device;
}

}  // namespace ppp::link
