// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SessionIds: which PPPoE session ids of one interface are in use, resting, or free.
///
/// The kernel finds a session by (interface, peer, id) in one of 16 buckets of a network namespace
/// (drivers/net/ppp/pppoe.c, hash_item), so an id is chosen for the emptiest bucket.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_set>
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/transport.hpp"

namespace ppp::link {

/// How full the kernel's 16 buckets are; one for all servers of a network namespace.
class PppoeBuckets {
public:
    static constexpr std::size_t kBuckets = 16;
    /// The bucket in which the kernel keeps this session.
    [[nodiscard]] static std::uint8_t bucket(const MacAddress& peer, std::uint16_t session_id);
    /// @param start which of equally empty buckets comes first: a random number.
    [[nodiscard]] std::uint8_t emptiest(std::uint8_t start) const;
    void add(std::uint8_t bucket) { ++load_[bucket]; }
    void remove(std::uint8_t bucket) { --load_[bucket]; }
    [[nodiscard]] const std::array<std::uint32_t, kBuckets>& load() const { return load_; }

private:
    std::array<std::uint32_t, kBuckets> load_{};
};

class SessionIds {
public:
    static constexpr Duration kRest = std::chrono::seconds(60);
    static constexpr std::size_t kMaxResting = 65536;

    SessionIds(PppoeBuckets& buckets, Rng& rng) : buckets_(buckets), rng_(rng) {}
    /// Gives the buckets back what is still in use.
    ~SessionIds();
    SessionIds(const SessionIds&) = delete;
    SessionIds& operator=(const SessionIds&) = delete;

    /// A free id, never 0 or 0xffff (RFC 2516 section 4), none that `peer` used within the last minute.
    /// @return nullopt when this peer has used them all up.
    std::optional<std::uint16_t> take(const MacAddress& peer, TimePoint now);
    /// The id of a session that exists already. @return false when it is in use or resting.
    [[nodiscard]] bool claim(const MacAddress& peer, std::uint16_t session_id);
    /// The id rests for kRest before this peer can get it again: late frames of the old session are not the
    /// new one's.
    void release(const MacAddress& peer, std::uint16_t session_id, TimePoint now);
    [[nodiscard]] std::size_t in_use() const { return used_.size() - resting_.size(); }

    /// Host and session id in one word: the key of a session on one interface.
    [[nodiscard]] static std::uint64_t key(const MacAddress& peer, std::uint16_t session_id);

private:
    struct Resting {
        TimePoint until;
        std::uint64_t key = 0;
    };
    [[nodiscard]] static std::uint8_t bucket_of(std::uint64_t key);
    [[nodiscard]] bool usable(const MacAddress& peer, std::uint32_t session_id) const;
    std::uint16_t add(const MacAddress& peer, std::uint16_t session_id);

    PppoeBuckets& buckets_;
    Rng& rng_;
    std::unordered_set<std::uint64_t> used_;  // in use and resting
    std::deque<Resting> resting_;             // oldest first
};

}  // namespace ppp::link
