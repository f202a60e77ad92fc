// SPDX-License-Identifier: GPL-2.0-or-later
/// @file AcCookie: the stateless proof in PADO that a PADR comes from a host that really received it.
///
/// Octets: time slot (1), tag (2), nonce (5), truncated HMAC over these, the host's address and the interface
/// (16). The nonce makes every cookie unique, so a cookie that comes twice is a repeated PADR.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include "base/random.hpp"
#include "base/scheduler.hpp"
#include "link/transport.hpp"

namespace ppp::link {

class AcCookie {
public:
    static constexpr std::size_t kSize = 24;
    static constexpr Duration kSlot = std::chrono::seconds(30);  ///< a cookie lives for one to two slots
    using Value = std::array<std::uint8_t, kSize>;

    using Secret = std::array<std::uint8_t, 32>;

    /// @param secret one that other processes share, so that a host may bring back what one of them gave
    /// out; nullptr: a secret of its own.
    AcCookie(std::string interface, Rng& rng, const Secret* secret = nullptr);
    /// @param tag what the PADR has to be told back: which Access-Concentrator name the PADO carried.
    [[nodiscard]] Value make(const MacAddress& host, std::uint16_t tag, TimePoint now);
    struct Proof {
        std::uint16_t tag;
        std::uint8_t slot;
        std::uint64_t id;  ///< differs for every cookie of a slot
    };
    /// @return nullopt for a cookie that is forged, of another host or interface, or expired.
    [[nodiscard]] std::optional<Proof> check(const MacAddress& host, wire::ByteView cookie,
                                             TimePoint now) const;

    /// Remembers that this cookie made a session, for as long as the cookie is valid.
    void spend(const Proof&, std::uint64_t session, TimePoint now);
    /// The session this cookie made.
    [[nodiscard]] std::optional<std::uint64_t> spent(const Proof&) const;

private:
    [[nodiscard]] std::array<std::uint8_t, 16> seal(const MacAddress& host, wire::ByteView head,
                                                    std::uint64_t slot) const;

    std::string interface_;
    Rng& rng_;
    Secret secret_;
    std::uint64_t slot_ = 0;                                                 // of the newest entry of spent_
    std::array<std::unordered_map<std::uint64_t, std::uint64_t>, 2> spent_;  // by slot parity
};

}  // namespace ppp::link
