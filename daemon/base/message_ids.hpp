// SPDX-License-Identifier: GPL-2.0-or-later
/// @file What the journal's MESSAGE_ID says of the events that an operator looks for. Each has an entry in
/// units/pppmanager.catalog; an id is never given to anything else.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include "base/log.hpp"

namespace ppp {

/// A log for one of the events below.
[[nodiscard]] inline Log as_event(const Log& log, std::string_view message_id) {
    return log.with("MESSAGE_ID", std::string(message_id));
}

namespace message_id {

inline constexpr std::string_view kServiceReady = "d28bc01a336645c9a9c82b0f39819cc0";
inline constexpr std::string_view kServiceStopping = "728ce673e89047a3b4b9ee6686d3ab9b";
inline constexpr std::string_view kSessionsTakenOver = "b760e56837c74332b177463f5d94c8c9";
inline constexpr std::string_view kConfigurationInForce = "7690e08794ce4621a51ee26872799b22";
inline constexpr std::string_view kConfigurationRefused = "4bd76226e14e43cc9730390b0ec5be15";
inline constexpr std::string_view kSessionUp = "4eefe23458bc4b27bde2484c418b01c6";
inline constexpr std::string_view kSessionEnded = "30839533650d4bb6b9fd37dbfa531b21";
inline constexpr std::string_view kAuthenticationRefused = "bd9b9ffcbdd641e1b6de848c562f1423";

inline constexpr std::array kAll{kServiceReady,         kServiceStopping,      kSessionsTakenOver,
                                 kConfigurationInForce, kConfigurationRefused, kSessionUp,
                                 kSessionEnded,         kAuthenticationRefused};

}  // namespace message_id
}  // namespace ppp
