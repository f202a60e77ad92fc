// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file_watch.hpp"
#include <sys/epoll.h>
#include <algorithm>
#include "base/inotify.hpp"

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
    bool ours = false;
    read_inotify(fd_.get(), [&](const FileEvent& event) {
        ours = ours || event.lost() ||
               (!event.name.empty() && std::ranges::find(names_, event.name) != names_.end());
    });
    if (ours) timer_ = loop_.after(quiet_, [this] { changed_(); });
}

}  // namespace ppp
