// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/ac_cookie.hpp"
#include "crypto/digest.hpp"

namespace ppp::link {
namespace {
constexpr std::size_t kHead = 8, kSeal = 16;
static_assert(kHead + kSeal == AcCookie::kSize);

std::uint64_t slot_at(TimePoint now) {
    return static_cast<std::uint64_t>(now.time_since_epoch() / AcCookie::kSlot);
}
}  // namespace

AcCookie::AcCookie(std::string interface, Rng& rng, const Secret* secret)
    : interface_(std::move(interface)), rng_(rng), secret_(secret ? *secret : rng.octets<32>()) {}

std::array<std::uint8_t, kSeal> AcCookie::seal(const MacAddress& host, wire::ByteView head,
                                               std::uint64_t slot) const {
    std::array<std::uint8_t, 8> number{};  // all of it: the octet in the cookie comes round after two hours
    for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<std::uint8_t>(slot >> (8 * i));
    const auto whole = crypto::hmac_sha256(secret_, {head, number, host, wire::octets(interface_)});
    std::array<std::uint8_t, kSeal> out{};
    std::copy_n(whole.begin(), kSeal, out.begin());
    return out;
}

AcCookie::Value AcCookie::make(const MacAddress& host, std::uint16_t tag, TimePoint now) {
    const auto slot = slot_at(now);
    Value cookie{static_cast<std::uint8_t>(slot), static_cast<std::uint8_t>(tag >> 8),
                 static_cast<std::uint8_t>(tag & 0xff)};
    rng_.fill(std::span(cookie).subspan<3, kHead - 3>());
    const auto sealed = seal(host, wire::ByteView{cookie}.first(kHead), slot);
    std::ranges::copy(sealed, cookie.begin() + kHead);
    return cookie;
}

std::optional<AcCookie::Proof> AcCookie::check(const MacAddress& host, wire::ByteView cookie,
                                               TimePoint now) const {
    if (cookie.size() != kSize) return std::nullopt;
    auto slot = slot_at(now);
    if (cookie[0] != static_cast<std::uint8_t>(slot)) --slot;
    if (cookie[0] != static_cast<std::uint8_t>(slot)) return std::nullopt;
    if (!crypto::equal(seal(host, cookie.first(kHead), slot), cookie.subspan(kHead))) return std::nullopt;
    wire::Reader r{cookie.subspan(1)};
    const auto tag = r.u16();
    r.take(kHead - 3);
    return Proof{tag, cookie[0], r.u64()};
}

void AcCookie::spend(const Proof& proof, std::uint64_t session, TimePoint now) {
    if (const auto slot = slot_at(now); slot != slot_) {
        spent_[slot & 1].clear();
        if (slot != slot_ + 1) spent_[(slot - 1) & 1].clear();
        slot_ = slot;
    }
    spent_[proof.slot & 1][proof.id] = session;
}

std::optional<std::uint64_t> AcCookie::spent(const Proof& proof) const {
    const auto& of_slot = spent_[proof.slot & 1];
    const auto found = of_slot.find(proof.id);
    return found == of_slot.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace ppp::link
