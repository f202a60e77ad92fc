// SPDX-License-Identifier: GPL-2.0-or-later
/// @file PlaintextGuard: keeps the kernel from letting a link's packets out that are not encrypted.
///
/// At the sight of a CCP Configure-Request or Terminate ppp_generic.c stops encrypting and goes on sending,
/// and only then tells whoever has the unit's file. What leaves in between can be stopped on the parent only.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include "base/callback.hpp"
#include "base/result.hpp"

namespace ppp::guard {

struct PppoeSession {
    std::string parent;  ///< the interface that it runs on
    std::array<std::uint8_t, 6> peer_mac{};
    std::uint16_t session_id = 0;
    friend auto operator<=>(const PppoeSession&, const PppoeSession&) = default;
};
struct PptpCall {
    std::uint32_t peer = 0;     ///< IPv4, host byte order
    std::uint16_t call_id = 0;  ///< the peer's, which is in the packets that we send
    friend auto operator<=>(const PptpCall&, const PptpCall&) = default;
};
using Link = std::variant<PppoeSession, PptpCall>;

class PlaintextGuard {
public:
    /// The link is guarded for as long as the object is held; its end is undone later, at leisure.
    class Hold {
    public:
        virtual ~Hold() = default;
    };
    virtual ~PlaintextGuard() = default;
    /// @param done runs once, from the loop and never from inside the call, unless the Hold is dropped
    /// before: from then on nothing leaves the link but control protocols and encrypted packets.
    [[nodiscard]] virtual std::unique_ptr<Hold> protect(Link link, Callback<void(Result<>)> done) = 0;
};

}  // namespace ppp::guard
