// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Vault: a copy of the whole store that PID 1 holds in one descriptor, for the keeper's own death.
///
/// PID 1's work grows with the square of the descriptors it stores, so it gets one: a *box*. The box is a
/// socket, and a message (Index) waits in its queue with sockets, the *shelves*. In each shelf's queue waits
/// one Keep with at most 253 files. A shelf is never changed but replaced; boxes share those that are still
/// right, so that a change costs what has changed. Messages are looked at without being taken, and only this
/// program empties a box: however often it dies, the last box that PID 1 was given is whole.
#pragma once
#include <map>
#include <span>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "keeper/parcel.hpp"
#include "keeper/store.hpp"

namespace ppp::keeper {

/// sd_pid_notify_with_fds(3): a text and files for PID 1.
using Notify = Callback<void(const std::string& text, std::span<const int> files)>;

/// A box under its name in PID 1's store.
struct Box {
    std::string name;
    Fd out;
};

/// When a new box is filled.
struct VaultPace {
    Duration settle = std::chrono::milliseconds(50);   ///< without a change
    Duration latest = std::chrono::milliseconds(500);  ///< after the first change
    Duration again = std::chrono::seconds(30);         ///< after a failure
};

class Vault {
public:
    Vault(EventLoop& loop, Store& store, const Log& log, Notify notify, Disposal dispose, VaultPace pace = {})
        : loop_(loop),
          store_(store),
          log_(log),
          notify_(std::move(notify)),
          dispose_(std::move(dispose)),
          pace_(pace) {}

    /// What PID 1 gave back at start: the newest whole box fills the empty store.
    void open(std::vector<Box> boxes);
    /// The boxes of the program whose place this one takes; the store is filled already.
    void inherit(std::vector<Box> boxes, std::uint64_t generation);
    /// The store has changed.
    void changed();
    /// Nothing is kept by PID 1 any more; for the end of the service.
    void give_up();

    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    /// All boxes that PID 1 may hold.
    [[nodiscard]] std::vector<const Box*> boxes() const;

private:
    struct Content {
        std::uint64_t generation = 0;
        std::vector<Fd> shelves;
        std::vector<Parcel> parcels;
    };
    static Result<Content> look_into(const Box& box);
    void take_out(Content content);
    void fill();
    Result<> fill_shelves();
    Result<Box> make_box();
    void retire(std::uint64_t shelf);
    void push(Box box);
    void confirmed();
    void remove(std::vector<Box> boxes);

    EventLoop& loop_;
    Store& store_;
    Log log_;
    Notify notify_;
    Disposal dispose_;
    VaultPace pace_;

    std::uint64_t generation_ = 0;
    std::uint64_t last_shelf_ = 0;
    struct Shelf {
        Fd out;
        std::size_t files = 0;
    };
    std::map<std::uint64_t, Shelf> shelves_;
    std::vector<Fd> retired_;  // shelves that older boxes still hold
    std::vector<Box> older_;   // to be removed when the newest is confirmed
    std::optional<Box> newest_;
    Fd barrier_;  // readable when PID 1 has read all that was sent to it
    Watch barrier_watch_;
    bool again_ = false;  // the store has changed since the push
    std::optional<TimePoint> first_change_;
    Timer due_;
    bool failed_ = false;  // at the last try, and it was said
};

}  // namespace ppp::keeper
