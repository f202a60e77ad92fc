// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/tty_ioctl.hpp"
#include <asm/termbits.h>
#include <linux/tty.h>
#include <sys/ioctl.h>

namespace ppp::link::tty {

Result<> set_raw(const Fd& file, const TtySettings& settings) {
    struct termios2 mode {};
    if (::ioctl(file.get(), TCGETS2, &mode) < 0) return fail_errno("cannot read its settings");
    mode.c_iflag = IGNBRK | IGNPAR;
    mode.c_oflag = 0;
    mode.c_lflag = 0;
    mode.c_cflag = CS8 | CREAD | HUPCL | CLOCAL | BOTHER | BOTHER << IBSHIFT;
    if (settings.modem) mode.c_cflag |= CRTSCTS;
    mode.c_ispeed = mode.c_ospeed = settings.baud_rate;
    // A read without a waiting octet is then EAGAIN, and not an end.
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    if (::ioctl(file.get(), TCSETS2, &mode) < 0) return fail_errno("cannot set its speed and mode");
    return {};
}

void obey_carrier(const Fd& file) {
    struct termios2 mode {};
    if (::ioctl(file.get(), TCGETS2, &mode) < 0) return;
    mode.c_cflag &= ~static_cast<tcflag_t>(CLOCAL);
    ::ioctl(file.get(), TCSETS2, &mode);
}

void set_dtr(const Fd& file, bool on) {
    const int dtr = TIOCM_DTR;
    ::ioctl(file.get(), on ? TIOCMBIS : TIOCMBIC, &dtr);
}

std::optional<bool> carrier(const Fd& file) {
    int lines = 0;
    if (::ioctl(file.get(), TIOCMGET, &lines) < 0) return std::nullopt;
    return (lines & TIOCM_CAR) != 0;
}

void set_exclusive(const Fd& file, bool on) { ::ioctl(file.get(), on ? TIOCEXCL : TIOCNXCL); }

void flush(const Fd& file) { ::ioctl(file.get(), TCFLSH, TCIOFLUSH); }

Result<> enter_ppp(const Fd& file) {
    const int discipline = N_PPP;
    if (::ioctl(file.get(), TIOCSETD, &discipline) == 0) return {};
    const int error = errno;
    if (error == EINVAL || error == EPERM)
        return fail_errno("the kernel has no PPP for serial lines; load its module: modprobe ppp_async",
                          error);
    return fail_errno("cannot give it the line discipline of PPP", error);
}

void leave_ppp(const Fd& file) {
    const int discipline = N_TTY;
    ::ioctl(file.get(), TIOCSETD, &discipline);
}

}  // namespace ppp::link::tty
