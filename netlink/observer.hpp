// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Observer: keeps the LinkTable equal to the kernel's links, at no cost for those that are hidden.
///
/// What a session does to its own link (made, grouped, up, address, route, gone) is six notifications that
/// tell the daemon nothing new. Two measures bring their wake-ups to zero: only RTNLGRP_LINK is subscribed,
/// addresses and routes are listed when somebody asks; and a socket filter lets the kernel drop the
/// notifications of one link-layer type before they are queued, by a comparison at a fixed offset (ifi_type).
/// Measured on 200 links, a batch of two steps for each, one after the other: 160-170 µs of CPU and a wake-up
/// a batch without the filter, 85-90 µs and none with it. The table is our own: libnl's link cache
/// would keep about 1 KiB for each hidden link too, costs 0.6 MiB merely by being loaded, and does not
/// recover when notifications are lost.
#pragma once
#include <sys/types.h>
#include <cstdint>
#include <memory>
#include <vector>
#include "base/callback.hpp"
#include "base/event_loop.hpp"
#include "base/fd.hpp"
#include "base/pending.hpp"
#include "base/result.hpp"
#include "netlink/links.hpp"

namespace ppp::net {

class Observer {
public:
    using Deliver = Callback<void(Result<std::vector<Link>>)>;
    /// Reads all links anew without blocking the loop; `deliver` runs once, later, on the loop.
    using Reread = Callback<Pending(Deliver deliver)>;

    /// Subscribes in the calling thread's network namespace. Notifications queue from here on, so what
    /// prime() is then given cannot be out of date.
    /// @param hidden_type ARPHRD_* whose links are left out; 0 for none.
    /// @param buffer SO_RCVBUF in octets; 0 for the default.
    static Result<std::unique_ptr<Observer>> create(EventLoop& loop, std::uint16_t hidden_type, int buffer,
                                                    Reread reread);
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    ~Observer() = default;

    /// Takes over the links as they are and starts listening.
    Result<> prime(std::vector<Link> links);

    [[nodiscard]] LinkTable& table() { return table_; }
    [[nodiscard]] bool hides(const Link& link) const {
        return hidden_type_ != 0 && link.type == hidden_type_;
    }
    [[nodiscard]] std::uint64_t wakeups() const { return wakeups_; }
    [[nodiscard]] std::uint64_t resyncs() const { return resyncs_; }

private:
    Observer(EventLoop& loop, Fd socket, std::uint16_t hidden_type, Reread reread)
        : loop_(loop), socket_(std::move(socket)), hidden_type_(hidden_type), reread_(std::move(reread)) {}
    Result<> listen();
    void on_readable();
    void take(const std::byte* octets, std::size_t size);
    void resync();
    void resynced(Result<std::vector<Link>> links);

    EventLoop& loop_;
    Fd socket_;
    std::uint16_t hidden_type_;
    Reread reread_;
    LinkTable table_;
    std::uint64_t wakeups_ = 0, resyncs_ = 0;
    Pending reading_;
    Timer retry_;
    Watch watch_;
};

}  // namespace ppp::net
