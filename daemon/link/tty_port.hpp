// SPDX-License-Identifier: GPL-2.0-or-later
/// @file TtyPorts: serial lines behind a port. LinuxTtys has the machine's; tests use FakeTtys.
///
/// All calls are made and all callbacks run on the loop's thread. What waits in the kernel (a tty is opened,
/// given its line discipline and closed by calls that may sleep; the signals of a USB line are requests to
/// it) is done elsewhere.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include "base/callback.hpp"
#include "base/fd.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "wire/bytes.hpp"

namespace ppp::link {

struct TtySettings {
    std::uint32_t baud_rate = 115200;  ///< bits a second
    /// A modem: RTS and CTS stop and start each end. Without one, no line but the two of the data matters,
    /// because a cable may have no more.
    bool modem = true;
};

/// One serial line that is open and locked. Destroying it hangs up (DTR falls), closes and unlocks it; the
/// wait for that happens elsewhere, and whoever opens the line then waits as well.
class TtyPort {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        /// Octets of the far end, while the line is not in PPP; valid during the call. The owner may destroy
        /// the port in it, and in tty_gone().
        virtual void tty_received(wire::ByteView octets) = 0;
        /// The line is dead: the carrier fell, the device was pulled out. Called once.
        virtual void tty_gone(std::string why) = 0;
    };
    virtual ~TtyPort() = default;
    /// Another one is told from now on.
    virtual void give_to(Owner& owner) = 0;
    /// Says it to the far end. What the line does not take at once is an error: chats are short.
    virtual Result<> write(wire::ByteView octets) = 0;
    /// Tells a modem whether anybody is here; one that has a call ends it when nobody is. @param done runs
    /// when the line shows it.
    virtual Pending set_dtr(bool on, Callback<void()> done) = 0;
    /// Whether the modem has a call (DCD); nullopt where the line has no such signal.
    virtual Pending ask_carrier(Callback<void(std::optional<bool>)> done) = 0;
    /// From now on, or from a moment later, the loss of the carrier kills the line.
    virtual void obey_carrier() = 0;
    /// For a copy in another process; it stays this port's.
    [[nodiscard]] virtual int file() const = 0;
    /// The kernel's PPP line discipline takes over: no tty_received() until leave_ppp().
    /// @param done gets a file of the line for PppKernel::attach().
    virtual Pending enter_ppp(Callback<void(Result<Fd>)> done) = 0;
    /// Back to octets. Does nothing else when it was not in PPP, and comes to its end on a dead line too.
    virtual Pending leave_ppp(Callback<void()> done) = 0;
};

class TtyPorts {
public:
    virtual ~TtyPorts() = default;
    /// @param device a path. `done` runs from the loop. Every error is a sentence with the device's name.
    virtual Pending open(std::string device, TtySettings settings, TtyPort::Owner& owner,
                         Callback<void(Result<std::unique_ptr<TtyPort>>)> done) = 0;
    /// Goes on with a line in PPP that another process has opened. @param file a copy of its file.
    virtual Result<std::unique_ptr<TtyPort>> adopt(std::string device, Fd file, TtyPort::Owner& owner) = 0;
    /// Why open() would fail now, as far as that can be told without trying: the device is missing, is no
    /// tty, somebody has it. nullopt: nothing is known against it.
    [[nodiscard]] virtual std::optional<std::string> obstacle(const std::string& device) = 0;

    /// Held by whoever wants to know; destroying it ends the calls.
    class Subscription {
    public:
        virtual ~Subscription() = default;
    };
    /// `changed` runs whenever what obstacle() says of the device may have changed.
    virtual std::unique_ptr<Subscription> on_change(std::string device, Callback<void()> changed) = 0;
};

}  // namespace ppp::link
