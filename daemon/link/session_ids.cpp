// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/session_ids.hpp"
#include <algorithm>

namespace ppp::link {
namespace {
constexpr std::uint32_t kFirst = 1, kLast = 0xfffe;  // 0 is discovery, 0xffff reserved (RFC 2516 section 4)
constexpr int kTries = 64;

/// hash_item() of the kernel before its last step: the parts of the key that are not the id's low octet.
std::uint8_t fold(const MacAddress& peer, std::uint16_t session_id) {
    auto all = static_cast<std::uint8_t>(session_id ^ session_id >> 8);
    for (auto octet : peer) all = static_cast<std::uint8_t>(all ^ octet);
    return all;
}
}  // namespace

std::uint8_t PppoeBuckets::bucket(const MacAddress& peer, std::uint16_t session_id) {
    const auto all = fold(peer, session_id);
    return static_cast<std::uint8_t>((all ^ all >> 4) & (kBuckets - 1));
}

std::uint8_t PppoeBuckets::emptiest(std::uint8_t start) const {
    std::size_t best = start % kBuckets;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        const auto at = (start + i) % kBuckets;
        if (load_[at] < load_[best]) best = at;
    }
    return static_cast<std::uint8_t>(best);
}

SessionIds::~SessionIds() {
    for (const auto& resting : resting_) used_.erase(resting.key);
    for (auto key : used_) buckets_.remove(bucket_of(key));
}

std::uint64_t SessionIds::key(const MacAddress& peer, std::uint16_t session_id) {
    std::uint64_t value = 0;
    for (auto octet : peer) value = value << 8 | octet;
    return value << 16 | session_id;
}

std::uint8_t SessionIds::bucket_of(std::uint64_t key) {
    MacAddress peer{};
    auto rest = key >> 16;
    for (auto at = peer.size(); at-- > 0; rest >>= 8) peer[at] = static_cast<std::uint8_t>(rest);
    return PppoeBuckets::bucket(peer, static_cast<std::uint16_t>(key));
}

bool SessionIds::usable(const MacAddress& peer, std::uint32_t session_id) const {
    return session_id >= kFirst && session_id <= kLast &&
           !used_.contains(key(peer, static_cast<std::uint16_t>(session_id)));
}

std::optional<std::uint16_t> SessionIds::take(const MacAddress& peer, TimePoint now) {
    while (!resting_.empty() && resting_.front().until <= now) {
        used_.erase(resting_.front().key);
        resting_.pop_front();
    }
    const auto random = rng_.u32();
    const auto wanted = buckets_.emptiest(static_cast<std::uint8_t>(random >> 16));
    auto id = static_cast<std::uint16_t>(random);
    for (int i = 0; i < kTries; ++i, id = static_cast<std::uint16_t>(rng_.u32())) {
        // The low digit enters the hash unchanged, so flipping it by the difference hits the bucket.
        id = static_cast<std::uint16_t>(id ^ wanted ^ PppoeBuckets::bucket(peer, id));
        if (usable(peer, id)) return add(peer, id);
    }
    // A peer with thousands of sessions: whatever is left, starting anywhere.
    for (std::uint32_t i = 0; i <= kLast; ++i) {
        const auto candidate = static_cast<std::uint16_t>(id + i);
        if (usable(peer, candidate)) return add(peer, candidate);
    }
    return std::nullopt;
}

bool SessionIds::claim(const MacAddress& peer, std::uint16_t session_id) {
    if (!usable(peer, session_id)) return false;
    (void)add(peer, session_id);
    return true;
}

std::uint16_t SessionIds::add(const MacAddress& peer, std::uint16_t session_id) {
    used_.insert(key(peer, session_id));
    buckets_.add(PppoeBuckets::bucket(peer, session_id));
    return session_id;
}

void SessionIds::release(const MacAddress& peer, std::uint16_t session_id, TimePoint now) {
    buckets_.remove(PppoeBuckets::bucket(peer, session_id));
    if (resting_.size() == kMaxResting) {
        used_.erase(resting_.front().key);
        resting_.pop_front();
    }
    resting_.push_back({now + kRest, key(peer, session_id)});
}

}  // namespace ppp::link
