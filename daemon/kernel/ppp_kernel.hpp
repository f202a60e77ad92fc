// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The kernel's half of PPP as two objects behind a port. LinuxPpp drives /dev/ppp; tests use FakePpp.
///
/// All calls are made and all callbacks run on the loop's thread. What waits in the kernel is done elsewhere.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include "base/callback.hpp"
#include "base/fd.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "base/scheduler.hpp"
#include "wire/bytes.hpp"

namespace ppp::kernel {

/// Where the frames of a channel or a unit go. It must outlive the object it was given to.
class FrameHandler {
public:
    virtual ~FrameHandler() = default;
    /// @param frame starts at the two-octet protocol field; valid during the call only. The handler may
    /// destroy the channel or unit that delivers it.
    virtual void on_frame(wire::ByteView frame) = 0;
    /// The far end is gone for good: PADT, hang-up, the parent interface down or changed. Called once.
    virtual void on_gone() = 0;
};

/// What the ends of an asynchronous line have agreed on (RFC 1662); before that, what a line begins with. The
/// kernel sends LCP's own packets as if nothing were agreed, whatever this says.
struct AsyncOptions {
    std::uint32_t send_map = 0xffffffff;     ///< control characters that are escaped, bit by character
    std::uint32_t receive_map = 0xffffffff;  ///< those that the peer escapes; any others are noise
    std::uint16_t own_mru = 1500;            ///< octets of a packet that we can receive
    bool compress_protocol = false;  ///< the protocol field of what is sent has one octet where it can
    bool compress_address = false;   ///< address and control are left out of what is sent
    friend bool operator==(const AsyncOptions&, const AsyncOptions&) = default;
};

/// A kernel channel (PPPIOCATTCHAN): one PPPoE session, PPTP call or tty in PPP line discipline.
/// LCP and authentication travel here, and before a unit is connected everything does.
/// Destroying it detaches it and closes its socket; the wait for that happens elsewhere.
class Channel {
public:
    virtual ~Channel() = default;
    /// @param frame protocol field and packet. A channel whose far end is gone swallows it without an error.
    virtual Result<> send(wire::ByteView frame) = 0;
    /// Only of a tty in PPP line discipline; ENOTTY of all others.
    virtual Result<> set_async(const AsyncOptions& options) = 0;
    /// The link's socket and the channel's file, for a copy in another process; both stay this channel's.
    [[nodiscard]] virtual std::array<int, 2> files() const = 0;
};

/// The network protocols the kernel filters by PPPIOCSNPMODE.
enum class NetworkProtocol : std::uint16_t { ipv4 = 0x0021, ipv6 = 0x0057 };

/// One direction of a unit's packets.
enum class Flow : std::uint8_t { sent, received };

/// What a unit does with its compressors, of which encryption (MPPE) is one, and at the sight of CCP packets
/// that pass its file.
enum class CcpStage : std::uint8_t {
    closed,  ///< packets go as they are; the compressors are given back
    open,    ///< Configure-Requests and Terminates stop the compressors, Configure-Acks start them; where one
             ///< runs, data is dropped
    up,      ///< those that run are used; Configure-Acks start none
    required,  ///< as up; packets are dropped that the compressor that runs cannot take
};

/// The methods of CCP that the kernel has.
struct CodingMethods {
    bool mppe = false, deflate = false, bsd = false;
    friend bool operator==(const CodingMethods&, const CodingMethods&) = default;
};

struct Counters {
    std::uint64_t octets_in = 0, octets_out = 0, packets_in = 0, packets_out = 0;
};

/// A kernel unit: the network interface. NCPs travel here. Destroying it removes the interface, soon but not
/// at once.
class Unit {
public:
    virtual ~Unit() = default;
    [[nodiscard]] virtual int number() const = 0;
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual unsigned index() const = 0;  ///< ifindex
    virtual Result<> send(wire::ByteView frame) = 0;
    /// A new unit drops every network protocol: nothing passes before its NCP is open.
    virtual Result<> pass(NetworkProtocol, bool enabled) = 0;
    /// Sets how one direction is to be compressed once CCP starts it.
    /// @param method the CCP option that was agreed on, for MPPE with the 16 octets of the start key behind
    /// it.
    virtual Result<> set_compressor(Flow, wire::ByteView method) = 0;
    /// A new unit is `closed`. Any inbound Configure-Request or Terminate stops the compressors at once: what
    /// the host sends from then on leaves as it is, in every stage and before on_frame() tells.
    virtual Result<> set_ccp(CcpStage) = 0;
    /// All false unless UnitSpec asked for it.
    [[nodiscard]] virtual CodingMethods methods() const = 0;
    /// Reads the interface's 64-bit counters; control frames are counted by the kernel too.
    [[nodiscard]] virtual Result<Counters> counters() const = 0;
    struct Idle {
        std::chrono::seconds sent, received;  ///< since the last data packet, or the birth of the unit
    };
    [[nodiscard]] virtual Result<Idle> idle() const = 0;
    /// For a copy in another process; it stays this unit's.
    [[nodiscard]] virtual int file() const = 0;
    [[nodiscard]] virtual TimePoint made_at() const = 0;
};

/// The files of a session that another process has made, and what no file tells.
struct SessionFiles {
    Fd socket, channel, unit;
    unsigned index = 0;  ///< ifindex of the unit
    TimePoint made_at{};
};

struct UnitSpec {
    std::string name;  ///< the final interface name; empty: the kernel's pppN
    std::uint16_t mtu = 1500;
    bool coding = false;  ///< find out which methods of CCP there are
};

class PppKernel {
public:
    virtual ~PppKernel() = default;
    using ChannelDone = Callback<void(Result<std::unique_ptr<Channel>>)>;
    using UnitDone = Callback<void(Result<std::unique_ptr<Unit>>)>;
    /// Makes a channel of a connected PF_PPPOX socket or a tty in PPP line discipline, which it owns from now
    /// on, also when it fails.
    /// Takes 10 ms and more; any number run at the same time. `done` runs from the loop.
    virtual Pending attach(Fd socket, FrameHandler&, ChannelDone done) = 0;
    /// Makes the interface, connects `first` to it, leaves it down with all network protocols dropped.
    /// @param first must live until `done` ran or the Pending was dropped.
    /// Errors: EEXIST when the name is taken, with the name in the text.
    virtual Pending create_unit(UnitSpec, Channel& first, FrameHandler&, UnitDone done) = 0;

    struct Session {
        std::unique_ptr<Channel> channel;
        std::unique_ptr<Unit> unit;
    };
    /// Goes on with a session as its files are: connected, its network protocols passing or not, up or not.
    /// Frames that waited meanwhile are delivered from the loop. Does not wait. The files are owned from now
    /// on, also when it fails: Errc::not_found when the interface is gone.
    virtual Result<Session> adopt(SessionFiles files, FrameHandler&) = 0;
    /// Ends what nobody carries on; elsewhere, since it waits. The interface goes with the last copy of the
    /// unit's file.
    virtual void discard(SessionFiles files) = 0;

    struct LinkCounters {
        unsigned index = 0;  ///< ifindex
        Counters counters;
    };
    /// The counters of all PPP interfaces in one sweep, for lists of many sessions.
    virtual Pending all_counters(Callback<void(Result<std::vector<LinkCounters>>)> done) = 0;
};

}  // namespace ppp::kernel
