// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/random.hpp"
#include <sys/random.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace ppp {

void SystemRng::fill(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        if (used_ == block_.size()) {
            // 256 octets are never cut short once the pool is ready (getrandom(2)); only EINTR before that.
            while (::getrandom(block_.data(), block_.size(), 0) != static_cast<ssize_t>(block_.size()))
                if (errno != EINTR) std::abort();
            used_ = 0;
        }
        const auto n = std::min(out.size(), block_.size() - used_);
        auto* const from = block_.data() + used_;
        std::copy_n(from, n, out.begin());
        std::fill_n(from, n, std::uint8_t{0});  // a challenge already handed out must not be found here later
        used_ += n;
        out = out.subspan(n);
    }
}

}  // namespace ppp
