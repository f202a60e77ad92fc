// SPDX-License-Identifier: GPL-2.0-or-later
/// @file SeededRng: random octets that are the same in every run.
#pragma once
#include <random>
#include "base/random.hpp"

namespace ppp::test {

class SeededRng final : public Rng {
public:
    explicit SeededRng(std::uint32_t seed = 1) : engine_(seed) {}
    void fill(std::span<std::uint8_t> out) override {
        for (auto& o : out) o = static_cast<std::uint8_t>(engine_());
    }

private:
    std::mt19937 engine_;
};

}  // namespace ppp::test
