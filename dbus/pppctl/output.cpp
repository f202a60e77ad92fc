// SPDX-License-Identifier: GPL-2.0-or-later
#include "dbus/pppctl/output.hpp"
#include <unistd.h>
#include <cerrno>
#include <utility>

namespace ppp::ctl {
namespace {

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

std::string*& captured() {
    static std::string* text = nullptr;
    return text;
}

bool& complete() {
    static bool flag = true;
    return flag;
}

}  // namespace

void put(std::string_view text) {
    if (captured() != nullptr)
        captured()->append(text);
    else
        complete() = write_all(STDOUT_FILENO, text) && complete();
}

Capture::Capture() : before_(std::exchange(captured(), &text_)) {}
Capture::~Capture() { captured() = before_; }

void put_aside(std::string_view text) { (void)write_all(STDERR_FILENO, text); }
bool all_put() { return complete(); }
bool aside_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace ppp::ctl
