// SPDX-License-Identifier: GPL-2.0-or-later
/// @file DeviceWatch: tells when something may have come, gone or changed its mode at a path whose
/// directories need not exist either.
///
/// By inotify: udev makes and removes /dev/serial/by-id with its last device, and a pseudo-terminal or a link
/// that somebody makes by hand is seen as well, which the events of udev would not tell.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include "base/event_loop.hpp"

namespace ppp::link {

class DeviceWatch {
public:
    static Result<std::unique_ptr<DeviceWatch>> create(EventLoop& loop);
    DeviceWatch(const DeviceWatch&) = delete;
    DeviceWatch& operator=(const DeviceWatch&) = delete;

    /// Ends the calls when it is destroyed. The DeviceWatch must outlive it.
    class [[nodiscard]] Subscription {
    public:
        Subscription() = default;
        Subscription(Subscription&& o) noexcept : watch_(std::exchange(o.watch_, nullptr)), id_(o.id_) {}
        Subscription& operator=(Subscription&& o) noexcept {
            if (this != &o) {
                end();
                watch_ = std::exchange(o.watch_, nullptr);
                id_ = o.id_;
            }
            return *this;
        }
        ~Subscription() { end(); }

    private:
        friend class DeviceWatch;
        Subscription(DeviceWatch& watch, int id) : watch_(&watch), id_(id) {}
        void end();
        DeviceWatch* watch_ = nullptr;
        int id_ = 0;
    };
    /// @param path absolute. `changed` runs from the loop, once for all that happened together.
    Subscription subscribe(std::string path, Callback<void()> changed);

private:
    struct Subscriber {
        std::string path;
        std::shared_ptr<Callback<void()>> changed;  // shared: it may end its own subscription
        int directory = -1;                         // inotify's number of the nearest one that exists
        std::string awaited;                        // the name in it that leads to the path
        bool touched = false;
    };
    DeviceWatch(EventLoop& loop, Fd fd) : loop_(loop), fd_(std::move(fd)) {}
    void readable();
    void heard(int directory, std::string_view name);
    void aim(Subscriber& subscriber);
    /// @return whether the directory is the path's own.
    bool watch_nearest(Subscriber& subscriber);
    void release(int directory);
    void tell();

    EventLoop& loop_;
    Fd fd_;
    std::map<int, Subscriber> subscribers_;
    int last_id_ = 0;
    Timer telling_;
    Watch watch_;
};

}  // namespace ppp::link
