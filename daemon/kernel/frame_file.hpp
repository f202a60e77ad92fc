// SPDX-License-Identifier: GPL-2.0-or-later
/// @file FrameFile: one /dev/ppp file on the loop; reads frames for a FrameHandler and writes them.
#pragma once
#include <array>
#include <cstdint>
#include "base/event_loop.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"
#include "kernel/ppp_kernel.hpp"
#include "wire/bytes.hpp"

namespace ppp::kernel {

/// Where all files of one LinuxPpp read to, one after the other. A frame that is longer is lost (EOVERFLOW);
/// the longest an LCP or NCP can agree on is shorter.
using FrameBuffer = std::array<std::uint8_t, 16384>;

class FrameFile {
public:
    FrameFile(EventLoop& loop, FrameBuffer& buffer, Fd file, FrameHandler& handler)
        : loop_(loop), buffer_(buffer), handler_(handler), file_(std::move(file)) {}
    FrameFile(const FrameFile&) = delete;
    FrameFile& operator=(const FrameFile&) = delete;

    /// Starts reading; before that, frames wait in the kernel.
    Result<> start();
    [[nodiscard]] Result<> send(wire::ByteView frame) const;
    /// Stops reading and gives the file away.
    [[nodiscard]] Fd release();
    [[nodiscard]] const Fd& fd() const { return file_; }

private:
    void on_readable();

    EventLoop& loop_;
    FrameBuffer& buffer_;
    FrameHandler& handler_;
    Fd file_;
    Watch watch_;  // after file_: it must end first
};

}  // namespace ppp::kernel
