// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PppoeScanner: asks every Access-Concentrator of a segment what it offers.
#pragma once
#include <compare>
#include <memory>
#include <string>
#include <vector>
#include "link/pppoe_ports.hpp"

namespace ppp::link {

/// One service of one Access-Concentrator. `service` is "" where it serves any name and tells none.
struct ScannedService {
    std::string service;
    MacAddress mac{};
    std::string ac_name;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy takes the comparison's 0 for a pointer
    friend auto operator<=>(const ScannedService&, const ScannedService&) = default;
};

/// One scan; destroying it stops it, and `done` will not run.
class PppoeScanner final : private EtherPort::Handler {
public:
    using Done = Callback<void(Result<std::vector<ScannedService>>)>;
    /// Sends PADI for any service at once, and again after one and three seconds; calls `done` once, after
    /// `length`, with the services in order and each once. An interface that cannot be opened or goes away is
    /// an error.
    PppoeScanner(const std::string& interface, Duration length, PppoePorts ports, Done done);

private:
    void on_ether_frame(wire::ByteView frame) override;
    void on_ether_down(const Error& why) override;
    void solicit(Duration next);
    [[nodiscard]] std::vector<ScannedService> rows() const;
    void finish(Result<std::vector<ScannedService>> result);

    PppoePorts ports_;
    Done done_;
    std::unique_ptr<EtherPort> port_;
    Timer timer_, again_;
    std::array<std::uint8_t, 8> host_uniq_{};
    std::vector<ScannedService> found_;
};

}  // namespace ppp::link
