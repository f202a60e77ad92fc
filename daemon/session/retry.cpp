// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/retry.hpp"
#include <algorithm>

namespace ppp::session {
namespace {
using namespace std::chrono_literals;

// A session that ends sooner than this had not really worked: dialling at once would be a tight loop.
constexpr Duration kProven = 10s;

bool credentials_refused(EndReason reason) {
    return reason == EndReason::auth_failed || reason == EndReason::peer_not_authentic;
}

Duration doubled(Duration first, unsigned times, Duration limit) {
    Duration pause = first;
    for (unsigned i = 0; i < times && pause < limit; ++i) pause *= 2;
    return std::min(pause, limit);
}

Duration with_jitter(Duration pause, Rng& rng) {
    return pause * (900 + static_cast<int>(rng.below(201))) / 1000;
}
}  // namespace

Duration RetryPolicy::next(EndReason reason, Duration connected, Rng& rng) {
    if (connected >= kProven) {
        kind_ = Kind::none;
        failures_ = 0;
        return 0s;
    }
    const auto kind = credentials_refused(reason) ? Kind::credentials : Kind::silence;
    if (kind != kind_) {
        kind_ = kind;
        failures_ = 0;
    }
    const auto before = failures_++;
    return with_jitter(kind == Kind::credentials ? doubled(30s, before, 600s) : doubled(1s, before, 30s),
                       rng);
}

}  // namespace ppp::session
