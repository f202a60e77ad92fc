// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file_watch.hpp"
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstring>

namespace ppp {

Result<std::unique_ptr<FileWatch>> FileWatch::create(EventLoop& loop, const std::string& directory,
                                                     std::vector<std::string> names, Duration quiet,
                                                     Callback<void()> changed) {
    Fd fd{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (!fd) return fail_errno("inotify_init1");
    // IN_ATTRIB: a file may have been refused for its mode.
    constexpr std::uint32_t kWritten = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB;
    if (::inotify_add_watch(fd.get(), directory.c_str(), kWritten | IN_ONLYDIR) < 0)
        return fail_errno("cannot watch " + directory);
    std::unique_ptr<FileWatch> self(
        new FileWatch(loop, std::move(fd), std::move(names), quiet, std::move(changed)));
    PPP_TRY(self->watch_,
            loop.watch(self->fd_.get(), EPOLLIN, [w = self.get()](std::uint32_t) { w->readable(); }));
    return self;
}

void FileWatch::readable() {
    alignas(inotify_event) std::array<char, 4096> buffer{};
    bool ours = false;
    for (;;) {
        const auto got = ::read(fd_.get(), buffer.data(), buffer.size());
        if (got <= 0) break;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            // After an overflow nobody knows which files it was.
            ours = ours || (event.mask & IN_Q_OVERFLOW) != 0 ||
                   (event.len > 0 && std::ranges::find(names_, std::string_view(name)) != names_.end());
            at += sizeof event + event.len;
        }
    }
    if (ours) timer_ = loop_.after(quiet_, [this] { changed_(); });
}

}  // namespace ppp
