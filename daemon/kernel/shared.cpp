// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/shared.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>

namespace ppp::kernel {
namespace {
using namespace std::chrono_literals;
// A removal costs 12 ms of waiting however many it takes: gather for a moment. More than a hundred at once
// would hold the rtnl lock against everybody for long and gain nothing.
constexpr auto kBurialDelay = 20ms;
constexpr std::size_t kMostAtOnce = 100;
}  // namespace

void Shared::close_socket(Fd socket) {
    if (!socket) return;
    handoff.submit([socket = std::move(socket), hang_up = hang_up_]() mutable {
        hang_up(socket.get());
        socket.reset();
    });
}

void Shared::bury(DeadUnit unit) {
    dead_.push_back(std::move(unit));
    if (stopping || dead_.size() >= kMostAtOnce) return flush();
    if (!burial_.armed()) burial_ = loop.after(kBurialDelay, [this] { flush(); });
}

void Shared::flush() {
    burial_.cancel();
    if (dead_.empty()) return;
    rtnl_pool.submit([self = shared_from_this(), dead = std::exchange(dead_, {})]() mutable {
        self->rtnl.remove(std::move(dead));
    });
}

bool Shared::awaits_removal(const std::string& name) const {
    return std::ranges::any_of(dead_, [&](const DeadUnit& unit) { return unit.name == name; });
}

Result<Counters> Shared::counters(const std::string& interface) const {
    Counters result;
    const std::array<std::pair<const char*, std::uint64_t*>, 4> wanted{{{"rx_bytes", &result.octets_in},
                                                                        {"tx_bytes", &result.octets_out},
                                                                        {"rx_packets", &result.packets_in},
                                                                        {"tx_packets", &result.packets_out}}};
    for (const auto& [name, value] : wanted) {
        std::array<char, 64> path{};
        fmt::format_to_n(path.data(), path.size() - 1, "{}/statistics/{}", interface, name);
        const Fd file{::openat(statistics_.get(), path.data(), O_RDONLY | O_CLOEXEC)};
        std::array<char, 32> text{};
        const auto n = file ? ::read(file.get(), text.data(), text.size()) : -1;
        if (n < 0) return fail_errno("cannot read the counters of interface " + interface);
        std::from_chars(text.data(), text.data() + n, *value);
    }
    return result;
}

void Shared::stop() {
    stopping = true;
    flush();
}

}  // namespace ppp::kernel
