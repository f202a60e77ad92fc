// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/device_watch.hpp"
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <algorithm>
#include <vector>
#include "base/inotify.hpp"

namespace ppp::link {
namespace {
using namespace std::chrono_literals;

// udev makes a device, its links and their modes one after the other: whoever acts at the first of them finds
// a device that it may not open yet.
constexpr Duration kSettle = 50ms;
// IN_ATTRIB: udev gives a device its group after it is there.
constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
}  // namespace

void DeviceWatch::Subscription::end() {
    if (!watch_) return;
    const auto node = watch_->subscribers_.extract(id_);
    std::exchange(watch_, nullptr)->release(node.mapped().directory);
}

Result<std::unique_ptr<DeviceWatch>> DeviceWatch::create(EventLoop& loop) {
    Fd fd{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (!fd) return fail_errno("cannot watch for devices");
    std::unique_ptr<DeviceWatch> self(new DeviceWatch(loop, std::move(fd)));
    PPP_TRY(self->watch_,
            loop.watch(self->fd_.get(), EPOLLIN, [w = self.get()](std::uint32_t) { w->readable(); }));
    return self;
}

DeviceWatch::Subscription DeviceWatch::subscribe(std::string path, Callback<void()> changed) {
    const int id = ++last_id_;
    auto& subscriber = subscribers_[id];
    subscriber.path = std::move(path);
    subscriber.changed = std::make_shared<Callback<void()>>(std::move(changed));
    aim(subscriber);
    return {*this, id};
}

bool DeviceWatch::watch_nearest(Subscriber& subscriber) {
    auto end = subscriber.path.rfind('/');
    auto last = subscriber.path.size();
    bool own = true;
    while (end != std::string::npos) {
        const auto directory = end == 0 ? std::string("/") : subscriber.path.substr(0, end);
        subscriber.directory = ::inotify_add_watch(fd_.get(), directory.c_str(), kEvents);
        subscriber.awaited = subscriber.path.substr(end + 1, last - end - 1);
        if (subscriber.directory >= 0) return own;
        if (end == 0) break;
        own = false;
        last = end;
        end = subscriber.path.rfind('/', end - 1);
    }
    return true;
}

void DeviceWatch::aim(Subscriber& subscriber) {
    const int before = std::exchange(subscriber.directory, -1);
    // What is made between the look at a directory and the watch on the one above it makes no event.
    for (int nearest = -1;;) {
        const bool own = watch_nearest(subscriber);
        if (nearest != subscriber.directory) release(nearest);
        if (own || nearest == subscriber.directory) break;
        nearest = subscriber.directory;
    }
    if (before != subscriber.directory) release(before);
}

void DeviceWatch::release(int directory) {
    const auto uses = [directory](const auto& entry) { return entry.second.directory == directory; };
    if (directory >= 0 && std::ranges::none_of(subscribers_, uses))
        ::inotify_rm_watch(fd_.get(), directory);  // fails when the directory itself has gone
}

void DeviceWatch::readable() {
    read_inotify(fd_.get(), [this](const FileEvent& event) { heard(event.watch, event.name); });
}

void DeviceWatch::heard(int directory, std::string_view name) {
    bool anybody = false;
    for (auto& [id, subscriber] : subscribers_) {
        if (directory >= 0 && subscriber.directory != directory) continue;
        if (!name.empty() && subscriber.awaited != name) continue;
        subscriber.touched = anybody = true;
    }
    if (anybody && !telling_.armed()) telling_ = loop_.after(kSettle, [this] { tell(); });
}

void DeviceWatch::tell() {
    std::vector<int> touched;
    for (auto& [id, subscriber] : subscribers_) {
        if (!std::exchange(subscriber.touched, false)) continue;
        aim(subscriber);
        touched.push_back(id);
    }
    for (const int id : touched)  // whoever is told may end any subscription
        if (const auto at = subscribers_.find(id); at != subscribers_.end())
            (*std::shared_ptr(at->second.changed))();
}

}  // namespace ppp::link
