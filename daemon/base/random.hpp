// SPDX-License-Identifier: GPL-2.0-or-later
/// @file Rng: where magic numbers, challenges, Host-Uniq and jitter come from; a port, so tests repeat.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ppp {

class Rng {
public:
    virtual ~Rng() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    template <std::size_t N>
    std::array<std::uint8_t, N> octets() {
        std::array<std::uint8_t, N> out{};
        fill(out);
        return out;
    }
    std::uint32_t u32() {
        auto o = octets<4>();
        return std::uint32_t{o[0]} << 24 | std::uint32_t{o[1]} << 16 | std::uint32_t{o[2]} << 8 | o[3];
    }
    /// Uniform enough for jitter and identifiers: 0 <= result < bound; bound > 0.
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(std::uint64_t{u32()} * bound >> 32);
    }
};

/// getrandom(2), read in blocks so that small requests cost no system call each.
class SystemRng final : public Rng {
public:
    void fill(std::span<std::uint8_t> out) override;

private:
    std::array<std::uint8_t, 256> block_{};
    std::size_t used_ = sizeof block_;
};

}  // namespace ppp
