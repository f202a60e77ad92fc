// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SerialLines: what all serial sessions share: the ttys, and the modems that are being hung up.
#pragma once
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include "base/scheduler.hpp"
#include "crypto/digest.hpp"
#include "link/tty_port.hpp"

namespace ppp::link {

/// Of a PIN and the device whose card it is for.
using PinDigest = crypto::Octets<32>;
[[nodiscard]] PinDigest pin_digest(std::string_view device, std::string_view pin);

class SerialLines {
public:
    /// Both outlive this object.
    SerialLines(Scheduler& time, TtyPorts& ttys);
    SerialLines(const SerialLines&) = delete;
    SerialLines& operator=(const SerialLines&) = delete;
    ~SerialLines();

    /// TtyPorts::open(), once what hangs up there has come to its end.
    Pending open(const std::string& device, TtySettings settings, TtyPort::Owner& owner,
                 Callback<void(Result<std::unique_ptr<TtyPort>>)> done);
    /// TtyPorts::obstacle(); a modem of ours that is being hung up is none.
    [[nodiscard]] std::optional<std::string> obstacle(const std::string& device);
    /// Has the modem end its call, if it has one, and closes the line: by DTR, and where that is not seen to
    /// help by the escape sequence and ATH (V.250 section 6.3.6). A line without a modem is closed.
    /// The line's file stays open for the present turn of the loop.
    void hang_up(const std::string& device, std::unique_ptr<TtyPort> port, bool modem);
    /// Closes a line that an earlier process opened and nobody goes on with. @param file a copy of its file.
    void bury(const std::string& device, Fd file);
    /// Another try may lock the card, so it is remembered for as long as the process runs, whatever else of
    /// the client is changed.
    void pin_was_refused(const PinDigest& pin) { refused_pins_.insert(pin); }
    [[nodiscard]] bool refused(const PinDigest& pin) const { return refused_pins_.contains(pin); }
    [[nodiscard]] TtyPorts& ttys() { return ttys_; }

private:
    class Goodbye;
    struct Waiting {
        TtySettings settings;
        TtyPort::Owner* owner;
        Callback<void(Result<std::unique_ptr<TtyPort>>)> done;
        Pending::Ticket ticket;
    };
    void hung_up(std::string device);

    Scheduler& time_;
    TtyPorts& ttys_;
    std::multimap<std::string, Waiting> waiting_;  // by device
    std::map<std::string, std::unique_ptr<Goodbye>> goodbyes_;
    std::set<PinDigest> refused_pins_;
};

/// The device that a port of the configuration means. A name without a directory is one of /dev, as udev
/// rules and administrators make them.
/// @param channel of a port whose name tells a modem's interface ("...-if02-port0" in /dev/serial/by-id): the
/// number of another one; 0: the port as it is.
/// Errors: Errc::config where a port has no channels.
[[nodiscard]] Result<std::string> serial_device(const std::string& port, std::uint8_t channel);

}  // namespace ppp::link
