// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/frame_file.hpp"
#include <sys/epoll.h>
#include <unistd.h>

namespace ppp::kernel {

Result<> FrameFile::start() {
    PPP_TRY(watch_, loop_.watch(file_.get(), EPOLLIN, [this](std::uint32_t) { on_readable(); }));
    return {};
}

Result<> FrameFile::send(wire::ByteView frame) const {
    if (::write(file_.get(), frame.data(), frame.size()) >= 0) return {};
    return fail_errno("cannot send a PPP frame");
}

Fd FrameFile::release() {
    watch_ = {};
    return std::move(file_);
}

void FrameFile::on_readable() {
    // One read a wake-up: control frames come one by one, and a second read would nearly always be a system
    // call for nothing. The events do not matter: queued frames come before the end, and the end is a read of
    // 0, for a channel that hung up as for a unit that lost its last channel.
    const auto n = ::read(file_.get(), buffer_.data(), buffer_.size());
    if (n > 0) return handler_.on_frame(wire::ByteView(buffer_).first(static_cast<std::size_t>(n)));
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == EOVERFLOW)) return;
    // The file stays readable for ever from here on.
    watch_ = {};
    handler_.on_gone();
}

}  // namespace ppp::kernel
