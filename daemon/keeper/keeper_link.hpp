// SPDX-License-Identifier: GPL-2.0-or-later
/// @file KeeperLink: the daemon's connection to its keeper.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>
#include "base/event_loop.hpp"
#include "base/log.hpp"
#include "keeper/custody.hpp"
#include "keeper/parcel.hpp"

namespace ppp::keeper {

/// Keeps the keeper's table equal to what was said here; one that has been away is filled again.
class KeeperLink final : public Custody {
public:
    /// Connects and takes what is kept; blocks for at most `patience`. The caller gives into custody again
    /// what it goes on with, and drops the other keys.
    ///
    /// Without a socket file there is no keeper: nothing is kept, and the link goes on trying in the
    /// background. A socket that nobody listens on is that of a keeper that is being restarted, so it is
    /// waited for.
    /// @return an error when the keeper serves another daemon or does not answer.
    static Result<std::pair<std::unique_ptr<KeeperLink>, Kept>> open(EventLoop& loop, std::string path,
                                                                     const Log& log, Duration patience);
    KeeperLink(const KeeperLink&) = delete;
    KeeperLink& operator=(const KeeperLink&) = delete;

    void keep(std::string key, std::vector<int> files) override;
    void drop(const std::string& key) override;
    bool flush(Duration patience) override;

    /// Whether the keeper has agreed to serve us.
    [[nodiscard]] bool connected() const { return state_ == State::up; }

private:
    enum class State : std::uint8_t { away, greeting, taking, up };
    KeeperLink(EventLoop& loop, std::string path, const Log& log)
        : loop_(loop), path_(std::move(path)), log_(log) {}
    Result<> connect();
    /// @return an error that waiting does not mend.
    Result<> begin(TimePoint deadline);
    void lose(const Error& why);
    void retry();
    void try_later();
    void wait(TimePoint deadline);
    void work();
    Result<> read();
    Result<> handle(Parcel parcel);
    Result<> handle_greeting(const Message& message);
    Result<> handle_taking(Parcel& parcel);
    void handle_synced(std::uint32_t number);
    void schedule();
    void say();
    bool say_drops();
    bool say_keeps();
    bool said(Sent how);
    void leave_out_closed();

    EventLoop& loop_;
    std::string path_;
    Log log_;
    State state_ = State::away;
    Fd socket_;
    Watch watch_;
    Timer due_, retry_;
    Duration pause_{};
    std::map<std::string, std::vector<int>> files_;
    std::set<std::string> untold_;   // keys of files_ that the keeper has not, or not these files
    std::set<std::string> theirs_;   // keys that the keeper has
    std::set<std::string> dropped_;  // that the keeper has not been told to drop
    bool take_ = false;              // the next greeting is followed by the question what is kept
    Kept taken_;
    bool refill_ = false;  // what is not said on this connection is to be dropped by the keeper
    std::uint32_t asked_ = 0, answered_ = 0;  // the last Sync, the last Synced
    bool ask_ = false;                        // Sync is to be sent when all else is
    std::uint32_t refilled_ = 0;              // its answer means that the keeper holds everything
    bool full_ = false;                       // until the socket is writable
    bool crowded_said_ = false;
    bool away_said_ = false;
    std::string last_refusal_;
};

}  // namespace ppp::keeper
