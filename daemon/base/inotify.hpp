// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Reading what inotify(7) tells.
#pragma once
#include <sys/inotify.h>
#include <unistd.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ppp {

/// Something happened to a watched directory, or in it.
struct FileEvent {
    int watch = -1;         ///< of inotify_add_watch(); -1 when some were lost and nobody knows which
    std::string_view name;  ///< of what is in the directory; "" for itself
    [[nodiscard]] bool lost() const { return watch < 0; }
};

/// Takes all that waits. @param file of inotify_init1(IN_NONBLOCK). @param heard is given each FileEvent.
template <class Heard>
void read_inotify(int file, Heard heard) {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    for (;;) {
        const auto got = ::read(file, buffer.data(), buffer.size());
        if (got <= 0) return;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            heard(FileEvent{.watch = (event.mask & IN_Q_OVERFLOW) != 0 ? -1 : event.wd,
                            .name = event.len > 0 ? std::string_view(name) : std::string_view()});
            at += sizeof event + event.len;
        }
    }
}

}  // namespace ppp
