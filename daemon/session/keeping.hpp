// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Keeping: sees to it that another process can carry the running sessions on: their files are in the
/// keeper's custody, what they have agreed on is in the state journal.
#pragma once
#include <string>
#include <unordered_set>
#include <vector>
#include "base/log.hpp"
#include "base/random.hpp"
#include "keeper/custody.hpp"
#include "kernel/ppp_kernel.hpp"
#include "link/ac_cookie.hpp"
#include "session/session_record.hpp"
#include "session/state_journal.hpp"

namespace ppp::session {

/// A session of an earlier process with all that is needed to carry it on.
struct Inherited {
    SessionRecord record;
    kernel::SessionFiles files;
    Fd control{};  ///< the link's own connection, where its kind has one: TCP of PPTP
};
/// What an earlier process has left.
struct Inheritance {
    std::vector<Inherited> sessions;  ///< in the order of their numbers
    /// Whose files are gone: nobody can carry them on.
    std::vector<SessionRecord> lost;
    /// Files that no record tells about.
    std::vector<kernel::SessionFiles> orphans;
    /// No session of the earlier process had a higher number.
    std::uint64_t last_id = 0;
};

/// Whether a state journal has sessions, whose files somebody should have.
[[nodiscard]] bool tells_of_sessions(const StateJournal::Entries& entries);

class Keeping {
public:
    /// @param custody and what `log` writes to outlive it.
    Keeping(keeper::Custody& custody, StateJournal journal, Rng& rng, Log log);

    /// Brings together what the keeper and the journal had. What is of no use is dropped from both. To be
    /// called once, before the first keep(). Sessions that are lost stay in the journal until forget().
    [[nodiscard]] Inheritance inherit(keeper::Kept kept, const StateJournal::Entries& entries);

    /// Whether the journal says all that it should: not while it cannot be written.
    [[nodiscard]] bool complete() const { return !failing_; }
    /// What a host was given by one process proves itself to the next.
    [[nodiscard]] const link::AcCookie::Secret& cookie_secret() const { return secret_; }
    /// A session or attempt has this number: none of a later process will.
    void use(std::uint64_t id);
    /// The session is up, or something of its record has changed.
    /// @param files the link's socket, the channel's file, the unit's, and the link's own connection where
    /// there is one: open until forget().
    void keep(const SessionRecord& record, const std::vector<int>& files);
    /// An inherited session goes on as its record says.
    void resumed(std::uint64_t id, const std::vector<int>& files);
    /// It is not to be carried on: to be called before its files are closed.
    void forget(std::uint64_t id);

private:
    void check(const Result<>& written);

    keeper::Custody& custody_;
    StateJournal journal_;
    Log log_;
    link::AcCookie::Secret secret_;
    std::unordered_set<std::uint64_t> kept_;
    std::uint64_t reserved_ = 0;  // the journal says that numbers up to here may have been used
    bool failing_ = false;        // the journal could not be written; said once
};

}  // namespace ppp::session
