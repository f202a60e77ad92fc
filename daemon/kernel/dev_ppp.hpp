// SPDX-License-Identifier: GPL-2.0-or-later
/// @file The ioctls of /dev/ppp as functions; no other file knows their numbers.
///
/// They take the kernel's global ppp_mutex, which RTM_NEWLINK of a unit holds while it registers the
/// interface. Those marked "sleeps" wait for an RCU grace period, 10 ms and more, on kernels that have the
/// fix for channels that vanish while they are used; they are for workers only.
#pragma once
#include <cstdint>
#include "base/fd.hpp"
#include "base/result.hpp"
#include "kernel/ppp_kernel.hpp"

namespace ppp::kernel::dev_ppp {

/// A file that is neither channel nor unit yet; close-on-exec, because whoever inherits a unit keeps it
/// alive.
Result<Fd> open();
/// The kernel's number for the channel behind a connected socket. Sleeps.
Result<int> channel_of(const Fd& socket);
/// Makes `file` the channel's file.
Result<> become_channel(const Fd& file, int channel);
/// The number of the unit behind a file that RTM_NEWLINK made one.
Result<int> unit_of(const Fd& file);
/// Connects a channel to a unit.
Result<> connect(int channel_file, int unit);
/// Of the channel of a tty; ENOTTY of others.
Result<> set_async(const Fd& channel_file, const AsyncOptions& options);
Result<> set_passing(const Fd& unit_file, std::uint16_t protocol, bool passing);
/// Sets every network protocol the kernel knows to "drop": a protocol nobody negotiated would pass otherwise.
Result<> drop_everything(const Fd& unit_file);
/// See Unit::set_compressor(). Without the method's module the kernel runs modprobe and waits for it.
Result<> set_compressor(const Fd& unit_file, Flow flow, wire::ByteView method);
/// Writes all flags of a unit (SC_*). Those that are read back have errors among them: never write those.
Result<> set_ccp(const Fd& unit_file, CcpStage stage);
/// Which methods can be set on a unit that has none yet; loads their modules.
CodingMethods methods(const Fd& unit_file);
/// Seconds since the last data packet, in 64 bits.
Result<Unit::Idle> idle(const Fd& unit_file);

}  // namespace ppp::kernel::dev_ppp
